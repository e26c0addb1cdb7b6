import { text } from '../sql/quote.js';
import type { FieldForm, FormCase } from './encoding.js';
import type { ColumnFact, TableChange } from './history.js';

/** The columns of a table from one place of the source on, as the connector's schema-change topic tells them. */
export interface TableVersion {
  /** All lower case: the connector's name (`topic.prefix`), the database, the table. */
  readonly server: string;
  readonly database: string;
  readonly table: string;
  /** Binlog file number and position; null where the connector has none (then time decides). */
  readonly place: { readonly p1: string; readonly p2: string } | null;
  /** When it was committed, epoch milliseconds. */
  readonly at: number;
  /** True where the table began (its CREATE, or the snapshot of its schema): there are no older rows than this version. */
  readonly first: boolean;
  /** Lower-case column to its type in the database. */
  readonly columns: ReadonlyMap<string, ColumnFact>;
}

/** The versions of all tables that the schema-change topics tell of, table by table in the order of the source. */
export function tableVersions(history: readonly TableChange[]): readonly TableVersion[] {
  const versions = history
    .filter((change) => change.columns.length > 0)
    .map(
      (change): TableVersion => ({
        server: change.server,
        database: change.database,
        table: change.table,
        place: change.place === null ? null : { p1: String(change.place.p1), p2: String(change.place.p2) },
        at: change.committed ?? 0,
        first: change.kind === 'CREATE',
        columns: new Map(change.columns.map((column) => [column.name, column])),
      }),
    );
  const name = ({ server, database, table }: TableVersion): string => [server, database, table].join('\n');
  // Sorting keeps the order of the source within a table.
  return versions.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

/** What of a column's type tells how the log writes it, whatever the connector's modes; null where it does not. */
export function formOfType({ type, length, scale }: ColumnFact): FieldForm | null {
  if (/^(DECIMAL|NUMERIC|DEC|FIXED)\b/.test(type)) return { kind: 'decimal', scale: scale ?? 0 };
  if (/^BIGINT.*UNSIGNED|^SERIAL\b/.test(type)) return { kind: 'decimal', scale: 0 };
  if (/^BIT\b/.test(type) && (length ?? 1) > 1) return { kind: 'bits', length: length! };
  if (type === 'DATE') return { kind: 'time', unit: 'd' };
  return null;
}

/**
 * Which version of its table each record falls under (SQL, the number of a version from 1 on, NULL where none is known), and the
 * versions that this can be. Over the layer of classes: `server`, `database`, `topic_name`, `named_table`, `place_kind`, `place1`, `place2`, `committed`.
 */
export function versionSql(history: readonly TableVersion[]): string {
  const arms = [...history.entries()].reverse().map(([at, v]) => {
    const here = [
      `named_table = ${text(v.table)}`,
      `lower(coalesce(server, split_part(topic_name, '.', 1))) = ${text(v.server)}`,
      `coalesce(lower(coalesce(database, CASE WHEN topic_name LIKE '%.%.%' THEN split_part(topic_name, '.', -2) END)) = ${text(v.database)}, true)`,
    ];
    const opens = v.first && isFirst(history, at);
    const from =
      v.place === null
        ? `coalesce(committed, recorded) >= ${v.at}`
        : `CASE place_kind WHEN 1 THEN place1 > ${v.place.p1} OR (place1 = ${v.place.p1} AND place2 >= ${v.place.p2}) ELSE coalesce(committed >= ${v.at}, ${isLast(history, at)}) END`;
    return `WHEN ${[...here, ...(opens ? [] : [`(${from})`])].join(' AND ')} THEN ${at + 1}`;
  });
  return `CASE ${arms.join(' ')} END`;
}

const sameTable = (a: TableVersion, b: TableVersion): boolean =>
  a.server === b.server && a.database === b.database && a.table === b.table;

function isFirst(history: readonly TableVersion[], at: number): boolean {
  return at === 0 || !sameTable(history[at - 1]!, history[at]!);
}

function isLast(history: readonly TableVersion[], at: number): boolean {
  return at === history.length - 1 || !sameTable(history[at + 1]!, history[at]!);
}

/** The forms of a field (by the first of its names that a version has) by version (`table_version`, of `versionSql`); `test` is the condition under which a decimal's text is base64. */
export function historyCases(
  names: readonly string[],
  history: readonly TableVersion[],
  test: string,
): readonly FormCase[] {
  return history.flatMap((version, at): readonly FormCase[] => {
    const type = names.map((name) => version.columns.get(name)).find((column) => column !== undefined);
    const form = type === undefined ? null : formOfType(type);
    if (form === null) return [];
    const used: FieldForm = form.kind === 'decimal' ? { ...form, test } : form;
    return used.kind === 'decimal' && test === 'false' ? [] : [{ when: `table_version = ${at + 1}`, form: used }];
  });
}
