import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { isObject, parseJson } from '../input/json-facts.js';

/** A column as the schema-change topic describes it; names in lower case. */
export interface ColumnFact {
  readonly name: string;
  readonly position: number | null;
  /** The database's type and its size: `DECIMAL`, 10, 2. */
  readonly type: string;
  readonly length: number | null;
  readonly scale: number | null;
  /** The text of a constant DEFAULT; null where there is none, or where only the DDL tells it. */
  readonly fallback: string | null;
}

/** What one DDL statement made of a table. */
export interface TableChange {
  /** `CREATE`, `ALTER`, `DROP`. */
  readonly kind: string;
  /** Names in lower case: the connector's `topic.prefix`, the database (or schema), the table. */
  readonly server: string;
  readonly database: string;
  readonly table: string;
  readonly ddl: string;
  readonly columns: readonly ColumnFact[];
  /** Binlog file number and position; null where the record has none. */
  readonly place: { readonly text: string; readonly p1: bigint; readonly p2: bigint } | null;
  /** Commit time, epoch milliseconds. */
  readonly committed: number | null;
}

/**
 * The table changes that the schema-change topic tells of (Debezium, MySQL and MariaDB), in the order of the source. It is read
 * before the tables are: only files whose head shows such records are looked through.
 */
export async function readHistory(engine: Engine, files: readonly InputFile[]): Promise<readonly TableChange[]> {
  const changes = new Map<string, TableChange>();
  for (const file of files) {
    if (file.form.records?.schemaChanges !== true) continue;
    const records = await engine.rows(
      `SELECT v FROM (${readerOf(file).texts(file)}) WHERE contains(v, '"tableChanges"') ORDER BY n`,
    );
    for (const change of records.flatMap(([record]) => changesOf(String(record)))) {
      const { place, table, kind } = change;
      // Redelivered records say the same of the same place.
      changes.set(place === null ? `${changes.size}` : `${place.text} ${table} ${kind}`, change);
    }
  }
  return [...changes.values()].sort(byPlace);
}

function byPlace({ place: a }: TableChange, { place: b }: TableChange): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  const [left, right] = a.p1 === b.p1 ? [a.p2, b.p2] : [a.p1, b.p1];
  return left < right ? -1 : left > right ? 1 : 0;
}

function changesOf(text: string): readonly TableChange[] {
  const outer = parseJson(text);
  const record = isObject(outer) && isObject(outer.payload) ? outer.payload : outer;
  if (!isObject(record) || !Array.isArray(record.tableChanges)) return [];
  const source = isObject(record.source) ? record.source : {};
  return record.tableChanges.filter(isObject).map((change): TableChange => {
    const names = String(change.id ?? '')
      .replaceAll('"', '')
      .toLowerCase()
      .split('.');
    const described = isObject(change.table) && Array.isArray(change.table.columns) ? change.table.columns : [];
    return {
      kind: String(change.type ?? ''),
      server: String(source.name ?? '').toLowerCase(),
      database: names.at(-2) ?? '',
      table: names.at(-1) ?? '',
      ddl: String(record.ddl ?? ''),
      columns: described.filter(isObject).map(columnFact),
      place: placeOf(source),
      committed: number(source.ts_ms),
    };
  });
}

function columnFact(column: Readonly<Record<string, unknown>>): ColumnFact {
  return {
    name: String(column.name ?? '').toLowerCase(),
    position: number(column.position),
    type: String(column.typeName ?? '').toUpperCase(),
    length: number(column.length),
    scale: number(column.scale),
    fallback: column.defaultValueExpression == null ? null : String(column.defaultValueExpression),
  };
}

function placeOf(source: Readonly<Record<string, unknown>>): TableChange['place'] {
  const suffix = /(\d+)\D*$/.exec(String(source.file ?? ''))?.[1];
  const pos = number(source.pos);
  if (suffix === undefined || pos === null) return null;
  return { text: `${String(source.file)}:${pos}`, p1: BigInt(suffix), p2: BigInt(pos) };
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
