import type { ColumnFact, TableChange } from './history.js';

/** A column that an ALTER TABLE added with a constant DEFAULT: rows from before have it, and no event says so. */
export interface AddedColumn {
  readonly change: TableChange;
  readonly column: string;
  /** The text of the default. */
  readonly value: string;
}

/** A column that was called otherwise before: records from before have the old name. */
export interface RenamedColumn {
  readonly change: TableChange;
  readonly column: string;
  readonly formerly: readonly string[];
}

/** What a history of table changes says of columns that records from before a change lack. */
export interface AlteredColumns {
  readonly added: readonly AddedColumn[];
  readonly renamed: readonly RenamedColumn[];
}

/**
 * Compares each ALTER with the table as it was before. A default is taken only where it is a constant; a rename only where the
 * statement names both names, and the old one never comes back.
 */
export function alteredColumns(history: readonly TableChange[]): AlteredColumns {
  const tables = new Map<string, ReadonlyMap<string, ColumnFact>>();
  const added: AddedColumn[] = [];
  const renamed: RenamedColumn[] = [];
  for (const change of history) {
    const name = nameOf(change);
    const before = tables.get(name);
    const after = new Map(change.columns.map((column) => [column.name, column]));
    if (change.kind !== 'DROP' && after.size > 0) tables.set(name, after);
    if (change.kind !== 'ALTER' || before === undefined) continue;
    const gone = [...before.keys()].filter((column) => !after.has(column));
    for (const column of after.values()) {
      if (before.has(column.name)) continue;
      const old = gone.find((other) => isRename(change.ddl, other, column.name));
      if (old !== undefined) {
        const earlier = renamed.find((r) => nameOf(r.change) === name && r.column === old)?.formerly ?? [];
        renamed.push({ change, column: column.name, formerly: [old, ...earlier] });
        added.push(
          ...added
            .filter((a) => nameOf(a.change) === name && a.column === old)
            .map((a) => ({ ...a, column: column.name })),
        );
        continue;
      }
      const value = constant(column.fallback) ?? defaultInDdl(change.ddl, column.name);
      if (value !== null) added.push({ change, column: column.name, value });
    }
  }
  return { added, renamed: renamed.filter((r) => !r.formerly.some((old) => tables.get(nameOf(r.change))?.has(old))) };
}

function nameOf({ server, database, table }: TableChange): string {
  return `${server}.${database}.${table}`;
}

/** `CHANGE COLUMN old new ...` or `RENAME COLUMN old TO new`. */
function isRename(ddl: string, old: string, name: string): boolean {
  return new RegExp(
    `\\b(?:change|rename)\\s+(?:column\\s+)?${quoted(old)}\\s+(?:to\\s+)?${quoted(name)}(?![\\w$])`,
    'i',
  ).test(ddl);
}

function quoted(name: string): string {
  return `[\`"]?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[\`"]?`;
}

/** A default that is an expression (`current_timestamp()`) is another value for every row. */
function constant(text: string | null): string | null {
  return text === null || /^(null|current_\w+|now|localtime\w*|uuid)\b|\(.*\)$/i.test(text.trim()) ? null : text;
}

/** Debezium before 2.0 gives no default: it stands in the statement. */
function defaultInDdl(ddl: string, column: string): string | null {
  const definition = new RegExp(
    `\\badd\\s+(?:column\\s+)?(?:if\\s+not\\s+exists\\s+)?\\(?\\s*${quoted(column)}\\s+((?:'(?:[^']|'')*'|\\([^)]*\\)|[^,'(])*)`,
    'i',
  ).exec(ddl)?.[1];
  const literal = /\bdefault\s+(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)(?![\w.]))/i.exec(definition ?? '');
  return literal?.[1]?.replaceAll("''", "'") ?? literal?.[2] ?? null;
}
