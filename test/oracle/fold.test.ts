import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from './support/captures.js';
import { ROOT } from './support/command-line.js';
import {
  type Cells,
  copyTables,
  type FinalTables,
  foldTables,
  keysOf,
  oracleTables,
  outfileTables,
} from './support/final-tables.js';
import { spelled } from './support/spelling.js';

const SHARED = join(ROOT, '../shared/captures');
const BUNDLED = join(ROOT, 'fixtures/captures');

type Cell = string | null;

/** Cells that a log cannot give, by `table.column`: why, how many there are, and what stands there instead. */
interface Exception {
  readonly why: string;
  readonly cells: number;
  readonly is: (theirs: Cell, ours: Cell, row: Cells) => boolean;
}

const cells = (count: number, { why, is }: Omit<Exception, 'cells'>): Exception => ({ why, is, cells: count });

const DEFAULT = {
  why: 'ADD COLUMN ... DEFAULT writes no event, and no schema-change topic was exported (PostgreSQL has none): rows not touched since lack it',
  is: (theirs: Cell, ours: Cell) => theirs === 'web' && ours === null,
};
const RENAMED = {
  why: 'rrp was renamed to retail_price, and no schema-change topic was exported (PostgreSQL has none): rows not touched since have the old name',
  is: (theirs: Cell, ours: Cell) => theirs !== null && ours === null,
};
const NULLED = {
  why: 'the converter writes the default of the column in place of null (replace.null.with.default)',
  is: (theirs: Cell, ours: Cell) => theirs === null && ours === 'green',
};
const FLOAT = {
  why: 'the oracle printed a FLOAT with 6 digits',
  is: (theirs: Cell, ours: Cell) => Number(Number(ours).toPrecision(6)) === Number(theirs),
};
const UNSIGNED = {
  why: 'BIGINT UNSIGNED as a signed long (bigint.unsigned.handling.mode=long)',
  is: (theirs: Cell, ours: Cell) => BigInt.asUintN(64, BigInt(ours!)) === BigInt(theirs!),
};
const MILLIS = {
  why: 'time.precision.mode=connect cuts microseconds',
  is: (theirs: Cell, ours: Cell) => theirs!.slice(0, 23) === ours!.slice(0, 23) && ours!.endsWith('000'),
};
const RESCALED = {
  why: 'the column became DECIMAL(12, 4) in mid-log, and base64 of it has no scale: nothing tells old rows from new',
  is: (theirs: Cell, ours: Cell) => Math.round(Number(theirs) * 100) === Number(ours),
};
const masked = (why: string, is: (theirs: string, ours: Cell) => boolean): Omit<Exception, 'cells'> => ({
  why,
  is: (theirs, ours) => theirs !== null && is(theirs, ours),
});
const SALT = 'CzQMA0cB5K';
const HASHED = masked('column.mask.hash.v2.SHA-256', (theirs, ours) => ours === hashOf(theirs));
const MASKED = masked('column.mask.with.10.chars', (_, ours) => ours === '**********');
const BLANKED = masked('column.mask.with.0.chars', (_, ours) => ours === '');
const EXCLUDED = masked('column.exclude.list', (_, ours) => ours === null);
const CUT = masked('column.truncate.to.2.chars', (theirs, ours) => theirs.slice(0, 2) === ours);

/** Debezium's own hash: the salt is digested as Java serialises a string, then the value. */
function hashOf(value: string): string {
  return createHash('sha256').update(SALT).update(value).digest('hex');
}

const A = { 'loyalty.tier': cells(1, NULLED), 'products.weight_g': cells(38, FLOAT) };
const B = {
  ...A,
  'products.barcode': cells(54, UNSIGNED),
  'prescriptions.issued_at': cells(556, MILLIS),
  'login_log.at': cells(120, MILLIS),
};
const TRUNCATED = 'TRUNCATE is skipped by default (skipped.operations=t): its rows seem to live on';

interface Variant {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly tables: readonly string[];
  readonly exceptions: Readonly<Record<string, Exception>>;
  /** Tables whose number of rows cannot be known: why, and how many rows too many there are. */
  readonly surplus?: Readonly<Record<string, readonly [why: string, rows: number]>>;
  readonly decimals?: { readonly columns: RegExp; readonly scale: number };
}

const ALL = [
  'brands',
  'cart_scratch',
  'clinics',
  'login_log',
  'loyalty',
  'order_items',
  'orders',
  'patient_favourites',
  'patients',
  'practitioners',
  'prescription_items',
  'prescriptions',
  'products',
  'shipping_methods',
];
const MONEY = /^(amount_\w+|tax|shipping_cost|practitioner_discount)$/;

