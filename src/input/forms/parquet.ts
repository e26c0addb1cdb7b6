import { resolve } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { identifier, text } from '../../sql/quote.js';
import { columnOf } from '../dump/header.js';
import type { Form, InputFile, RecordFacts } from '../input-file.js';
import { jsonFacts, metaFields } from '../json-facts.js';
import { shapeText } from '../json-relation.js';
import { type FoundBytes, type RawRelation, type Reader, ROWS_ONLY } from '../reader.js';
import { topicOfPath } from '../topic-name.js';

/** A column with DuckDB's type of it. */
type Column = readonly [name: string, type: string];

/** Structs of Debezium's envelope whose fields are asked for. */
const PARTS = ['after', 'before', 'source', 'transaction'] as const;

/** A Parquet file as its footer and its first rows describe it. */
interface ParquetForm extends Form {
  readonly records: RecordFacts;
  readonly columns: readonly Column[];
  /** Fields of the envelope's structs. */
  readonly parts: { readonly [part in (typeof PARTS)[number]]?: readonly Column[] };
}

const common = {
  lines: false,
  broken: 'invalid-json',
  texts: (file: InputFile, first?: number) =>
    `SELECT row_number() OVER () - 1 AS n, to_json(r)::VARCHAR AS v, NULL::VARCHAR AS key, ${text(file.fileTopic)} AS topic, NULL::BIGINT AS record_time, true AS whole FROM ${rows(file.path)}${first === undefined ? '' : ` LIMIT ${first}`}`,
  // Rows have no lines.
  lineNumbers: async (_: Engine, __: InputFile, places: readonly number[]) => places.map(() => null),
};

/** Parquet as sink connectors write it: envelopes, or unwrapped rows with added fields (`__op`, `__source_ts_ms`). */
const CHANGES: Reader = {
  ...common,
  kind: 'parquet-changes',
  lacks: new Set(['key']),
  recogniseBytes: recognise,
  title: ({ records }) => `Parquet, ${shapeText(records as RecordFacts)}`,
  relation: changesRelation,
};

/** Parquet of plain rows: a table at one instant, typed. */
const DUMP: Reader = {
  ...common,
  kind: 'parquet-dump',
  lacks: new Set(['history']),
  title: () => 'dump (Parquet)',
  relation(file) {
    const { columns } = file.form as ParquetForm;
    const names = columns.map(([name]) => name);
    return {
      ...ROWS_ONLY,
      from: rows(file.path),
      flat: (field) => columnSql('r', columns[columnOf(names, field)]),
    };
  },
  header(form) {
    const names = (form as ParquetForm).columns.map(([name]) => name);
    return { names, has: (field) => columnOf(names, field) >= 0 };
  },
};

/** Both kinds of Parquet: the first recognises files of either. */
export const PARQUET: readonly Reader[] = [CHANGES, DUMP];

function rows(path: string): string {
  return `read_parquet(${text(path)}) r`;
}

async function recognise({ engine, path, name, scan }: FoundBytes): Promise<InputFile | null> {
  if (scan.compression !== 'none' || scan.head.subarray(0, 4).toString('latin1') !== 'PAR1') return null;
  const form = await formOf(engine, path);
  const { bytes, sha256, compression } = scan;
  const [place, title] = [resolve(path), name].map((text) => text.replace(/\.(parquet|pq)$/i, '')) as [string, string];
  const file = { name, path, readPath: path, bytes, sha256, compression, fileTopic: topicOfPath(place, title) };
  return { ...file, form, blankLines: false, rejected: [], damage: null };
}

const SAMPLE = 400;

