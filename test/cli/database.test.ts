import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { pharmabi, ROOT, succeed, temporaryFolder } from '../oracle/support/command-line.js';

const TABLES = ['orders', 'patients', 'practitioners'];
const INPUTS = TABLES.map((t) => join(ROOT, `fixtures/captures/B-json-plain/kcat/shopb.pharmacy.${t}.kcat.ndjson.gz`));

async function ask(path: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A small one: replaying all of the shipped pipeline takes seconds. */
const PIPELINE = `
CREATE TABLE USERS (ID BIGINT PRIMARY KEY, PRACTITIONER_DISCOUNT DECIMAL(5, 2))
  WITH (KAFKA_TOPIC='patients', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');
CREATE STREAM ORDERS_SRC (ID BIGINT KEY, USER_ID BIGINT, AMOUNT_SUBTOTAL DECIMAL(18, 2), STATUS VARCHAR, DATE BIGINT)
  WITH (KAFKA_TOPIC='orders', KEY_FORMAT='JSON', VALUE_FORMAT='JSON', TIMESTAMP='DATE');
CREATE TABLE ITEMS (ID BIGINT PRIMARY KEY, QUANTITY INT) WITH (KAFKA_TOPIC='order_items', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');
CREATE TABLE BY_STATUS AS SELECT STATUS, SUM(AMOUNT_SUBTOTAL) AS NET, COLLECT_SET(USER_ID) AS PATIENTS FROM ORDERS_SRC GROUP BY STATUS;
`;

describe('a DuckDB file of a replay', () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'small.ksql'), PIPELINE);
  const asked = ['replay', ...INPUTS, '--pipeline', 'small.ksql', '--quiet'];
  const files = ['shop.duckdb', 'shop.duckdb.manifest.json', 'small.ksql'];
  const file = join(cwd, 'shop.duckdb');

  it('holds every stream and table that the input allows, says which it does not, and is made again as it was', async () => {
    await succeed([...asked, '--out', 'shop.duckdb', '--threads', '4'], { cwd });
    expect(readdirSync(cwd).sort()).toEqual(files);
    const made = statSync(file).mtimeMs;
    // The same content counts as done: nothing is asked for and nothing is touched.
    await succeed([...asked, '--out', 'shop.duckdb', '--threads', '1'], { cwd });
    expect(statSync(file).mtimeMs).toBe(made);
    expect((await succeed(['verify', 'shop.duckdb.manifest.json'], { cwd })).stdout).toContain('equal');

    expect(await ask(file, 'SELECT name, kind, form FROM pharmabi.relations ORDER BY name')).toEqual([
      { name: 'BY_STATUS', kind: 'table', form: 'final rows' },
      { name: 'ORDERS_SRC', kind: 'stream', form: 'records' },
      { name: 'USERS', kind: 'table', form: 'final rows' },
    ]);
    expect(await ask(file, 'FROM pharmabi.left_out')).toEqual([{ name: 'ITEMS', why: 'the input has no order_items' }]);
    expect(await ask(file, `SELECT data_type FROM duckdb_columns() WHERE table_name = 'BY_STATUS'`)).toEqual(
      ['VARCHAR', 'DECIMAL(18,2)', 'BIGINT[]', 'TIMESTAMP'].map((data_type) => ({ data_type })),
    );
    const { stdout } = await succeed(['replay', 'ORDERS_SRC', ...asked.slice(1)], { cwd });
    const stored = await ask(
      file,
      `SELECT * REPLACE (strftime("ROWTIME", '%Y-%m-%dT%H:%M:%S.%gZ') AS "ROWTIME") FROM ORDERS_SRC ORDER BY rowid`,
    );
    const shown = stored.map((row) => Object.values(row).map((value) => (value === null ? '' : String(value))));
    expect([Object.keys(stored[0]!), ...shown]).toEqual(parse(stdout));
  });

  it('holds one relation alone where it is named, also as a changelog', async () => {
    await succeed(['replay', 'BY_STATUS', ...asked.slice(1), '--changes', '--out', 'one.duckdb'], { cwd });
    const one = join(cwd, 'one.duckdb');
    expect(await ask(one, 'SELECT name, form FROM pharmabi.relations')).toEqual([
      { name: 'BY_STATUS', form: 'changelog' },
    ]);
    const [{ n } = { n: 0 }] = await ask(one, 'SELECT count(*) AS n FROM BY_STATUS WHERE NOT "TOMBSTONE"');
    expect(Number(n)).toBeGreaterThan(100);
    for (const name of ['one.duckdb', 'one.duckdb.manifest.json']) rmSync(join(cwd, name));
  });

  it('is told from one that was changed, and from a file that is none', async () => {
    await ask(file, 'UPDATE ORDERS_SRC SET "USER_ID" = 0 WHERE rowid = 3');
    const changed = await pharmabi(['verify', 'shop.duckdb.manifest.json'], { cwd });
    expect([changed.code, changed.stdout]).toEqual([1, expect.stringContaining('was edited or replaced')]);
    const again = await pharmabi([...asked, '--out', 'shop.duckdb'], { cwd });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('output-exists')]);
    writeFileSync(file, 'no database');
    expect((await pharmabi(['verify', 'shop.duckdb.manifest.json'], { cwd })).code).toBe(1);
    expect(readdirSync(cwd).sort()).toEqual(files);
  });
});

describe('several forms at once', () => {
  it('stand beside each other, in the form that each ending says, with one manifest', async () => {
    const cwd = temporaryFolder();
    const forms = ['duckdb', 'parquet', 'csv', 'json', 'xlsx', 'html', 'md', 'txt'];
    const outs = forms.flatMap((form) => ['--out', `r.${form}`]);
    await succeed(['report', 'discount-impact', ...INPUTS, ...outs, '--csv-for', 'excel-comma', '--quiet'], { cwd });
    const document = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as { tables: object };
    const further = Object.keys(document.tables).slice(1);
    expect(further).toContain('jumps');
    const tables = further.flatMap((t) => [`r.${t}.csv`, `r.${t}.parquet`]);
    expect(readdirSync(cwd).sort()).toEqual(
      [...forms.map((f) => `r.${f}`), ...tables, 'r.duckdb.manifest.json'].sort(),
    );
    expect((await succeed(['verify', 'r.duckdb.manifest.json'], { cwd })).stdout).toContain('equal');
    const [levels] = await ask(join(cwd, 'r.duckdb'), 'SELECT count(*) AS n FROM report.levels');
    expect(Number(levels!.n)).toBeGreaterThan(5);
  });

  it.each([
    [['--small-numbers', 'external', '--out', 'x.duckdb'], 'rows of single patients'],
    [['--format', 'duckdb'], 'A database is a file'],
  ])('%j is refused', async (options, message) => {
    const done = await pharmabi(['report', 'discount-impact', ...INPUTS, ...options]);
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
