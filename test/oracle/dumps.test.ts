import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { readerOf } from '../../src/input/forms/index.js';
import { recogniseInputs } from '../../src/input/index.js';
import { fieldsRequest } from '../../src/input/reader.js';
import type { CsvOption } from '../../src/relation.js';
import { runPipeline } from '../../src/replay/index.js';
import { identifier } from '../../src/sql/quote.js';
import { ROOT } from './support/command-line.js';

const SHARED = join(ROOT, '../shared/captures');

/** A row with its values as text; null is NULL, and the empty text is a text. */
type Row = Readonly<Record<string, string | null>>;

const bytesOf = (path: string): Buffer => {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

/** The oracle's final state of every table: NULL is an empty field without quotes. */
function finalTables(folder: string): ReadonlyMap<string, readonly Row[]> {
  const files = readdirSync(folder).filter((name) => name.startsWith('final_'));
  return new Map(
    files.map((name) => [
      name.replace('final_', '').replace(/\.csv(\.gz)?$/, ''),
      parse(bytesOf(join(folder, name)), {
        columns: true,
        cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
      }) as Row[],
    ]),
  );
}

const BYTES = new Set(['token', 'logo']);
const BITS = new Set(['active', 'gift', 'weekend', 'is_active', 'discontinued', 'success']);

/** All tables of a folder of dumps, every column as text but bytes and flags, as streams: rows are rows, with and without key. */
async function rowsOf(
  inputs: readonly string[],
  tables: ReadonlyMap<string, readonly Row[]>,
  csv: readonly CsvOption[] = [],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const typeOf = (name: string): string => (BYTES.has(name) ? 'BYTES' : BITS.has(name) ? 'BOOLEAN' : 'VARCHAR');
  const declared = [...tables].map(([table, rows]) => {
    const columns = Object.keys(rows[0]!).map((name) => `\`${name}\` ${typeOf(name)}`);
    return `CREATE STREAM \`${table}\` (${columns.join(', ')}) WITH (KAFKA_TOPIC='${table}', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');`;
  });
  const engine = await openEngine({ threads: 2 });
  try {
    const result = await runPipeline({
      engine,
      inputs,
      pipeline: { file: 'dumps.ksql', text: declared.join('\n') },
      options: { order: 'as-published', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC', csv },
      demand: [...tables.keys()].map((relation) => ({ relation, form: 'changes' as const })),
    });
    expect(result.rejected).toEqual([]);
    const read = new Map<string, readonly Row[]>();
    for (const [table, rows] of tables) {
      const names = Object.keys(rows[0]!);
      const columns = names.map((name) =>
        BYTES.has(name) ? `lower(hex(${identifier(name)}))` : `${identifier(name)}::VARCHAR`,
      );
      const found = await engine.rows(
        `SELECT ${columns.join(', ')} FROM ${identifier(result.relations.get(table)!.changes!)}`,
      );
      read.set(
        table,
        found.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] == null ? null : String(row[i])]))),
      );
    }
    return read;
  } finally {
    engine.close();
  }
}

/** Spellings in which the two sides differ by the type of a column, and not by its value. Texts are compared as they are. */
const SPELLINGS: readonly (readonly [RegExp, (value: string) => string])[] = [
  [/^(created_at|updated_at|added_at|issued_at|at)$/, (v) => withoutZeros(v.replace(/\+00(:00)?$/, ''))],
  [/^(opens_at|cutoff)$/, (v) => withoutZeros(v).replace(/^(?=\d:)/, '0')],
  [
    /^(active|gift|weekend|is_active|discontinued|success)$/,
    (v) => ({ '01': 'true', '00': 'false', '1': 'true', '0': 'false' })[v] ?? v,
  ],
  // A FLOAT: the oracle has six digits of it, INTO OUTFILE the digits of a DOUBLE.
  [/^weight_g$/, (v) => String(Number(Number(v).toPrecision(6)))],
  [/^potency$/, (v) => String(Number(v))],
];
const POSTGRES: readonly (readonly [RegExp, (value: string) => string])[] = [
  [/^favourites$/, (v) => JSON.stringify(sorted(JSON.parse(v.startsWith("{'") ? v.replaceAll("'", '"') : v)))],
  [
    /^features$/,
    (v) =>
      v
        .replace(/^\[(.*)\]$/s, '{$1}')
        .replaceAll("', '", ',')
        .replaceAll("'", ''),
  ],
  [/^modalities$/, (v) => JSON.stringify(v.startsWith("['") ? v.slice(2, -2).split("', '") : JSON.parse(v))],
];