async function formOf(engine: Engine, path: string): Promise<Form> {
  try {
    const columns = await described(engine, `SELECT * FROM ${rows(path)}`);
    const structs = PARTS.filter((part) => columns.some(([name, type]) => name === part && type.startsWith('STRUCT(')));
    const parts = Object.fromEntries(
      await Promise.all(
        structs.map(async (part) => [part, await described(engine, `SELECT unnest(r.${part}) FROM ${rows(path)}`)]),
      ),
    ) as ParquetForm['parts'];
    // Each page is unpacked once: a file that is damaged somewhere is told before anything of it counts.
    await engine.rows(`SELECT count(COLUMNS(*)) FROM ${rows(path)}`);
    const sample = await engine.rows(`SELECT to_json(r)::VARCHAR FROM ${rows(path)} LIMIT ${SAMPLE}`);
    const records = factsOf(jsonFacts(sample.map(([row]) => String(row))), columns, parts);
    const changes = records.envelope || metaFields(records.prefix, 'op').some((field) => has(columns, field));
    const added = ['deleted', 'source_ts_ms', 'table'] as const;
    const isLog = changes || added.some((field) => has(columns, `__${field}`));
    return { kind: isLog ? 'parquet-changes' : 'parquet-dump', records, columns, parts } as ParquetForm;
  } catch (error) {
    if (error instanceof Error && error.message.includes('INTERRUPT')) throw error;
    return {
      kind: 'set-aside',
      what: 'Parquet, damaged',
      code: 'parquet',
      reason: 'is a Parquet file that cannot be read to its end (cut off, or damaged)',
      help: 'Export it again.',
    } as Form;
  }
}

async function described(engine: Engine, sql: string): Promise<readonly Column[]> {
  return (await engine.rows(`DESCRIBE ${sql}`)).map(([name, type]) => [String(name), String(type)]);
}

function has(columns: readonly Column[], field: string): boolean {
  return columns.some(([name]) => name === field);
}

/** What the footer tells goes before what the first rows look like. */
function factsOf(sample: RecordFacts, columns: readonly Column[], parts: ParquetForm['parts']): RecordFacts {
  const row = parts.after ?? parts.before;
  const envelope = row !== undefined && has(columns, 'op');
  const fields = envelope ? row : columns;
  return {
    ...sample,
    wrapped: false,
    bare: true,
    envelope,
    flat: !envelope,
    fields: new Map(fields.map(([name]) => [name.toLowerCase(), name])),
    types: new Map(fields.map(([name, type]) => [name.toLowerCase(), new Set([jsonType(type)])])),
    base64: new Set(),
    encoded: new Set(),
  };
}

function jsonType(type: string): string {
  if (type.endsWith('[]')) return 'array';
  if (type.startsWith('STRUCT(') || type.startsWith('MAP(')) return 'object';
  return type === 'DOUBLE' || type === 'FLOAT' ? 'number' : 'string';
}

function changesRelation(file: InputFile): RawRelation {
  const { columns, parts, records } = file.form as ParquetForm;
  const top = (name: string): string => columnSql('r', named(columns, name));
  const inside = (part: (typeof PARTS)[number], field: string): string =>
    columnSql(`r.${part}`, named(parts[part] ?? [], field));
  return {
    ...ROWS_ONLY,
    nullValue: 'NULL',
    rows: false,
    from: rows(file.path),
    envelope(...[first, second]) {
      if (!records.envelope || first === undefined) return 'NULL';
      const part = PARTS.find((name) => name === first);
      return second === undefined ? top(first) : part === undefined ? 'NULL' : inside(part, second);
    },
    meta(name) {
      const found = records.flat ? metaFields(records.prefix, name).map(top) : [];
      return found.find((sql) => sql !== 'NULL') ?? 'NULL';
    },
    after: (field) => inside('after', field),
    before: (field) => inside('before', field),
    flat: (field) => (records.flat ? top(field) : 'NULL'),
  };
}

function named(columns: readonly Column[], field: string): Column | undefined {
  return columns.find(([name]) => name === field) ?? columns.find(([name]) => name.toLowerCase() === field);
}

/** The text of a typed column as a log of JSON would have it: instants in UTC with their zone, bytes as `\x` and hexadecimal digits. */
function columnSql(row: string, column: Column | undefined): string {
  if (column === undefined) return 'NULL';
  const [name, type] = column;
  const sql = `${row}.${identifier(name)}`;
  if (type === 'BLOB') return `('\\x' || lower(hex(${sql})))`;
  if (type === 'TIMESTAMP WITH TIME ZONE') return `pbi_stamp_text(epoch_us(${sql}), 0)`;
  if (jsonType(type) === 'array' || jsonType(type) === 'object') return `to_json(${sql})::VARCHAR`;
  return /^(U?(TINY|SMALL|BIG)INT|INTEGER)$/.test(type) ? sql : `${sql}::VARCHAR`;
}
