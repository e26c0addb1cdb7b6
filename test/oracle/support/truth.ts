import { parse } from 'csv-parse/sync';
import { capture, textOf } from './captures.js';

/** A row of one of the database's own CSV files; a missing value is the empty text. */
export type Truth = Readonly<Record<string, string>>;

const read = new Map<string, readonly Truth[]>();

/** Reads a file of the oracle (once): what the database itself knew, computed there by triggers and SQL. */
export function oracle(database: 'mariadb' | 'postgres', name: string): readonly Truth[] {
  const path = `${database === 'mariadb' ? 'oracle-mariadb' : 'F-postgres/oracle'}/${name}.csv`;
  const known = read.get(path);
  if (known) return known;
  const file = capture(`${path}.gz`) ?? capture(path);
  if (!file) throw new Error(`the oracle's ${name} is missing`);
  const rows = parse(textOf(file), { columns: true }) as Truth[];
  read.set(path, rows);
  return rows;
}

/** Money and percentages as whole hundredths; null where there is no value. Exact: text in, integer out. */
export function hundredths(value: unknown): bigint | null {
  if (value === null || value === undefined || value === '') return null;
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(value));
  if (!match) throw new Error(`not a decimal: ${String(value)}`);
  const digits = (match[3] ?? '').padEnd(2, '0');
  if (/[1-9]/.test(digits.slice(2))) throw new Error(`more than two decimals: ${String(value)}`);
  const size = BigInt(match[2]! + digits.slice(0, 2));
  return match[1] ? -size : size;
}

/** How many, and how much in cents. */
export interface Total {
  readonly n: number;
  readonly sum: bigint;
}

/** Adds up amounts by a label; the labels come out sorted. */
export function totals(items: Iterable<readonly [label: string, cents: bigint]>): ReadonlyMap<string, Total> {
  const by = new Map<string, Total>();
  for (const [label, cents] of items) {
    const before = by.get(label) ?? { n: 0, sum: 0n };
    by.set(label, { n: before.n + 1, sum: before.sum + cents });
  }
  return new Map([...by].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The name of a discount's group: the hundredths as text, `none` where the patient has no discount. */
export function level(discount: unknown): string {
  return hundredths(discount)?.toString() ?? 'none';
}

/** Sum over n as cents, rounded half away from zero: `ROUND(AVG(x), 2)` of the databases. */
export function average({ n, sum }: Total): bigint {
  const count = BigInt(n);
  const size = sum < 0n ? -sum : sum;
  const rounded = (2n * size + count) / (2n * count);
  return sum < 0n ? -rounded : rounded;
}

/**
 * Orders whose discount in event-time order is not the oracle's `discount_at_event_time`, each with its reason: the
 * replay gives `discount_at_insert` there.
 */
export const EXCEPTIONS: Readonly<Record<'mariadb' | 'postgres', ReadonlyMap<string, string>>> = {
  mariadb: new Map([
    ['102511', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['102859', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['103223', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['103549', 'its patient had been deleted: no discount'],
    ['103584', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['103928', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['104255', 'placed in the millisecond of the change, before it in its transaction: position decides'],
  ]),
  postgres: new Map([
    ['101002', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['101117', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['101242', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['101361', 'placed in the millisecond of the change, before it in its transaction: position decides'],
    ['101480', 'placed in the millisecond of the change, before it in its transaction: position decides'],
  ]),
};
