import { describe, expect, it } from 'vitest';
import { inputsOf } from './support/captures.js';
import { byOrder, discountOf, proven } from './support/check-orders.js';
import { type Row, replay } from './support/command-line.js';
import { average, EXCEPTIONS, hundredths, level, oracle, totals } from './support/truth.js';

const inputs = inputsOf('B');

describe.skipIf(!inputs)('the enriched stream of capture B', () => {
  const truth = oracle('mariadb', 'orders_with_discount');

  it('as published: the first record of each streamed order, also of a deleted one, has the discount at its insert', async () => {
    const first = firstRecords(await replay('ORDERS_ENRICHED', inputs!, ['--order', 'as-published']));
    const streamed = truth.filter((order) => order.phase === 'stream');
    expect(streamed).toHaveLength(2443);
    const wrong = streamed.filter(
      (order) => level(first.get(order.orig_order_id!)?.DISCOUNT) !== level(order.discount_at_insert),
    );
    // Placed after its patient was deleted: USERS names TIMESTAMP, so the tombstone is lost, on a cluster too.
    expect(wrong.map((order) => order.order_id)).toEqual(['103549']);
  });

  it('event time: every record is in the order of its time, and a deleted order has its discount too', async () => {
    const rows = await replay('ORDERS_ENRICHED', inputs!);
    const times = rows.map((row) => String(row.ROWTIME));
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time))).toBe(true);
    const late = times.filter((time, at) => at > 0 && time < times[at - 1]!);
    expect(late).toEqual([]);
    const first = firstRecords(rows);
    const deleted = truth.filter((order) => order.deleted_ms !== '' && order.phase === 'stream');
    expect(deleted.length).toBeGreaterThan(0);
    for (const order of deleted)
      expect(discountOf(first.get(order.order_id!))).toBe(proven(order.discount_at_event_time));
  });

  it('has a record for each version of each order, repeats removed', async () => {
    const rows = await replay('ORDERS_ENRICHED', inputs!);
    const journal = oracle('mariadb', 'order_journal').filter((entry) => entry.phase === 'stream' && entry.op !== 'd');
    const snapshot = truth.filter(
      (order) => order.phase === 'pre' && !(Number(order.deleted_ms || Infinity) < 1795378193000),
    );
    expect(rows).toHaveLength(journal.length + snapshot.length);
  });
});

describe.skipIf(!inputs)('the averages of the shipped pipeline on capture B, event time', () => {
  it('are the proven orders of the database by discount, apart from none and unknown', async () => {
    const truth = oracle('mariadb', 'orders_with_discount').filter((order) => order.deleted_ms === '');
    const expected = totals(
      truth.map((order) => {
        const basis = EXCEPTIONS.mariadb.has(order.order_id!) ? 'discount_at_insert' : 'discount_at_event_time';
        const label = order.log_proves_discount === '1' ? level(order[basis]) : 'unknown';
        return [label, hundredths(order.amount_final)!] as const;
      }),
    );
    const rows = await replay('AVG_ORDER_VALUE_BY_DISCOUNT', inputs!);
    expect(ofTable(rows).sort()).toEqual(
      [...expected].map(([label, total]) => `${label}: ${total.n}, ${average(total)}`).sort(),
    );
  });

  it('by year add up to the same numbers of orders', async () => {
    const [all, years] = await Promise.all([
      replay('AVG_ORDER_VALUE_BY_DISCOUNT', inputs!),
      replay('AVG_ORDER_VALUE_BY_DISCOUNT_PER_YEAR', inputs!),
    ]);
    const count = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row.ORDERS), 0);
    expect(count(years)).toBe(count(all));
    expect(new Set(years.map((row) => String(row.ORDER_YEAR)))).toEqual(new Set(['2026', '2027']));
  });
});

describe.skipIf(!inputs)('what the log cannot prove', () => {
  it('is unknown by default, and assumed with --baseline open', async () => {
    const truth = oracle('mariadb', 'orders_with_discount').filter((order) => order.deleted_ms === '');
    const unproven = truth.filter((order) => order.log_proves_discount === '0').map((order) => order.order_id!);
    const open = byOrder(await replay('ORDERS_WITH_DISCOUNT', inputs!, ['--baseline', 'open']));
    expect(unproven.filter((order) => open.get(order)?.DISCOUNT_BASIS !== 'assumed')).toEqual([]);
    expect([...open.values()].filter((row) => row.DISCOUNT_BASIS === 'unknown')).toEqual([]);
    expect([...open.values()].filter((row) => row.DISCOUNT_BASIS === 'assumed')).toHaveLength(unproven.length);
  });
});

/** The record that came first in replay order, per order id. */
function firstRecords(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const id = String(row.ORDER_ID);
    if (!first.has(id)) first.set(id, row);
  }
  return first;
}

/** The table of averages as `level: orders, cents`; its key is the discount, `none` or `unknown`. */
function ofTable(rows: readonly Row[]): string[] {
  const name = (discount: unknown): string =>
    discount === 'none' || discount === 'unknown' ? discount : level(discount);
  return rows.map((row) => `${name(row.DISCOUNT)}: ${String(row.ORDERS)}, ${hundredths(row.AVG_ORDER_VALUE)}`);
}
