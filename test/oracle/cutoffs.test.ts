import { describe, expect, it } from 'vitest';
import { inputsOf } from './support/captures.js';
import { byOrder, discountOf, proven } from './support/check-orders.js';
import { type Row, replay } from './support/command-line.js';
import { EXCEPTIONS, hundredths, oracle, type Total, type Truth, totals } from './support/truth.js';

const CUTS = [1800000000000, 1805000000000, 1809500000000];

/** Total over all discounts that the database gives at a cut-off. */
function published(database: 'mariadb' | 'postgres', cut: number, kind: 'known_by' | 'order_date_before'): Total {
  const rows = oracle(database, 'aov_by_discount_at_cutoffs').filter(
    (row) => row.cutoff_ms === String(cut) && row.cut === kind,
  );
  return {
    n: rows.reduce((n, row) => n + Number(row.n), 0),
    sum: rows.reduce((sum, row) => sum + hundredths(row.sum_amount)!, 0n),
  };
}

function totalOf(rows: Iterable<Row>): Total {
  return totals([...rows].map((row) => ['all', hundredths(row.AMOUNT_TOTAL)!] as const)).get('all')!;
}

for (const name of ['A', 'B', 'C', 'G', 'I', 'F'] as const) {
  const database = name === 'F' ? 'postgres' : 'mariadb';
  const inputs = inputsOf(name);
  const all = ['B', 'F'].includes(name) ? CUTS : CUTS.slice(1, 2);
  describe.skipIf(!inputs)(`capture ${name}, cut off`, () => {
    for (const cut of all) {
      it(`--until ${cut}: orders dated up to then, in their final state`, async () => {
        const rows = byOrder(await replay('ORDERS_WITH_DISCOUNT', inputs!, ['--until', new Date(cut).toISOString()]));
        expect(totalOf(rows.values())).toEqual(published(database, cut, 'order_date_before'));
        const dated = oracle(database, 'orders_with_discount').filter(
          (order) => order.deleted_ms === '' && Number(order.order_date_ms) <= cut && order.log_proves_discount === '1',
        );
        expect(byDiscount(dated, rows)).toEqual(
          totals(dated.map((order) => [inForce(database, order), hundredths(order.amount_final)!] as const)),
        );
      });

      // PostgreSQL's commit time is the wall clock of the recording: the cut-offs in business time mean nothing to it.
      it.skipIf(database === 'postgres')(`--known-at ${cut}: what the database knew at that instant`, async () => {
        const rows = byOrder(
          await replay('ORDERS_WITH_DISCOUNT', inputs!, ['--known-at', new Date(cut).toISOString()]),
        );
        expect(totalOf(rows.values())).toEqual(published(database, cut, 'known_by'));
        const known = knownBy(cut);
        expect([...rows.keys()].sort()).toEqual([...known.keys()].sort());
        const settled = oracle('mariadb', 'orders_with_discount').filter(
          (order) => known.has(order.orig_order_id!) && order.log_proves_discount === '1' && !learntLater(order, cut),
        );
        expect(settled.length).toBeGreaterThan(1500);
        const expected = settled.map((order) => [inForce('mariadb', order), known.get(order.orig_order_id!)!] as const);
        expect(byDiscount(settled, rows, 'orig_order_id')).toEqual(totals(expected));
      });
    }
  });
}

/** What the replay should say of an order whose discount the log proves. */
function inForce(database: 'mariadb' | 'postgres', order: Truth): string {
  return proven(order[EXCEPTIONS[database].has(order.order_id!) ? 'discount_at_insert' : 'discount_at_event_time']);
}

/** Our totals by discount over the given orders. */
function byDiscount(
  orders: readonly Truth[],
  rows: ReadonlyMap<string, Row>,
  id = 'order_id',
): ReadonlyMap<string, Total> {
  return totals(
    orders.map((order) => {
      const row = rows.get(order[id]!);
      return [discountOf(row), hundredths(row?.AMOUNT_TOTAL) ?? 0n] as const;
    }),
  );
}

/** Orders with their amounts in cents as the database's own journal had them at an instant of commit time. */
function knownBy(cut: number): ReadonlyMap<string, bigint> {
  const state = new Map<string, bigint>();
  for (const entry of oracle('mariadb', 'order_journal')) {
    if (Number(entry.recorded_ms) > cut) continue;
    if (entry.old_order_id && entry.old_order_id !== entry.order_id) state.delete(entry.old_order_id);
    if (entry.op === 'd') state.delete(entry.order_id!);
    else state.set(entry.order_id!, hundredths(entry.amount_total)!);
  }
  return state;
}

/** Whether a change of the patient's discount, in force when the order was placed, was recorded only after the cut. */
function learntLater(order: Truth, cut: number): boolean {
  const patients = [order.patient_at_insert, order.patient_final];
  return oracle('mariadb', 'discount_history').some(
    (change) =>
      patients.includes(change.patient_id) &&
      Number(change.recorded_ms) > cut &&
      change.valid_from !== '' &&
      Number(change.valid_from) <= Number(order.order_date_ms),
  );
}
