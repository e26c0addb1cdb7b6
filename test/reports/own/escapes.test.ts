import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { openSandbox, type Sandbox } from '../../../src/engine/sandbox.js';
import { readHeader } from '../../../src/reports/own/header.js';
import { readStatement } from '../../../src/reports/own/statement.js';

const HEAD = [
  '-- title: T',
  '-- question: Q?',
  '-- columns:',
  '--   a: { label: A, unit: text, help: H. }',
  '',
  '',
].join('\n');
const RELATIONS = [{ name: 'ORDERS_PLACED', columns: [{ name: 'ORDER_ID' }, { name: 'STATUS' }] }];

const folder = mkdtempSync(join(tmpdir(), 'pharmabi-escapes-'));
const secret = join(folder, 'secret.csv');
let engine: Engine;
let sandbox: Sandbox;

beforeAll(async () => {
  writeFileSync(secret, 'password\nhunter2\n');
  engine = await openEngine();
  const path = join(engine.tempDirectory, 'orders.parquet');
  await engine.run(`COPY (SELECT 1 AS "ORDER_ID", 'paid' AS "STATUS") TO '${path}' (FORMAT parquet)`);
  const tables = [{ name: 'ORDERS_PLACED', path }];
  sandbox = await openSandbox({
    tables,
    order: 'ascending',
    memory: '128MB',
    timeZone: 'UTC',
    tempDirectory: '',
    seconds: 5,
  });
});

