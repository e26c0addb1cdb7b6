import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../cli/support/in-process.js';

// Ten patients in every disguise that a file, a topic, a mapping or a pipeline can give them.
const CANARY = 'canary';
const row = (n: number): object => ({
  id: n,
  email: `${CANARY}${n}@mail.test`,
  first_name: `${CANARY}-first-${n}`,
  medicare_no: `${CANARY}-medicare-${n}`,
  extra: { contact: { email: `${CANARY}-json-${n}@mail.test` } },
  practitioner_discount: '-5.00',
});
const envelope = (table: string) => (n: number) =>
  JSON.stringify({
    before: null,
    after: row(n),
    source: { ts_ms: 1.7e12 + n, db: 'shop', table, file: 'b.000001', pos: n, row: 0 },
    op: 'c',
    ts_ms: 1.7e12 + n,
  });
const flat = (table: string | null) => (n: number) =>
  JSON.stringify({ ...row(n), __op: 'c', ...(table !== null && { __table: table }), __source_ts_ms: 1.7e12 + n });
const lines = (line: (n: number) => string): string =>
  Array.from({ length: 10 }, (_, n) => `${line(n + 1)}\n`).join('');

const home = process.cwd();
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pharmabi-names-'));
  process.chdir(cwd);
  for (const folder of ['named', 'renamed', 'flat', 'unknown', 'odd']) mkdirSync(join(cwd, folder));
  writeFileSync(join(cwd, 'named/shop.pharmacy.patients.ndjson'), lines(envelope('patients')));
  writeFileSync(join(cwd, 'renamed/customers.ndjson'), lines(envelope('patients')));
  writeFileSync(join(cwd, 'flat/customers.ndjson'), lines(flat('patients')));
  writeFileSync(join(cwd, 'unknown/customers.ndjson'), lines(envelope('customers')));
  const odd = (n: number): string =>
    JSON.stringify({ id: n, remark: `${CANARY}${n}@mail.test`, __op: 'c', __source_ts_ms: 1 });
  writeFileSync(join(cwd, 'odd/vips.ndjson'), lines(odd));
  writeFileSync(
    join(cwd, 'keep.yaml'),
    'version: 1\ntables:\n  patients: { persons: true, columns: { id: keep, medicare_no: keep } }\n',
  );
});
afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});

interface Ran {
  readonly exit: number;
  readonly said: string;
  readonly codes: readonly string[];
}

async function replay(folder: string, topic: string, column: string, more: readonly string[] = []): Promise<Ran> {
  const type = column === 'EXTRA' ? 'STRUCT<CONTACT STRUCT<EMAIL VARCHAR>>' : 'VARCHAR';
  const shown = column === 'EXTRA' ? 'EXTRA->CONTACT->EMAIL AS V' : column;
  const pipeline = `CREATE TABLE PA (ID BIGINT PRIMARY KEY, ${column} ${type}) WITH (KAFKA_TOPIC='${topic}', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');
CREATE TABLE PB AS SELECT ID, ${shown} FROM PA EMIT CHANGES;`;
  writeFileSync(join(cwd, 'p.ksql'), pipeline);
  const { exit, stdout, stderr } = await say(
    ['replay', 'PB', join(cwd, folder), '-p', join(cwd, 'p.ksql'), '--format', 'csv', ...more],
    { cwd },
  );
  const said = stdout + stderr;
  return { exit, said, codes: [...stderr.matchAll(/error\[([\w-]+)\]/g)].map(([, code]) => code!) };
}

describe('the policy holds for the table of the records, whatever it is called', () => {
  const REFUSED: readonly (readonly [string, string, string, string, ...string[]])[] = [
    ['column-dropped-by-policy', 'named', 'patients', 'EMAIL'],
    ['column-dropped-by-policy', 'named', 'patients', 'MEDICARE_NO'],
    ['column-dropped-by-policy', 'named', 'patients', 'EXTRA'],
    ['column-dropped-by-policy', 'named', 'customers', 'EMAIL', '--topic', 'customers=shop.pharmacy.patients'],
    ['column-dropped-by-policy', 'named', 'customers', 'MEDICARE_NO', '--topic', 'customers=shop.pharmacy.patients'],
    ['column-dropped-by-policy', 'named', 'people', 'FIRST_NAME', '--topic', 'people=*patients'],
    ['column-dropped-by-policy', 'named', 'people', 'FIRST_NAME', '--topic', 'people=*'],
    ['table-without-policy', 'unknown', 'customers', 'EMAIL'],
    ['table-without-policy', 'unknown', 'customers', 'MEDICARE_NO'],
    ['table-without-policy', 'odd', 'vips', 'REMARK'],
    // Topic and file of a table without persons; only the records say whose they are.
    ['column-dropped-by-policy', 'renamed', 'orders', 'EMAIL', '--topic', 'orders=customers'],
    ['column-dropped-by-policy', 'flat', 'products', 'FIRST_NAME', '--topic', 'products=customers'],
  ];

  it.each(REFUSED)('%s: %s as %s, %s %s %s', async (code, folder, topic, column, ...more) => {
    const { exit, codes, said } = await replay(folder, topic, column, more);
    expect([exit, codes, said.includes(CANARY)]).toEqual([4, [code], false]);
  });

  it('what it keeps is read, under any name', async () => {
    const kept = await replay('named', 'customers', 'PRACTITIONER_DISCOUNT', [
      '--topic',
      'customers=shop.pharmacy.patients',
    ]);
    expect([kept.exit, kept.said.includes('-5.00')]).toEqual([0, true]);
    const own = await replay('named', 'patients', 'MEDICARE_NO', ['--policy', join(cwd, 'keep.yaml')]);
    expect([own.exit, own.said.includes(`${CANARY}-medicare-3`)]).toEqual([0, true]);
  });

  it('the refusal holds the lines to add, and inspect --privacy says it before', async () => {
    const { said } = await replay('unknown', 'customers', 'EMAIL');
    expect(said).toContain('customers: { persons: true, columns: { id: keep, email: drop } }');
    const { stdout } = await say(['inspect', join(cwd, 'unknown'), '--privacy', '-p', join(cwd, 'p.ksql')], { cwd });
    expect(stdout).toMatch(/email +refused +pharmacy\.yaml does not know the table; add customers: \{/);
    await replay('named', 'patients', 'MEDICARE_NO');
    const unlisted = await say(['inspect', join(cwd, 'named'), '--privacy', '-p', join(cwd, 'p.ksql')], { cwd });
    expect(unlisted.stdout).toMatch(/medicare_no +drop +no line of pharmacy\.yaml names it: .* will be refused/);
  });

  it('--policy none reads everything, loudly, and stands in the manifest', async () => {
    const none = await replay('unknown', 'customers', 'EMAIL', [
      '--policy',
      'none',
      '--quiet',
      '--out',
      join(cwd, 'o.csv'),
    ]);
    expect([none.exit, none.said]).toEqual([0, expect.stringMatching(/^NO POLICY: every column is read as it is/)]);
    expect(readFileSync(join(cwd, 'o.csv'), 'utf8')).toContain(`${CANARY}3@mail.test`);
    const manifest = JSON.parse(readFileSync(join(cwd, 'o.csv.manifest.json'), 'utf8')) as {
      options: { policy: object };
    };
    expect(manifest.options.policy).toMatchObject({ name: 'none', text: 'version: 1\nnone: true\n' });
    const verified = await say(['verify', join(cwd, 'o.csv.manifest.json')], { cwd });
    expect(verified.exit, verified.stderr).toBe(0);
  });
});
