import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { openEngine } from '../../../src/engine/engine.js';
import { runPipeline } from '../../../src/replay/index.js';
import { identifier } from '../../../src/sql/quote.js';
import { unpacked } from '../../packed.js';

/** A row as the database wrote it, or as we fold it: every value as text, NULL as null. */
export type Cells = Readonly<Record<string, string | null>>;

/** What the database held at the end, by table. */
export type FinalTables = ReadonlyMap<string, readonly Cells[]>;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  loyalty: ['patient_id'],
  patient_favourites: ['patient_id', 'product_id'],
  // It has no key at all: its rows are compared as a bag.
  login_log: [],
};

/** Columns of a table's primary key. */
export function keysOf(table: string): readonly string[] {
  return KEYS[table] ?? ['id'];
}

/** The `final_<table>` files of an oracle: NULL is an empty field, every text is quoted. */
export function oracleTables(folder: string): FinalTables {
  return tablesOf(folder, /^final_(\w+)\.csv/, (bytes) =>
    parse(bytes, { columns: true, cast: (value, { quoting }) => (value === '' && !quoting ? null : value) }),
  );
}

/** `SELECT ... INTO OUTFILE` of MariaDB: every value quoted, a backslash before quotes and line ends, NULL is `\N`. */
export function outfileTables(folder: string): FinalTables {
  return tablesOf(folder, /^(\w+)\.outfile\.csv/, (bytes) => {
    const [header, ...rows] = outfileRows(bytes.toString('utf8'));
    return rows.map((row) => Object.fromEntries(header!.map((name, i) => [name!, row[i]!])));
  });
}

function outfileRows(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"\\]|\\[\s\S])*)"|([^,\n"]*))(,|\n|$)/g)) {
    if (quoted === undefined && bare === '' && end === '') continue;
    rows.at(-1)!.push(quoted?.replace(/\\([\s\S])/g, '$1') ?? (bare === '\\N' ? null : bare!));
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** `COPY ... CSV HEADER` of PostgreSQL: NULL is an empty field without quotes. */
export function copyTables(folder: string): FinalTables {
  return tablesOf(folder, /^(\w+)\.copy\.csv/, (bytes) =>
    parse(bytes, { columns: true, cast: (value, { quoting }) => (value === '' && !quoting ? null : value) }),
  );
}

function tablesOf(folder: string, name: RegExp, read: (bytes: Buffer) => readonly Cells[]): FinalTables {
  const files = readdirSync(folder).filter((file) => name.test(file));
  return new Map(files.map((file) => [name.exec(basename(file))![1]!, read(unpacked(join(folder, file)))]));
}

/** A replay's tables, folded, and what it said. */
export interface Folded {
  readonly tables: ReadonlyMap<string, readonly Cells[]>;
  readonly notes: readonly string[];
}

/** Every table that a log holds, folded to its last rows; all columns as the text that they came in, but for `decimals`. */
export async function foldTables(
  inputs: readonly string[],
  wanted: FinalTables,
  decimals: { readonly columns: RegExp; readonly scale: number } | null = null,
): Promise<Folded> {
  const declared = [...wanted].map(([table, rows]) => {
    const keys = keysOf(table);
    const type = (name: string): string =>
      decimals?.columns.test(name) ? `DECIMAL(20, ${decimals.scale})` : 'VARCHAR';
    const columns = Object.keys(rows[0]!).map(
      (name) => `\`${name}\` ${type(name)}${keys.includes(name) ? ' PRIMARY KEY' : ''}`,
    );
    return `CREATE ${keys.length > 0 ? 'TABLE' : 'STREAM'} \`${table}\` (${columns.join(', ')}) WITH (KAFKA_TOPIC='${table}', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');`;
  });
  const engine = await openEngine({ threads: 2 });
  try {
    const result = await runPipeline({
      engine,
      inputs,
      pipeline: { file: 'fold.ksql', text: declared.join('\n') },
      options: {
        order: 'as-published',
        baseline: 'strict',
        topics: [],
        decimalScales: decimals === null ? [] : [{ scale: decimals.scale }],
        timeZone: 'UTC',
      },
      demand: [...wanted.keys()].map((relation) => ({
        relation,
        form: keysOf(relation).length > 0 ? 'final' : 'changes',
      })),
    });
    const tables = new Map<string, readonly Cells[]>();
    for (const [table, rows] of wanted) {
      const names = Object.keys(rows[0]!);
      const { final, changes } = result.relations.get(table)!;
      const found = await engine.rows(
        `SELECT ${names.map(identifier).join(', ')} FROM ${identifier((final ?? changes)!)}`,
      );
      tables.set(
        table,
        found.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] === null ? null : String(row[i])]))),
      );
    }
    return { tables, notes: result.notes };
  } finally {
    engine.close();
  }
}