const withoutZeros = (text: string): string => text.replace(/\.0+$|(\.\d*?)0+$/, '$1');

function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function spelled(column: string, value: string | null, postgres: boolean): string | null {
  if (value === null) return null;
  const spellings = postgres ? [...POSTGRES, ...SPELLINGS] : SPELLINGS;
  return spellings.find(([name]) => name.test(column))?.[1](value) ?? value;
}

interface Dialect {
  readonly name: string;
  readonly folder: string;
  readonly ending: RegExp;
  readonly oracle: string;
  readonly postgres?: boolean;
  readonly headless?: boolean;
  /** Cells that the dialect itself cannot keep apart, by `table.column`: how many, where the database has a text and the dump says NULL. */
  readonly lost?: Readonly<Record<string, number>>;
}

const DIALECTS: readonly Dialect[] = [
  {
    name: 'MariaDB INTO OUTFILE',
    folder: 'dump-mariadb/final',
    ending: /\.outfile\.csv(\.gz)?$/,
    oracle: 'oracle-mariadb',
  },
  {
    name: 'mariadb --batch',
    folder: 'dump-mariadb/final',
    ending: /\.batch\.tsv(\.gz)?$/,
    oracle: 'oracle-mariadb',
    lost: {
      'cart_scratch.payload': 1,
      'orders.note': 111,
      'patients.first_name': 1,
      'patients.last_name': 1,
      'patients.phone': 3,
    },
  },
  {
    name: 'PostgreSQL COPY CSV',
    folder: 'F-postgres/dump/final',
    ending: /\.copy\.csv(\.gz)?$/,
    oracle: 'F-postgres/oracle',
    postgres: true,
  },
  {
    name: 'PostgreSQL COPY text',
    folder: 'F-postgres/dump/final',
    ending: /\.copy\.txt(\.gz)?$/,
    oracle: 'F-postgres/oracle',
    postgres: true,
    headless: true,
  },
];

describe.each(DIALECTS)('$name', (dialect) => {
  it.skipIf(!existsSync(join(SHARED, dialect.folder)))(
    'gives every table as the database held it, cell by cell',
    async () => {
      const folder = join(SHARED, dialect.folder);
      const inputs = readdirSync(folder)
        .filter((name) => dialect.ending.test(name))
        .map((name) => join(folder, name));
      const tables = finalTables(join(SHARED, dialect.oracle));
      expect(inputs.length).toBe(tables.size);
      const csv =
        dialect.headless === true ? [...tables].map(([name, rows]) => ({ name, columns: Object.keys(rows[0]!) })) : [];
      const read = await rowsOf(inputs, tables, csv);
      const lost = new Map<string, number>();
      const wrong: string[] = [];
      for (const [table, rows] of tables) {
        const keys = ['id', 'patient_id', 'product_id', 'at'].filter((k) => k in rows[0]!).slice(0, 3);
        const keyed = 'id' in rows[0]! ? ['id'] : keys;
        const keyOf = (row: Row): string => keyed.map((k) => spelled(k, row[k]!, dialect.postgres === true)).join('|');
        const ours = new Map(read.get(table)!.map((row) => [keyOf(row), row]));
        if (read.get(table)!.length !== rows.length)
          wrong.push(`${table}: ${read.get(table)!.length} rows, not ${rows.length}`);
        for (const row of rows) {
          const mine = ours.get(keyOf(row));
          if (mine === undefined) {
            wrong.push(`${table} ${keyOf(row)}: missing`);
            continue;
          }
          for (const [column, value] of Object.entries(row)) {
            const [theirs, here] = [
              spelled(column, value, dialect.postgres === true),
              spelled(column, mine[column]!, dialect.postgres === true),
            ];
            if (theirs === here) continue;
            if (dialect.lost !== undefined && theirs === 'NULL' && here === null)
              lost.set(`${table}.${column}`, (lost.get(`${table}.${column}`) ?? 0) + 1);
            else
              wrong.push(
                `${table}.${column} of ${keyOf(row)}: theirs ${JSON.stringify(theirs)}, ours ${JSON.stringify(here)}`,
              );
          }
        }
      }
      expect({ n: wrong.length, first: wrong.slice(0, 30) }).toEqual({ n: 0, first: [] });
      expect(Object.fromEntries(lost)).toEqual(dialect.lost ?? {});
    },
  );
});

