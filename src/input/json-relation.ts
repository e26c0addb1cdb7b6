import { identifier, text } from '../sql/quote.js';
import type { InputFile, RecordFacts } from './input-file.js';
import { META, metaFields } from './json-facts.js';
import type { RawRelation, RawRequest } from './reader.js';
import { rawLines } from './zstd-head.js';

type Tree = { readonly [name: string]: string | Tree };

/** How the records of a form of JSON lie in its lines. */
export interface JsonLines {
  /** The FROM clause (alias `r`), where the engine's reader does not take the lines apart by itself; `value(column)` is SQL that does. `kept`: columns to hand on. */
  from(value: (column: string) => string, kept: string): string;
  readonly topic?: string;
  readonly partition?: string;
  readonly offset?: string;
  readonly recordTime?: string;
  readonly key?: string;
  readonly nullValue: string;
}

/** The raw relation of a file whose values are JSON. `lines` is null where each line is a value, for the engine's own reader. */
export function jsonRelation(file: InputFile, request: RawRequest, lines: JsonLines | null): RawRelation {
  const json = factsFor(file, request);
  const spell = (field: string): string => json.fields.get(field) ?? request.spelling.get(field) ?? field;
  const record = recordTree(json, request, spell);
  const tree: Tree = {
    ...(json.bare || !json.wrapped ? record : {}),
    ...(json.wrapped ? { schema: 'VARCHAR', payload: record } : {}),
  };
  const source =
    lines === null ? readerSource(file, tree) : lineSource(file, lines, tree, request.exactNumbers.map(spell));
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
    rows: false,
    fileAt: file.paths === undefined ? null : 'r.file_index',
    schema: json.wrapped ? source.column(['schema']) : 'NULL',
    everySchema: file.form.records?.bare === false,
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

function factsFor(file: InputFile, { everyShape, everyPlace }: RawRequest): RecordFacts {
  const told = file.form.records!;
  const shapes = everyShape ? { wrapped: true, bare: true, envelope: true, flat: true } : {};
  return { ...told, ...shapes, ...(everyPlace && { connector: null }) };
}

/** Fields beside the row's own that are numbers. */
export const NUMBERS: ReadonlySet<string> = new Set([
  'ts_ms',
  'source_ts_ms',
  'pos',
  'source_pos',
  'row',
  'source_row',
  'lsn',
  'source_lsn',
]);

const BINLOG: Tree = { file: 'VARCHAR', pos: 'BIGINT', row: 'BIGINT' };
const LSN: Tree = { schema: 'VARCHAR', lsn: 'BIGINT', sequence: 'VARCHAR' };

const SCHEMA: Tree = { schema: 'VARCHAR' };
const COMMIT_LSN: Tree = { ...SCHEMA, commit_lsn: 'VARCHAR', change_lsn: 'VARCHAR', event_serial_no: 'BIGINT' };
const SCN: Tree = { ...SCHEMA, scn: 'VARCHAR', commit_scn: 'VARCHAR', rs_id: 'VARCHAR', ssn: 'BIGINT' };

/** Where a connector writes a record's place. What it does not write costs as much to look for as what it does. */
const PLACES: { readonly [connector: string]: Tree } = {
  mysql: BINLOG,
  mariadb: BINLOG,
  postgresql: LSN,
  sqlserver: COMMIT_LSN,
  db2: COMMIT_LSN,
  oracle: SCN,
};

/** The fields of `source` that tell a record's place, as a connector writes them. */
export function placeFields(connector: string | null): readonly string[] {
  return Object.keys(PLACES[connector ?? ''] ?? { ...BINLOG, ...LSN });
}

function recordTree(json: RecordFacts, request: RawRequest, spell: (field: string) => string): Tree {
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

const NONE = { topic: 'NULL', partition: 'NULL', offset: 'NULL', recordTime: 'NULL', key: 'NULL' };

function lineSource(file: InputFile, lines: JsonLines, tree: Tree, exact: readonly string[]): Source {
  const { from, ...parts } = lines;
  return {
    ...NONE,
    ...parts,
    from: from(
      (column) => `TRY(from_json(${quoteNumbers(column, exact)}, ${text(structure(tree))}))`,
      file.paths === undefined ? '' : ', file_index',
    ),
    parsed: true,
    column: (path) => ['r.j', ...path.map(identifier)].join('.'),
  };
}

function readerSource(file: InputFile, tree: Tree): Source {
  const columns = `{${Object.entries(tree)
    .map(([name, node]) => `${identifier(name)}: ${text(duckStruct(node))}`)
    .join(', ')}}`;
  return {
    ...NONE,
    from: `${readJson(file, columns)} r`,
    nullValue: 'NULL',
    parsed: false,
    column: (path) => ['r', ...path.map(identifier)].join('.'),
  };
}

/** A table function call that takes the lines of a file apart as JSON objects of these columns. */
export function readJson(file: InputFile, columns: string): string {
  return `read_json(${pathsSql(file)}, format='newline_delimited', ignore_errors=true, columns=${columns}, compression=${text(packing(file))})`;
}

/** SQL of the file to read, or of the list of them. */
function pathsSql({ readPath, paths }: InputFile): string {
  return paths === undefined ? text(readPath) : `[${paths.map(text).join(', ')}]`;
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

/** The lines of a file as text, with their places: `n` from 0 (`first` of them), `line`. */
export function numberedLines(file: InputFile, first?: number): string {
  return `SELECT row_number() OVER () - 1 AS n, line FROM ${fileLines(file)}${first === undefined ? '' : ` LIMIT ${first}`}`;
}

/** A table function call that gives the file to read line by line. */
export function fileLines(file: InputFile): string {
  return rawLines(pathsSql(file), packing(file));
}

/** Line numbers of records that stand one per line: blank ones are not counted by the engine's reader. */
export async function numbersOfLines(
  file: Pick<InputFile, 'blankLines'>,
  places: readonly number[],
): Promise<readonly (number | null)[]> {
  return places.map((place) => (file.blankLines ? null : place + 1));
}

/** What the records of a file of JSON are called in reports: `envelope with schemas`. */
export function shapeText(facts: RecordFacts): string {
  const shapes = [facts.envelope ? 'envelope' : '', facts.flat ? 'unwrapped' : ''].filter((s) => s !== '');
  const text = shapes.length === 0 ? 'no change events' : shapes.join(' and ');
  return facts.wrapped ? `${text} with schemas` : text;
}
