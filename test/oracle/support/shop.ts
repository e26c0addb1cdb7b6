import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import type { ReplayOptions } from '../../../src/relation.js';
import { runPipeline } from '../../../src/replay/index.js';
import { finalName } from '../../../src/sql/context.js';
import { capture } from './captures.js';
import { ROOT } from './command-line.js';
import type { Truth } from './truth.js';

const OPTIONS: ReplayOptions = {
  order: 'event-time',
  baseline: 'strict',
  topics: [],
  decimalScales: [],
  timeZone: 'UTC',
};

const TABLES = [
  'patients',
  'orders',
  'order_items',
  'products',
  'brands',
  'practitioners',
  'prescriptions',
  'prescription_items',
] as const;

/** A table of the shop's database. */
export type Table = (typeof TABLES)[number];

/** Where each capture (or dump) has its tables; `*` stands for the table. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  A: ['A-json-schema/values/shopa.pharmacy.*.values.ndjson.gz'],
  B: ['B-json-plain/kcat/shopb.pharmacy.*.kcat.ndjson.gz'],
  C: ['C-unwrapped/values/shopc.pharmacy.*.values.ndjson.gz'],
  F: ['F-postgres/kcat/shopf.pharmacy.*.kcat.ndjson.gz'],
  G: ['G-deidentified/kcat/shopg.pharmacy.*.kcat.ndjson.gz'],
  H: ['H-avro/topics/shopa.pharmacy.*'],
  I: ['I-legacy-1.9/kcat/shopi.pharmacy.*.kcat.ndjson.gz'],
  'dump of MariaDB': ['dump-mariadb/final/*.outfile.csv', 'dump-mariadb/final/*.outfile.csv.gz'],
  'dump of PostgreSQL': ['F-postgres/dump/final/*.copy.csv', 'F-postgres/dump/final/*.copy.csv.gz'],
};

/** The files of these tables in a capture, or null (said on the console) where one of them is not here. */
export function tablesOf(name: string, tables: readonly Table[] = TABLES): readonly string[] | null {
  const files = tables.map((table) =>
    PLACES[name]!.map((place) => capture(place.replace('*', table))).find((file) => file !== null),
  );
  const missing = tables.filter((_, i) => files[i] === undefined);
  if (missing.length === 0) return files as string[];
  console.warn(`capture ${name} has no ${missing.join(', ')} here: its tests are skipped`);
  return null;
}

/** A replay whose final rows are asked with SQL, the relation's name in braces: `SELECT ... FROM {ORDER_LINES}`. */
export interface Shop {
  query(sql: string): Promise<readonly Truth[]>;
  close(): void;
}

/** Replays the shipped pipeline over some files up to these relations. */
export async function openShop(inputs: readonly string[], relations: readonly string[]): Promise<Shop> {
  const engine = await openEngine({ threads: 2, memory: '1GB' });
  const file = join(ROOT, 'pipelines/pharmacy.ksql');
  const pipeline = { file, text: readFileSync(file, 'utf8') };
  const demand = relations.map((relation) => ({ relation, form: 'final' as const }));
  await runPipeline({ engine, inputs, pipeline, options: OPTIONS, demand });
  return { query: (sql) => rows(engine, sql), close: () => engine.close() };
}

/** Rows as the oracle's files have them: every value as text, a missing one empty. */
async function rows(engine: Engine, sql: string): Promise<readonly Truth[]> {
  const named = sql.replace(/\{(\w+)\}/g, (_, relation: string) => finalName(relation));
  const columns = (await engine.rows(`SELECT column_name FROM (DESCRIBE ${named})`)).map(([name]) => String(name));
  const found = await engine.rows(`SELECT COLUMNS(*)::VARCHAR FROM (${named})`);
  return found.map((row) =>
    Object.fromEntries(columns.map((name, i) => [name, row[i] === null ? '' : String(row[i])])),
  );
}