afterAll(() => {
  sandbox.close();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a file with this statement is refused for. */
async function refusal(sql: string): Promise<readonly string[]> {
  const source = { file: 'mine.sql', text: HEAD + sql };
  try {
    await readStatement(source, readHeader(source), RELATIONS, sandbox);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.diagnostics.map((d) => d.code);
  }
}

const FILES = (path: string): readonly string[] => [
  `SELECT * FROM read_csv('${path}')`,
  `SELECT * FROM read_csv_auto('${path}')`,
  `SELECT * FROM read_text('${path}')`,
  `SELECT content FROM read_blob('${path}')`,
  `SELECT * FROM read_json('${path}')`,
  `SELECT * FROM read_ndjson_objects('${path}')`,
  `SELECT * FROM read_parquet('${path}')`,
  `SELECT * FROM parquet_metadata('${path}')`,
  `SELECT * FROM sniff_csv('${path}')`,
  `SELECT * FROM glob('${path}*')`,
  `SELECT * FROM '${path}'`,
  `SELECT * FROM "${path}"`,
  `FROM '${path}'`,
  `SELECT (SELECT min(column0) FROM read_csv('${path}')) AS a FROM orders_placed`,
  `WITH x AS (SELECT * FROM read_text('${path}')) SELECT content FROM x`,
  `WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM x UNION ALL SELECT 1 FROM read_csv('${path}')`,
  `SELECT a FROM (SELECT 1 AS a) t, LATERAL (SELECT * FROM read_text('${path}')) u`,
  `SELECT status FROM orders_placed WHERE EXISTS (FROM read_text('${path}'))`,
  `SELECT status FROM orders_placed ORDER BY (SELECT count(*) FROM glob('*'))`,
  `SELECT status FROM orders_placed QUALIFY row_number() OVER (ORDER BY (SELECT size FROM read_blob('${path}'))) = 1`,
  `SELECT * FROM query('SELECT * FROM read_text(''${path}'')')`,
  `SELECT * FROM query_table('${path}')`,
  `SELECT /* a comment */ * -- another\n FROM /**/ read_text /**/ ('${path}')`,
  `SELECT * FROM READ_TEXT('${path}')`,
  `SELECT * FROM "read_text"('${path}')`,
  `SELECT * FROM system.main.read_text('${path}')`,
];

const STATEMENTS = (path: string): readonly string[] => [
  `COPY (SELECT 1) TO '${path}.out'`,
  `COPY orders_placed FROM '${path}'`,
  `EXPORT DATABASE '${path}.out'`,
  `ATTACH '${path}.db' AS x`,
  `ATTACH ':memory:' AS x`,
  'DETACH memory',
  'INSTALL httpfs',
  'LOAD json',
  "PRAGMA enable_profiling='json'",
  'PRAGMA database_list',
  `SET enable_external_access=true`,
  'RESET lock_configuration',
  'SET VARIABLE x = 1',
  'CREATE TABLE x AS SELECT 1',
  'INSERT INTO orders_placed VALUES (2)',
  'DELETE FROM orders_placed',
  'UPDATE orders_placed SET status = 1',
  'DROP TABLE orders_placed',
  'CALL duckdb_settings()',
  'EXPLAIN ANALYZE SELECT 1',
  'PREPARE x AS SELECT 1',
  'EXECUTE x',
  'BEGIN TRANSACTION',
  'VACUUM',
  'CHECKPOINT',
  'USE memory',
  'DESCRIBE orders_placed',
  'SUMMARIZE orders_placed',
  'SHOW ALL TABLES',
  'SELECT 1 AS a; SELECT 2 AS a',
  `SELECT 1 AS a; COPY (SELECT 1) TO '${path}.out'`,
  'SELECT 1 AS a; -- nothing more\n PRAGMA database_list',
];

const SESSION: readonly string[] = [
  "SELECT getenv('HOME')",
  "SELECT getvariable('pbi_inner_70617469656e74')",
  "SELECT current_setting('temp_directory')",
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_tables()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM pragma_database_size()',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM sqlite_master',
  'SELECT * FROM memory.main.orders_placed',
  'SELECT * FROM orders_src',
  'SELECT current_user',
  'SELECT "current_user"()',
  'SELECT version()',
  "SELECT json_serialize_sql('SELECT 1')",
  "SELECT json_execute_serialized_sql('{}')",
  "SELECT write_log('x')",
  "SELECT error('x')",
  'SELECT sleep_ms(100000)',
  'SELECT $nobody',
  'SELECT ?',
  'SELECT $1',
  "SELECT list_aggregate([1, 2], 'any_value')",
];

const CHANCE: readonly string[] = [
  'SELECT random()',
  'SELECT uuid()',
  'SELECT now()',
  'SELECT current_date',
  'SELECT CURRENT_TIMESTAMP',
  'SELECT localtime',
  'SELECT today()',
  "SELECT age(TIMESTAMP '2026-01-01')",
  'SELECT any_value(status) FROM orders_placed',
  'SELECT first(status) FROM orders_placed',
  'SELECT rowid FROM orders_placed',
  'SELECT status FROM orders_placed USING SAMPLE 1',
  'SELECT status FROM orders_placed TABLESAMPLE 10%',
  'SELECT approx_count_distinct(status) FROM orders_placed',
];

describe('a report of a user', () => {
  it('may ask for what its relations hold', async () => {
    for (const sql of [
      'SELECT status AS a FROM orders_placed GROUP BY ALL;',
      "WITH x AS (SELECT status AS a, count(*) AS n FROM ORDERS_PLACED GROUP BY ALL) SELECT a FROM x WHERE a LIKE 'p%' ORDER BY n",
      'SELECT CAST(range AS VARCHAR) AS a FROM range(3), orders_placed',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT CAST(n AS VARCHAR) AS a FROM r, orders_placed',
      'WITH x AS (SELECT 1 AS n), y AS (SELECT n FROM x) SELECT (SELECT n FROM y)::VARCHAR AS a FROM (SELECT * FROM y), orders_placed',
      'WITH orders_placed AS (SELECT * FROM orders_placed) SELECT status AS a FROM orders_placed',
      "SELECT 'a\u0001b' AS a FROM orders_placed",
      'SELECT list_transform(list(status ORDER BY status), lambda s: upper(s))[1] AS a FROM orders_placed',
    ])
      expect([sql, await refusal(sql)]).toEqual([sql, []]);
  });

  it('is refused every file, also deep inside', async () => {
    const all = [...FILES('/etc/passwd'), ...FILES(secret)];
    for (const sql of all) expect([sql, (await refusal(sql)).length > 0]).toEqual([sql, true]);
  });

  it('is refused everything but one SELECT', async () => {
    for (const sql of STATEMENTS(secret)) expect([sql, await refusal(sql)]).toEqual([sql, ['own-report-statement']]);
  });

  it('is refused the session, the settings and what the pipeline does not make', async () => {
    for (const sql of SESSION) expect([sql, (await refusal(sql)).length > 0]).toEqual([sql, true]);
  });

  it('may use the name of a CTE only where it holds', async () => {
    for (const sql of [
      'SELECT table_name AS a FROM duckdb_tables, (WITH duckdb_tables AS (SELECT 1 AS z) SELECT z FROM duckdb_tables) q, orders_placed',
      'SELECT name AS a FROM sqlite_master, (WITH sqlite_master AS (SELECT 1 AS z) SELECT z FROM sqlite_master) q, orders_placed',
      'WITH a AS (SELECT * FROM sqlite_master), sqlite_master AS (SELECT 1) SELECT name AS a FROM a, orders_placed',
      'WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT name AS a FROM sqlite_master, orders_placed',
      'SELECT (WITH pg_class AS (SELECT 1) SELECT count(*) FROM pg_class)::VARCHAR AS a FROM pg_class, orders_placed',
      'SELECT name AS a FROM orders_placed, sqlite_master WHERE EXISTS (WITH sqlite_master AS (SELECT 1) SELECT * FROM sqlite_master)',
      'SELECT name AS a FROM (WITH RECURSIVE sqlite_master AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM sqlite_master WHERE n < 3) SELECT n FROM sqlite_master), sqlite_master, orders_placed',
    ])
      expect([sql, await refusal(sql)]).toEqual([sql, ['own-report-relation']]);
  });

  it('reads at least one relation of the pipeline', async () => {
    for (const sql of [
      "SELECT 'x' AS a",
      "SELECT ('orders_placed'::regclass)::VARCHAR AS a",
      'SELECT range::VARCHAR AS a FROM range(3)',
    ])
      expect([sql, await refusal(sql)]).toEqual([sql, ['own-report-relation']]);
  });

  it('keeps its texts to the letter, whatever stands in them', async () => {
    for (const text of ['\u0001', 'a"\u0001b', '\u00015', '","x":"', '18446744073709551616', '\u0001"}]', '\\u00015']) {
      const source = {
        file: 'mine.sql',
        text: `${HEAD}SELECT '${text}' AS a, 18446744073709551616::VARCHAR AS b, 0.10::VARCHAR AS c FROM orders_placed`,
      };
      const { sql } = await readStatement(source, readHeader(source), RELATIONS, sandbox);
      expect((await sandbox.query(sql)).rows).toEqual([[text, '18446744073709551616', '0.10']]);
    }
    const alias = { file: 'mine.sql', text: `${HEAD}SELECT 1 AS "\u00015" FROM orders_placed` };
    const { sql } = await readStatement(alias, readHeader(alias), RELATIONS, sandbox);
    expect((await sandbox.query(sql)).names).toEqual(['\u00015']);
  });

  it('is refused the clock, chance and the order of arrival', async () => {
    for (const sql of CHANCE) expect([sql, await refusal(sql)]).toEqual([sql, ['own-report-function']]);
  });

  it('is told where, what and the nearest right name', async () => {
    const source = { file: 'mine.sql', text: `${HEAD}SELECT 'é' AS a\nFROM order_placed` };
    const problem = await readStatement(source, readHeader(source), RELATIONS, sandbox).catch(
      (e: DiagnosticError) => e.diagnostics[0],
    );
    expect(problem).toMatchObject({
      code: 'own-report-relation',
      place: { file: 'mine.sql', span: { line: 7, column: 6 } },
      help: 'Did you mean ORDERS_PLACED?',
    });
  });
});

// The judge reads the text; behind it stands an engine that can do nothing of the kind, should anything pass.
describe('the sandbox itself', () => {
  it('opens no file and writes none, whatever it is asked', async () => {
    for (const sql of [...FILES(secret), ...STATEMENTS(secret)].filter((sql) => sql.includes(folder))) {
      const { rows } = await sandbox.query(sql).catch(() => ({ rows: [] }));
      expect([
        sql,
        JSON.stringify(rows, (_, v) => (typeof v === 'bigint' ? String(v) : v)).includes('hunter2'),
      ]).toEqual([sql, false]);
    }
    expect(readdirSync(folder)).toEqual(['secret.csv']);
  });

  it('cannot be unlocked', async () => {
    for (const sql of [
      'SET enable_external_access=true',
      'SET lock_configuration=false',
      'RESET lock_configuration',
      "SET temp_directory='.'",
      "SET memory_limit='100GB'",
      "SET allowed_directories=['/']",
      'INSTALL httpfs',
      'LOAD httpfs',
    ])
      await expect(sandbox.query(sql), sql).rejects.toThrow();
    await expect(sandbox.query(`SELECT * FROM read_text('${secret}')`)).rejects.toThrow();
    expect(existsSync(`${secret}.out`)).toBe(false);
  });

  it('stops at its time and at its memory', async () => {
    const limits = { tables: [], order: 'ascending', timeZone: 'UTC', tempDirectory: '' } as const;
    const small = await openSandbox({ ...limits, memory: '64MB', seconds: 0.3 });
    try {
      const endless = 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r';
      await expect(small.query(endless)).rejects.toThrow();
      await expect(small.query('SELECT list(range) FROM range(100000000)')).rejects.toThrow();
    } finally {
      small.close();
    }
  });
});