/** Two writings of one state, for which there is no oracle: each is read as if the other were not there. */
const TWINS = [
  {
    title: 'MariaDB: OUTFILE and --batch',
    folder: 'dump-mariadb/at-snapshot',
    one: '.outfile.csv',
    other: '.batch.tsv',
    tables: 13,
  },
  {
    title: 'PostgreSQL: COPY CSV and COPY text',
    folder: 'F-postgres/dump/at-snapshot',
    one: '.copy.csv',
    other: '.copy.txt',
    tables: 13,
  },
] as const;

describe.each(TWINS.filter(({ folder }) => existsSync(join(SHARED, folder))))(
  'at the snapshot, $title',
  ({ folder, one, other, tables }) => {
    it('hold the same cells', async () => {
      const engine = await openEngine({ threads: 2 });
      const read = async (
        name: string,
        csv: readonly CsvOption[],
      ): Promise<{ header: readonly string[]; rows: readonly Row[] }> => {
        const [file] = await recogniseInputs(engine, [join(SHARED, folder, name)], { topics: [], csv });
        if (file?.form.kind !== 'dump') throw new Error(`${name} is no dump`);
        expect(file.rejected).toEqual([]);
        const reader = readerOf(file);
        const header = reader.header!(file.form).names;
        const raw = reader.relation(file, fieldsRequest(header));
        const rows = await engine.rows(`SELECT ${header.map((field) => raw.flat(field)).join(', ')} FROM ${raw.from}`);
        return {
          header,
          rows: rows.map((row) =>
            Object.fromEntries(header.map((field, i) => [field, row[i] == null ? null : String(row[i])])),
          ),
        };
      };
      try {
        const names = readdirSync(join(SHARED, folder));
        const stems = names.filter((name) => name.includes(one)).map((name) => name.slice(0, name.indexOf(one)));
        expect(stems.length).toBe(tables);
        for (const stem of stems) {
          const fileOf = (ending: string): string => names.find((name) => name.startsWith(`${stem}${ending}`))!;
          const first = await read(fileOf(one), []);
          const second = await read(fileOf(other), other.endsWith('txt') ? [{ columns: first.header }] : []);
          // --batch writes a NULL that is a text as it writes NULL; OUTFILE gives a FLOAT the digits of a DOUBLE.
          const alike = (row: Row): string =>
            JSON.stringify({
              ...row,
              ...(row.weight_g != null && { weight_g: Number(Number(row.weight_g).toPrecision(6)) }),
            }).replaceAll('"NULL"', other.endsWith('tsv') ? 'null' : '"NULL"');
          expect(second.rows.map(alike).sort(), stem).toEqual(first.rows.map(alike).sort());
        }
      } finally {
        engine.close();
      }
    });
  },
);
