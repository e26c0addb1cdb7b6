import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { buildChangeLog, type ChangeLog } from '../../src/changelog/index.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { recogniseInputs } from '../../src/input/index.js';
import type { SourceColumn, SourceDeclaration } from '../../src/ksql/source.js';
import { BIGINT, decimal, type KsqlType, STRING } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { unpacked } from '../packed.js';

const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** The captures of the shared folder, else those kept with the project; null where there are none. */
export const CAPTURES = [`${SHARED}/captures`, `${FIXTURES}/captures`].find((p) => existsSync(p)) ?? null;
/** What the real engine read and wrote, where it is at hand. */
export const GOLDEN = existsSync(`${SHARED}/golden`) ? `${SHARED}/golden` : null;

/** What a run is asked for where nothing else is said. */
export const OPTIONS: ReplayOptions = {
  order: 'event-time',
  baseline: 'strict',
  topics: [],
  decimalScales: [],
  timeZone: 'UTC',
};

export function column(name: string, type: KsqlType, key = false, used = true): SourceColumn {
  return { name, type, key, used };
}

export function source(
  kind: 'stream' | 'table',
  name: string,
  topic: string,
  columns: readonly SourceColumn[],
  timestamp?: string,
): SourceDeclaration {
  const dated = timestamp === undefined ? {} : { timestamp: { column: timestamp } };
  return { kind, name, topic, columns, keyFormat: 'JSON', valueFormat: 'JSON', ...dated };
}

export const USERS = source(
  'table',
  'USERS',
  'patients',
  [
    column('ID', BIGINT, true),
    column('PRACTITIONER_ID', BIGINT),
    column('PRACTITIONER_DISCOUNT', decimal(5, 2)),
    column('PRACTITIONER_DISCOUNT_CHANGED_AT', BIGINT),
    column('EMAIL', STRING, false, false),
  ],
  'PRACTITIONER_DISCOUNT_CHANGED_AT',
);
export const ORDERS = source(
  'stream',
  'ORDERS_SRC',
  'orders',
  [
    column('ID', BIGINT, true),
    column('USER_ID', BIGINT),
    column('AMOUNT_TOTAL', decimal(10, 2)),
    column('STATUS', STRING),
    column('DATE', BIGINT),
  ],
  'DATE',
);

/** Builds a change log in an engine of its own and hands both to `look`. */
export async function withChangeLog<T>(
  paths: readonly string[],
  sources: readonly SourceDeclaration[],
  options: Partial<ReplayOptions>,
  look: (log: ChangeLog, engine: Engine) => Promise<T>,
  limits: { readonly threads?: number; readonly memory?: string } = {},
): Promise<T> {
  const engine = await openEngine(limits);
  try {
    const files = await recogniseInputs(engine, paths, { ...OPTIONS, ...options });
    return await look(await buildChangeLog(engine, files, sources, { ...OPTIONS, ...options }), engine);
  } finally {
    engine.close();
  }
}

/** The rows of a relation that stand at its end, as text, by key: an upsert fold. */
export async function fold(engine: Engine, relation: string): Promise<readonly (readonly string[])[]> {
  const rows = await engine.rows(
    `SELECT * EXCLUDE ("$seq", "$ts", "$live") FROM (SELECT * FROM ${relation} QUALIFY row_number() OVER (PARTITION BY "ID" ORDER BY "$seq" DESC) = 1) WHERE "$live" ORDER BY "ID"`,
  );
  return rows.map((row) => row.map((value) => (value === null ? '' : String(value))));
}

/** A file of the captures, unpacked where it is packed. */
export function text(path: string): string {
  return unpacked(path).toString('utf8');
}

/** Columns of an oracle's CSV, rows in order of the first column. */
export function oracle(path: string, columns: readonly string[]): readonly (readonly string[])[] {
  const records = parse(text(path), { columns: true }) as Record<string, string>[];
  return records.map((r) => columns.map((c) => r[c]!)).sort((a, b) => Number(a[0]) - Number(b[0]));
}

export const USER_COLUMNS = ['id', 'practitioner_id', 'practitioner_discount', 'practitioner_discount_changed_at'];
export const ORDER_COLUMNS = ['id', 'user_id', 'amount_total', 'status', 'date'];

/** Every row of all relations in the order of the replay, as text. */
export async function sequence(log: ChangeLog, engine: Engine): Promise<readonly string[]> {
  const parts = [...log.relations].map(
    ([name, relation]) => `SELECT "$seq" AS seq, '${name}|' || to_json(r)::VARCHAR AS line FROM ${relation} r`,
  );
  return (await engine.rows(`SELECT line FROM (${parts.join(' UNION ALL ')}) ORDER BY seq`)).map((row) =>
    String(row[0]),
  );
}
