import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import type { RawRelation, RawRequest } from '../input/reader.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { ValueColumn } from './columns.js';
import { cutInstants } from './cut-instants.js';
import { type Encoding, encodingOf } from './encoding.js';
import { EVENTS, isOf } from './events-table.js';
import { type Base64Fields, formCases, type KnownForms } from './forms.js';
import { type Insert, insertSql } from './insert.js';
import type { LoadContext } from './load-context.js';
import { namesOf, rawSelect, requestOf } from './raw-select.js';
import type { TableVersion } from './schema-history.js';
import { type EmbeddedSchema, readSchemas } from './schemas.js';

/** How a file is read: what is asked of it, and what was found out of its values on the way. */
export interface Reading {
  readonly context: LoadContext;
  /** What is asked beyond the columns of the context. */
  readonly request: Partial<RawRequest>;
  readonly base64: Base64Fields;
}

/** Reads one file into the events table, in place of what an earlier reading put there: only needed columns, typed, classified, with position and identity. Gives in words what declared types could not hold. */
export async function loadFile(
  engine: Engine,
  file: InputFile,
  index: number,
  { context, request, base64 }: Reading,
): Promise<readonly string[]> {
  await engine.run(`DELETE FROM ${EVENTS} WHERE ${isOf(file, index)}`);
  const reader = readerOf(file);
  const asked = requestOf(context, request);
  await reader.prepare?.(file, asked);
  const raw = reader.relation(file, asked);
  const insert = insertOf(raw, index, { context, request, base64 });
  if (raw.schema === 'NULL') {
    await alone(engine, file.bytes, insert(rawSelect(file, raw, context), [], raw.parsed));
    return [];
  }
  const staged = '"$staged"';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${staged} AS ${rawSelect(file, raw, context)}`);
  const schemas = await readSchemas(engine, file, staged);
  await engine.run(insert(`SELECT * FROM ${staged}`, schemas, false));
  const cuts = await cutInstants(engine, staged, context, schemas);
  await engine.run(`DROP TABLE ${staged}`);
  return cuts;
}

/** The statement that puts records of a raw select into the events table, by the schemas that they carry. `typed`: see `Insert`. */
export function insertOf(
  raw: RawRelation,
  index: number,
  { context, request, base64 }: Reading,
  typed?: Insert['typed'],
): (from: string, schemas: readonly EmbeddedSchema[], once: boolean) => string {
  const history = historyOf(context);
  const exact = request.exactNumbers ?? [];
  return (from, schemas, once) => {
    const encodings = encodingsOf(context, { schemas, everySchema: raw.everySchema, base64, history });
    return insertSql(from, { raw, index, context, encodings, history, exact, once, ...(typed && { typed }) });
  };
}

/** How each value column of a file is written, by what is known of it. */
export function encodingsOf(
  context: LoadContext,
  known: Omit<KnownForms, 'options'>,
): ReadonlyMap<ValueColumn, Encoding> {
  return new Map(
    context.values.map((v) => [v, encodingIn(v, context, { ...known, options: context.options })] as const),
  );
}

/** What a policy has changed is text of its own: the year of a birth is no number of days any more. */
function encodingIn(v: ValueColumn, context: LoadContext, known: KnownForms): Encoding {
  const changed = v.sources.some((s) => context.deidentification?.bySource[s]?.has(v.field) === true);
  return changed ? {} : encodingOf(formCases(v, namesOf(context, v.field), known));
}

/** Files below this many bytes are read before a second thread has been stopped. */
const SMALL = 2_000_000;

/** Runs a load in one thread: its rows are numbered in the order of the file, and a second thread only spins beside the first. */
async function alone(engine: Engine, bytes: number, sql: string): Promise<void> {
  if (bytes < SMALL) return await engine.run(sql);
  const threads = String((await engine.rows("SELECT current_setting('threads')"))[0]?.[0] ?? 1);
  await engine.run('SET threads = 1');
  try {
    await engine.run(sql);
  } finally {
    await engine.run(`SET threads = ${threads}`);
  }
}

/** The versions of the tables that the sources are over. */
function historyOf({ sources, history }: LoadContext): readonly TableVersion[] {
  const tables = new Set(sources.map((s) => tableOfTopic(s.topic.toLowerCase())));
  const found = history.filter((v) => tables.has(v.table));
  // A router may have renamed all topics: then any table can be meant.
  return found.length > 0 ? found : history;
}