const MARIADB: readonly Variant[] = [
  { name: 'A, values with schemas', inputs: ['A-json-schema/values'], tables: ALL, exceptions: A },
  {
    name: 'A, console with every print.*',
    inputs: ['A-json-schema/console'],
    tables: ['brands', 'cart_scratch', 'login_log', 'loyalty', 'patients'],
    exceptions: { 'loyalty.tier': cells(1, NULLED) },
  },
  { name: 'B, kcat', inputs: ['B-json-plain/kcat'], tables: ALL, exceptions: B },
  {
    name: 'B, console with time and key',
    inputs: ['B-json-plain/keyed'],
    tables: ['login_log', 'orders', 'patients'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT), 'login_log.at': cells(120, MILLIS) },
  },
  {
    name: 'B, file sink of four topics',
    inputs: ['B-json-plain/filestream'],
    tables: ['brands', 'orders', 'patients', 'practitioners'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT) },
  },
  {
    name: 'C, unwrapped values',
    inputs: ['C-unwrapped/values'],
    tables: ALL,
    exceptions: {
      ...A,
      'products.barcode': cells(54, UNSIGNED),
      'orders.channel': cells(3609, DEFAULT),
      'products.retail_price': cells(49, RENAMED),
    },
    surplus: { cart_scratch: [TRUNCATED, 116] },
  },
  {
    name: 'C, console',
    inputs: ['C-unwrapped/console'],
    tables: ['orders', 'patients'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT) },
  },
  {
    name: 'C, file sink',
    inputs: ['C-unwrapped/filestream'],
    tables: ['orders', 'patients', 'prescriptions'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT) },
  },
  {
    name: 'D, with the scale given',
    inputs: ['D-precise-plain/kcat'],
    tables: ['orders', 'patients'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT), 'orders.shipping_cost': cells(159, RESCALED) },
    decimals: { columns: MONEY, scale: 2 },
  },
  {
    name: 'G, de-identified by the connector',
    inputs: ['G-deidentified/kcat'],
    tables: ['orders', 'patients', 'practitioners'],
    exceptions: {
      'orders.channel': cells(3609, DEFAULT),
      'patients.email': cells(388, HASHED),
      'patients.first_name': cells(397, MASKED),
      'patients.last_name': cells(397, MASKED),
      'patients.phone': cells(397, EXCLUDED),
      'patients.address': cells(397, EXCLUDED),
      'patients.postcode': cells(397, CUT),
      'practitioners.email': cells(60, BLANKED),
    },
  },
  {
    name: 'H, Avro container files',
    inputs: ['H-avro/topics'],
    tables: ['brands', 'clinics', 'orders', 'patients', 'practitioners', 'products'],
    exceptions: {
      'products.weight_g': cells(38, FLOAT),
      'orders.channel': cells(3609, DEFAULT),
      'products.retail_price': cells(49, RENAMED),
    },
  },
  {
    name: 'I, kcat of Debezium 1.9',
    inputs: ['I-legacy-1.9/kcat'],
    tables: ['orders', 'patients', 'practitioners', 'products'],
    exceptions: { 'products.weight_g': cells(78, FLOAT), 'products.barcode': cells(54, UNSIGNED) },
  },
  {
    name: 'I, values of Debezium 1.9',
    inputs: ['I-legacy-1.9/values'],
    tables: ['orders', 'patients', 'practitioners'],
    exceptions: { 'orders.channel': cells(3609, DEFAULT) },
  },
];

const POSTGRES: readonly Variant[] = [
  {
    name: 'F, PostgreSQL (loyalty is not in its filtered publication)',
    inputs: ['F-postgres/kcat'],
    tables: ALL.filter((table) => table !== 'loyalty'),
    exceptions: { 'orders.channel': cells(1211, DEFAULT), 'products.retail_price': cells(16, RENAMED) },
  },
];

/** What the project bundles, against the dumps that the databases wrote themselves. */
const OWN: readonly (readonly [Variant, 'mariadb' | 'postgres'])[] = [
  [
    {
      name: 'A',
      inputs: ['A-json-schema/values'],
      tables: ['orders', 'patients'],
      exceptions: { 'orders.channel': cells(3609, DEFAULT) },
    },
    'mariadb',
  ],
  [{ name: 'B', inputs: ['B-json-plain/kcat'], tables: ['orders', 'patients'], exceptions: {} }, 'mariadb'],
  [
    {
      name: 'C',
      inputs: ['C-unwrapped/values'],
      tables: ['orders', 'patients'],
      exceptions: { 'orders.channel': cells(3609, DEFAULT) },
    },
    'mariadb',
  ],
  [
    {
      name: 'I',
      inputs: ['I-legacy-1.9/values'],
      tables: ['orders', 'patients'],
      exceptions: { 'orders.channel': cells(3609, DEFAULT) },
    },
    'mariadb',
  ],
  [
    {
      name: 'F',
      inputs: ['F-postgres/kcat'],
      tables: ['orders', 'patients'],
      exceptions: { 'orders.channel': cells(1211, DEFAULT) },
    },
    'postgres',
  ],
];

