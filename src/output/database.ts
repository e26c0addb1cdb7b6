import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, openEngine } from '../engine/engine.js';
import { closingNotes, type Report } from '../reports/report.js';
import { identifier, text } from '../sql/quote.js';
import { provenanceLines } from './provenance-text.js';
import type { RelationQuery } from './relation.js';
import { isRowtime } from './relation-sql.js';
import { loadTable } from './typed-table.js';

/** The name under which a file that is being written is attached. */
const FILE = '"$file"';

/** A relation for a database file: its rows in their final order. */
export interface DatabaseRelation extends RelationQuery {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  /** A table's changelog, not its final rows. */
  readonly changes: boolean;
}

/** A relation that is not in the file, and why. */
export interface AbsentRelation {
  readonly name: string;
  readonly why: string;
}

/**
 * Makes a DuckDB file with one table per relation (its own name, its own column types, ROWTIME as TIMESTAMP) and a schema
 * `pharmabi`: `relations` lists them, `left_out` what the input did not allow. The engine's data go over as they are, so what a
 * policy dropped or hashed is dropped or hashed here too.
 */
export async function writeDatabase(
  engine: Engine,
  path: string,
  relations: readonly DatabaseRelation[],
  absent: readonly AbsentRelation[],
): Promise<void> {
  await engine.run(`ATTACH ${text(path)} AS ${FILE}`);
  try {
    await engine.run(`CREATE SCHEMA ${FILE}.pharmabi`);
    await engine.run(
      `CREATE TABLE ${FILE}.pharmabi.relations (name VARCHAR, kind VARCHAR, form VARCHAR, "rows" BIGINT)`,
    );
    await engine.run(`CREATE TABLE ${FILE}.pharmabi.left_out (name VARCHAR, why VARCHAR)`);
    for (const relation of relations) await writeOne(engine, relation);
    for (const { name, why } of absent)
      await engine.run(`INSERT INTO ${FILE}.pharmabi.left_out VALUES (${text(name)}, ${text(why)})`);
  } finally {
    await engine.run(`DETACH ${FILE}`);
  }
}

async function writeOne(engine: Engine, { name, kind, changes, sql, columns }: DatabaseRelation): Promise<void> {
  const shown = columns.map((column) => {
    const quoted = identifier(column.name);
    return isRowtime(column) ? `epoch_ms(${quoted}) AS ${quoted}` : quoted;
  });
  const target = `${FILE}.main.${identifier(name)}`;
  await engine.run(`CREATE TABLE ${target} AS SELECT ${shown.join(', ')} FROM (${sql})`);
  const form = kind === 'stream' ? 'records' : changes ? 'changelog' : 'final rows';
  await engine.run(
    `INSERT INTO ${FILE}.pharmabi.relations SELECT ${text(name)}, ${text(kind)}, ${text(form)}, count(*) FROM ${target}`,
  );
}

/** Adds the tables of a report to a DuckDB file: a schema `report` with each of them, and `summary`, `notes` and `provenance`. */
export async function addReport(path: string, report: Report, manifestName?: string): Promise<void> {
  const engine = await openEngine({ threads: 1 });
  try {
    await engine.run(`ATTACH ${text(path)} AS ${FILE}`);
    await engine.run(`CREATE SCHEMA ${FILE}.report`);
    for (const table of report.tables) {
      const target = `${FILE}.report.${identifier(table.name)}`;
      await loadTable(engine, table, target);
      await engine.run(`COMMENT ON TABLE ${target} IS ${text(table.title)}`);
    }
    const lines = (name: string, rows: readonly string[]): Promise<void> =>
      engine.run(
        `CREATE TABLE ${FILE}.report.${identifier(`about_${name}`)} AS SELECT * FROM (VALUES ${rows.map((row, i) => `(${i + 1}, ${row})`).join(', ')}) AS t(line, ${name === 'provenance' ? 'name, part, value' : 'sentence'})`,
      );
    const entries = [
      { name: 'report', value: report.id },
      { name: 'question', value: report.question },
      ...report.provenance,
      ...(manifestName === undefined ? [] : [{ name: 'manifest', value: manifestName }]),
    ].flatMap((entry) => provenanceLines(entry).map(([part, value]) => [entry.name, part, value].map(text).join(', ')));
    await lines('provenance', entries);
    if (report.summary.length > 0) await lines('summary', report.summary.map(text));
    const notes = [...(report.banner === null ? [] : [report.banner]), ...closingNotes(report)];
    if (notes.length > 0) await lines('notes', notes.map(text));
    await engine.run(`DETACH ${FILE}`);
  } finally {
    engine.close();
  }
}

/** What a DuckDB file holds, in size and digest. Its bytes differ from run to run (the order in which threads fill blocks), its content does not. */
export interface DatabaseContent {
  readonly bytes: number;
  readonly sha256: string;
}

/** The content of a DuckDB file: of every table its name, columns, types and rows, in their order, as JSON. */
export async function databaseContent(path: string): Promise<DatabaseContent> {
  const engine = await openEngine();
  try {
    await engine.run(`ATTACH ${text(path)} AS ${FILE} (READ_ONLY)`);
    const tables = await engine.rows(`SELECT schema_name, table_name, sql FROM duckdb_tables()
WHERE database_name = '$file' ORDER BY schema_name, table_name`);
    const parts: string[] = [];
    for (const [schema, name, definition] of tables) {
      const from = [schema, name].map((word) => identifier(String(word))).join('.');
      parts.push(`SELECT ${text(String(definition))} AS head, coalesce(sum(octet_length(encode(line)) + 1), 0) AS bytes,
  sha256(coalesce(string_agg(sha256(line), '' ORDER BY place), '')) AS digest
FROM (SELECT t.rowid AS place, to_json(t)::VARCHAR AS line FROM ${FILE}.${from} AS t)`);
    }
    let [bytes, digest] = [0n, ''];
    for (const part of parts) {
      const [row] = await engine.rows(
        `SELECT CAST(bytes AS BIGINT) + octet_length(encode(head)), sha256(${text(digest)} || head || digest) FROM (${part})`,
      );
      bytes += BigInt(String(row![0]));
      digest = String(row![1]);
    }
    return { bytes: Number(bytes), sha256: digest };
  } finally {
    engine.close();
  }
}

/** A DuckDB file of a report alone, as bytes. */
export async function databaseBytes(report: Report, manifestName?: string): Promise<Uint8Array> {
  const engine = await openEngine({ threads: 1 });
  try {
    const path = join(engine.tempDirectory, 'report.duckdb');
    await writeDatabase(engine, path, [], []);
    await addReport(path, report, manifestName);
    return new Uint8Array(readFileSync(path));
  } finally {
    engine.close();
  }
}
