import { identifier, text } from '../sql/quote.js';
import type { InputFile, JsonFacts } from './input-file.js';
import { META, type MetaName, metaFields } from './json-facts.js';
import { rawLines } from './zstd-head.js';

/** What is asked of a file: nothing else is read out of it. */
export interface RawRequest {
  /** Lower-case names of row fields, and of those that are (part of) a key. */
  readonly fields: readonly string[];
  readonly keys: readonly string[];
  /** Spelling where the file's head does not tell one. */
  readonly spelling: ReadonlyMap<string, string>;
  /** Lower-case fields whose JSON numbers must not pass through a double. */
  readonly exactNumbers: readonly string[];
  readonly transactions: boolean;
  /** Keep the text of `schema` where records carry one. */
  readonly schemas: boolean;
}

/**
 * The one common shape of all forms: a FROM clause (alias `r`) and SQL expressions over it. A part that a form does not have is
 * `NULL`; `nullValue` is NULL where this reading cannot tell a null value from an unreadable line.
 */
export interface RawRelation {
  readonly from: string;
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
  readonly recordTime: string;
  readonly key: string;
  readonly nullValue: string;
  readonly schema: string;
  /** True where a function takes each record apart (and not the reader itself): it is worth doing once. */
  readonly parsed: boolean;
  /** A field of the envelope: `envelope('source', 'ts_ms')`. */
  envelope(...path: readonly string[]): string;
  /** An added field of an unwrapped row, by its name without prefix. */
  meta(name: MetaName): string;
  /** A field of the new row, the old row, the unwrapped row. */
  after(field: string): string;
  before(field: string): string;
  flat(field: string): string;
}

type Tree = { readonly [name: string]: string | Tree };

/** The raw relation of a JSON file (kcat, console, values). */
export function jsonRelation(file: InputFile, json: JsonFacts, request: RawRequest): RawRelation {
  const spell = (field: string): string => json.fields.get(field) ?? request.spelling.get(field) ?? field;
  const record = recordTree(json, request, spell);
  const tree: Tree = {
    ...(json.bare || !json.wrapped ? record : {}),
    ...(json.wrapped ? { ...(request.schemas ? { schema: 'VARCHAR' } : {}), payload: record } : {}),
  };
  const source = sourceOf(file, tree, request.exactNumbers.map(spell));
  const levels: readonly (readonly string[])[] = [
    ...(json.bare || !json.wrapped ? [[]] : []),
    ...(json.wrapped ? [['payload']] : []),
  ];
  const get = (path: readonly string[]): string => {
    const found = levels.map((level) => [...level, ...path]).filter((full) => has(tree, full));
    const columns = found.map((full) => source.column(full));
    return columns.length === 0 ? 'NULL' : columns.length === 1 ? columns[0]! : `coalesce(${columns.join(', ')})`;
  };
  return {
    ...source,
    schema: json.wrapped && request.schemas ? source.column(['schema']) : 'NULL',
    envelope: (...path) => (json.envelope ? get(path) : 'NULL'),
    meta(name) {
      const found = json.flat ? metaFields(json.prefix, name).map((f) => get([f])) : [];
      const there = found.filter((sql) => sql !== 'NULL');
      return there.length > 1 ? `coalesce(${there.join(', ')})` : (there[0] ?? 'NULL');
    },
    after: (field) => (json.envelope ? get(['after', spell(field)]) : 'NULL'),
    before: (field) => (json.envelope ? get(['before', spell(field)]) : 'NULL'),
    flat: (field) => (json.flat ? get([spell(field)]) : 'NULL'),
  };
}

const NUMBERS = new Set(['ts_ms', 'source_ts_ms', 'pos', 'source_pos', 'row', 'source_row', 'lsn', 'source_lsn']);

const BINLOG: Tree = { file: 'VARCHAR', pos: 'BIGINT', row: 'BIGINT' };
const LSN: Tree = { schema: 'VARCHAR', lsn: 'BIGINT', sequence: 'VARCHAR' };

/** Where a connector writes a record's place. What it does not write costs as much to look for as what it does. */
const PLACES: { readonly [connector: string]: Tree } = { mysql: BINLOG, mariadb: BINLOG, postgresql: LSN };

function recordTree(json: JsonFacts, request: RawRequest, spell: (field: string) => string): Tree {
  const rows = (fields: readonly string[]): Tree => Object.fromEntries(fields.map((f) => [spell(f), 'VARCHAR']));
  const flat: Tree = json.flat
    ? {
        ...rows(request.fields),
        ...Object.fromEntries(
          META.flatMap((m) => metaFields(json.prefix, m).map((f) => [f, NUMBERS.has(m) ? 'BIGINT' : 'VARCHAR'])),
        ),
      }
    : {};
  if (!json.envelope) return json.flat ? flat : { op: 'VARCHAR' };
  const known = PLACES[json.connector ?? ''];
  const source = {
    name: 'VARCHAR',
    db: 'VARCHAR',
    table: 'VARCHAR',
    ts_ms: 'BIGINT',
    snapshot: 'VARCHAR',
    ...(known ?? { ...BINLOG, ...LSN }),
    ...(request.transactions ? { gtid: 'VARCHAR', txId: 'VARCHAR' } : {}),
  };
  return {
    ...flat,
    op: 'VARCHAR',
    source,
    ...(request.fields.length > 0 ? { after: rows(request.fields) } : {}),
    ...(request.keys.length > 0 ? { before: rows(request.keys) } : {}),
    ...(request.transactions ? { transaction: { id: 'VARCHAR' } } : {}),
  };
}