/** Folds a variant and compares every cell; each exception must hold, and occur as often as it says. */
async function compare(
  variant: Variant,
  inputs: readonly string[],
  truth: FinalTables,
  counts: ReadonlyMap<string, number> | null,
): Promise<void> {
  const tables = new Map(variant.tables.map((table) => [table, truth.get(table)!]));
  const { tables: folded } = await foldTables(inputs, tables, variant.decimals);
  const met: Record<string, number> = Object.fromEntries(Object.keys(variant.exceptions).map((name) => [name, 0]));
  const surplus: Record<string, number> = {};
  const wrong: string[] = [];
  for (const [table, rows] of tables) {
    if (counts !== null) expect(rows.length, `row_counts of ${table}`).toBe(counts.get(table));
    const found = folded.get(table)!;
    if (found.length !== rows.length) surplus[table] = found.length - rows.length;
    const ours = byKey(table, found);
    for (const [key, row] of byKey(table, rows)) {
      const mine = ours.get(key);
      if (mine === undefined) {
        wrong.push(`${table} ${key}: missing`);
        continue;
      }
      for (const [column, value] of Object.entries(row)) {
        const [a, b] = [spelled(column, value), spelled(column, mine[column]!)];
        if (a === b) continue;
        const name = `${table}.${column}`;
        if (variant.exceptions[name]?.is(a, b, row) !== true) wrong.push(`${name} of ${key}: theirs ${a}, ours ${b}`);
        met[name] = (met[name] ?? 0) + 1;
      }
    }
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(surplus).toEqual(
    Object.fromEntries(Object.entries(variant.surplus ?? {}).map(([table, [, n]]) => [table, n])),
  );
  expect(met).toEqual(Object.fromEntries(Object.entries(variant.exceptions).map(([name, one]) => [name, one.cells])));
}

/** Rows by their key; where there is none, by what they hold and how often that has come before. */
function byKey(table: string, rows: readonly Cells[]): ReadonlyMap<string, Cells> {
  const keys = keysOf(table);
  if (keys.length > 0) return new Map(rows.map((row) => [keys.map((name) => row[name]).join('|'), row]));
  const times = new Map<string, number>();
  return new Map(
    rows.map((row) => {
      const text = Object.entries(row)
        .map(([column, value]) =>
          column === 'at' ? (spelled(column, value) ?? '').slice(0, 23) : spelled(column, value),
        )
        .join('|');
      times.set(text, (times.get(text) ?? 0) + 1);
      return [`${text}#${times.get(text)}`, row];
    }),
  );
}

function rowCounts(folder: string): ReadonlyMap<string, number> {
  const lines = textOf(join(folder, 'row_counts.csv')).split('\n').slice(1);
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.split(',')[0]!.replaceAll('"', ''), Number(line.split(',')[1])]),
  );
}

const whole = existsSync(join(SHARED, 'oracle-mariadb/final_products.csv'));
if (!whole) console.warn('the oracles lie in ../shared/captures: only what the project bundles is folded');
describe.skipIf(!whole)('every table of every variant folds to what the database held', () => {
  const mariadb = whole ? oracleTables(join(SHARED, 'oracle-mariadb')) : new Map();
  const postgres = whole ? oracleTables(join(SHARED, 'F-postgres/oracle')) : new Map();

  it('the oracles have all fourteen tables', () => {
    expect([...mariadb.keys()].sort()).toEqual(ALL);
    expect([...postgres.keys()].sort()).toEqual(ALL);
  });

  it.each(MARIADB)('$name', async (variant) => {
    const inputs = variant.inputs.map((path) => join(SHARED, path));
    await compare(variant, inputs, mariadb, rowCounts(join(SHARED, 'oracle-mariadb')));
  });

  it.each(POSTGRES)('$name', async (variant) => {
    const inputs = variant.inputs.map((path) => join(SHARED, path));
    await compare(variant, inputs, postgres, rowCounts(join(SHARED, 'F-postgres/oracle')));
  });
});

describe('what the project bundles of the captures folds to the dumps of the databases', () => {
  it.each(OWN.map(([variant, database]) => ({ ...variant, variant, database })))(
    '$name',
    async ({ variant, database }) => {
      const truth =
        database === 'mariadb'
          ? outfileTables(join(BUNDLED, 'dump-mariadb/final'))
          : copyTables(join(BUNDLED, 'F-postgres/dump/final'));
      await compare(
        variant,
        variant.inputs.map((path) => join(BUNDLED, path)),
        truth,
        null,
      );
    },
  );
});
