import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseContent } from '../../src/output/database.js';
import { duckdb, parquet } from '../../src/output/forms.js';
import type { Report } from '../../src/reports/report.js';
import { temporaryFolder } from '../oracle/support/command-line.js';
import { EMPTY, PLAIN, SAMPLE } from './sample-report.js';

const folder = temporaryFolder();
let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

/** Rows of a query as text, in an engine of the test's own. */
async function rows(sql: string): Promise<(string | null)[][]> {
  const connection = await instance.connect();
  const read = await connection.runAndReadAll(sql);
  const shown = read.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  connection.closeSync();
  return shown;
}

async function parquetOf(report: Report): Promise<readonly string[]> {
  const files = await parquet.write(report, { ...PLAIN, manifestName: 'm.json' });
  return files.map(({ suffix, bytes }) => {
    const path = join(folder, `report${suffix}.parquet`);
    writeFileSync(path, bytes);
    return path;
  });
}

describe('Parquet', () => {
  it('has flat columns with the types of their units, whether or not there are rows', async () => {
    for (const report of [SAMPLE, EMPTY]) {
      const [levels, jumps] = await parquetOf(report);
      const types = async (path: string): Promise<string[]> =>
        (await rows(`DESCRIBE FROM '${path}'`)).map(([name, type]) => `${name} ${type}`);
      expect(await types(levels!)).toEqual([
        'discount_pct VARCHAR',
        'orders BIGINT',
        'patients BIGINT',
        'net_revenue DECIMAL(18,2)',
        'aov DECIMAL(18,2)',
        'ci_low DECIMAL(18,2)',
        'ci_high DECIMAL(18,2)',
        'sd DOUBLE',
        'share_of_orders DOUBLE',
        'n_enough BOOLEAN',
        'suppressed BOOLEAN',
        'suppressed_columns VARCHAR',
      ]);
      expect(await types(jumps!)).toEqual([
        'from_pct DOUBLE',
        'from_pct_label VARCHAR',
        'to_pct DOUBLE',
        'to_pct_label VARCHAR',
        'jump DECIMAL(18,2)',
        'jump_rel DOUBLE',
        'p DOUBLE',
        'first_order TIMESTAMP',
        'since DATE',
        'example_id VARCHAR',
        'remark VARCHAR',
        'suppressed BOOLEAN',
        'suppressed_columns VARCHAR',
      ]);
    }
  });

  it('tells hidden from missing, keeps ids as text, rounds money half to even and nothing else', async () => {
    const [levels, jumps] = await parquetOf(SAMPLE);
    expect(await rows(`SELECT aov, sd, share_of_orders FROM '${levels}' LIMIT 1`)).toEqual([
      ['75.41', '41.25', '0.17139'],
    ]);
    const hidden = 'discount_pct,orders,patients,net_revenue,aov,ci_low,ci_high,sd,share_of_orders'
      .split(',')
      .slice(1)
      .join(',');
    expect(
      await rows(`SELECT orders, n_enough, suppressed, suppressed_columns FROM '${levels}' WHERE discount_pct = '20'`),
    ).toEqual([[null, null, 'true', hidden]]);
    expect(await rows(`SELECT jump, p, first_order, since, example_id, remark FROM '${jumps}'`)).toEqual([
      ['0.93', '0.78', '2024-02-29 12:00:00.5', '2024-02-29', '000123', '=1+1'],
      ['4.03', '0.031', '2024-03-01 00:00:00', '2024-03-01', '12345678901234567890', 'Ärztin, "Nord"\nund 東京'],
      ['-2.68', '0.00002', null, null, '1E5', ''],
    ]);
  });

  it('says in itself what it is', async () => {
    const [path] = await parquetOf(SAMPLE);
    const entries = await rows(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${path}') ORDER BY 1`);
    expect(Object.fromEntries(entries)).toMatchObject({
      'pharmabi.schema': 'pharmabi.table/1',
      'pharmabi.report': 'discount-impact',
      'pharmabi.table': 'levels',
      'pharmabi.manifest': 'm.json',
    });
  });

  it('puts words among per cent points into the label alone', async () => {
    const [table] = SAMPLE.tables.slice(1, 2);
    const report = {
      ...SAMPLE,
      tables: [{ ...table!, columns: table!.columns.slice(0, 1), rows: [[12.5], ['none']] }],
    };
    const [path] = await parquetOf(report);
    expect(await rows(`FROM '${path}'`)).toEqual([
      ['12.5', '12.5', 'false', ''],
      [null, 'none', 'false', ''],
    ]);
  });
});

describe('DuckDB', () => {
  it('holds the tables of the report, and its content has one digest', async () => {
    const digests = new Set<string>();
    for (const name of ['a', 'b', 'c']) {
      const [file] = await duckdb.write(SAMPLE, PLAIN);
      const path = join(folder, `${name}.duckdb`);
      writeFileSync(path, file!.bytes);
      digests.add((await databaseContent(path)).sha256);
    }
    expect(digests.size).toBe(1);
    const connection = await instance.connect();
    await connection.run(`ATTACH '${join(folder, 'a.duckdb')}' AS a`);
    expect(await rows(`SELECT net_revenue FROM a.report.levels LIMIT 1`)).toEqual([['61234.50']]);
    expect(await rows(`SELECT sentence FROM a.report.about_notes WHERE line = 3`)).toEqual([
      ['These are observed differences, not effects.'],
    ]);
    // One value changed, or one more row, is another digest.
    await connection.run(`UPDATE a.report.levels SET orders = orders + 1 WHERE discount_pct = '0'`);
    await connection.run('DETACH a');
    connection.closeSync();
    digests.add((await databaseContent(join(folder, 'a.duckdb'))).sha256);
    expect(digests.size).toBe(2);
    for (const name of ['a', 'b', 'c']) rmSync(join(folder, `${name}.duckdb`));
  });

  it('can be made of a report without anything in it', async () => {
    const [file] = await duckdb.write(EMPTY, PLAIN);
    expect(file!.bytes.length).toBeGreaterThan(0);
  });
});