function has(tree: Tree, path: readonly string[]): boolean {
  let node: string | Tree | undefined = tree;
  for (const name of path) node = typeof node === 'object' ? node[name] : undefined;
  return node !== undefined;
}

interface Source
  extends Pick<RawRelation, 'from' | 'topic' | 'partition' | 'offset' | 'recordTime' | 'key' | 'nullValue' | 'parsed'> {
  column(path: readonly string[]): string;
}

function sourceOf(file: InputFile, tree: Tree, exact: readonly string[]): Source {
  const inner = (path: readonly string[]): string => ['r.j', ...path.map(identifier)].join('.');
  const none = { topic: 'NULL', partition: 'NULL', offset: 'NULL', recordTime: 'NULL', key: 'NULL' };
  const value = (column: string): string => `TRY(from_json(${quoteNumbers(column, exact)}, ${text(structure(tree))}))`;
  if (file.form.kind === 'kcat') {
    const columns =
      "{topic: 'VARCHAR', \"partition\": 'INTEGER', \"offset\": 'BIGINT', ts: 'BIGINT', key: 'VARCHAR', payload: 'VARCHAR'}";
    return {
      from: `(SELECT *, ${value('payload')} AS j FROM ${readJson(file, columns)}) r`,
      topic: 'r.topic',
      partition: 'r."partition"',
      offset: 'r."offset"',
      recordTime: 'r.ts',
      key: 'r.key',
      nullValue: '(r.topic IS NOT NULL AND r."offset" IS NOT NULL AND r.payload IS NULL)',
      parsed: true,
      column: inner,
    };
  }
  if (file.form.kind === 'console') {
    const at = (name: string): string =>
      `r.p[${file.form.kind === 'console' ? file.form.columns.indexOf(name) + 1 : 0}]`;
    const count = file.form.columns.length;
    const tail = (name: string): string => `TRY_CAST(split_part(${at(name)}, ':', 2) AS BIGINT)`;
    const there = (name: string, sql: string): string =>
      file.form.kind === 'console' && file.form.columns.includes(name) ? sql : 'NULL';
    return {
      ...none,
      from: `(SELECT p, CASE WHEN len(p) = ${count} THEN ${value(`p[${count}]`)} END AS j FROM (SELECT string_split(line, chr(9)) AS p FROM ${rawLines(file.readPath, packing(file))})) r`,
      partition: there('partition', tail('partition')),
      offset: there('offset', tail('offset')),
      recordTime: there('timestamp', tail('timestamp')),
      key: there('key', `nullif(${at('key')}, 'null')`),
      nullValue: `(len(r.p) = ${count} AND r.p[${count}] = 'null')`,
      parsed: true,
      column: inner,
    };
  }
  if (exact.length > 0) {
    const from = `(SELECT line, ${value('line')} AS j FROM ${rawLines(file.readPath, packing(file))}) r`;
    return { ...none, from, nullValue: "(trim(r.line) = 'null')", parsed: true, column: inner };
  }
  const columns = `{${Object.entries(tree)
    .map(([name, node]) => `${identifier(name)}: ${text(duckStruct(node))}`)
    .join(', ')}}`;
  return {
    ...none,
    from: `${readJson(file, columns)} r`,
    nullValue: 'NULL',
    parsed: false,
    column: (path) => ['r', ...path.map(identifier)].join('.'),
  };
}

function readJson(file: InputFile, columns: string): string {
  return `read_json(${text(file.readPath)}, format='newline_delimited', ignore_errors=true, columns=${columns}, compression=${text(packing(file))})`;
}

/** DuckDB's word for how a file is packed. */
export function packing(file: InputFile): string {
  return file.compression === 'none' ? 'uncompressed' : file.compression;
}

/** Turns `"amount":12.30` into `"amount":"12.30"`, so that the digits reach the cast as they were written. */
function quoteNumbers(column: string, fields: readonly string[]): string {
  if (fields.length === 0) return column;
  const names = fields.map((f) => f.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return `regexp_replace(${column}, ${text(`"(${names})"\\s*:\\s*(-?[0-9][0-9.eE+-]*)`)}, '"\\1":"\\2"', 'g')`;
}

function structure(tree: Tree): string {
  return JSON.stringify(tree);
}

function duckStruct(node: string | Tree): string {
  if (typeof node === 'string') return node;
  return `STRUCT(${Object.entries(node)
    .map(([name, child]) => `${identifier(name)} ${duckStruct(child)}`)
    .join(', ')})`;
}
