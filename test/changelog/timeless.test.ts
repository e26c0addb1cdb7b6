import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { say } from '../cli/support/in-process.js';
import { temporaryFolder } from '../oracle/support/command-line.js';

const folder = temporaryFolder();
const PIPELINE = `CREATE STREAM VISITS (ID BIGINT KEY, BRAND_ID BIGINT, DATE BIGINT) WITH (KAFKA_TOPIC='visits', VALUE_FORMAT='JSON', TIMESTAMP='DATE');
CREATE TABLE BRANDS (ID BIGINT PRIMARY KEY, NAME VARCHAR) WITH (KAFKA_TOPIC='brands', VALUE_FORMAT='JSON');
CREATE STREAM J AS SELECT O.BRAND_ID, O.ID AS OID, B.NAME AS N FROM VISITS O LEFT JOIN BRANDS B ON O.BRAND_ID = B.ID;`;

it('rows of a dump that nothing dates are there for every event; who finds none is counted', async () => {
  writeFileSync(join(folder, 'brands.csv'), 'id,name\n1,Acme\n2,Beta\n');
  writeFileSync(
    join(folder, 'visits.csv'),
    'id,brand_id,date\n10,1,1769947200000\n11,2,1769947300000\n12,9,1769947400000\n',
  );
  writeFileSync(join(folder, 'p.ksql'), PIPELINE);
  const argv = [
    'replay',
    'J',
    join(folder, 'visits.csv'),
    join(folder, 'brands.csv'),
    '--pipeline',
    join(folder, 'p.ksql'),
    '--format',
    'ndjson',
    '--no-cache',
  ];
  const { exit, stdout, stderr } = await say(argv, { cwd: folder });
  expect(exit, stderr).toBe(0);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { OID: number; N: string | null });
  expect(rows.map(({ OID, N }) => [OID, N])).toEqual([
    [10, 'Acme'],
    [11, 'Beta'],
    [12, null],
  ]);
  expect(stderr).toContain('1 of 3 records of VISITS find no row of BRANDS by BRAND_ID');
});
