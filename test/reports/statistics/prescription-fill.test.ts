import { describe, expect, test } from 'vitest';
import { daysBetween, maturedShares } from '../../../src/statistics/fill-shares.js';
import { kaplanMeier } from '../../../src/statistics/kaplan-meier.js';
import {
  FILL_STATUSES,
  type FillCounts,
  type FillStatus,
  fillCountsSql,
  fillFollowUpSql,
  prescriptionFillsSql,
} from '../../../src/statistics/prescription-fills.js';
import { survivalCountsSql } from '../../../src/statistics/survival-counts.js';
import { query, rowsSql } from './engine.js';
import { CONFIDENCE, type Dictionary, onInput, runVectors } from './vectors.js';

interface FillInput {
  readonly as_of: string;
  readonly at_once_window_hours: number;
  readonly prescriptions: readonly {
    readonly prescription_id: number;
    readonly issued_at: string;
    readonly expires_at: string;
    readonly cancelled_at: string | null;
    readonly items: readonly { readonly item_id: number; readonly quantity: number | null }[];
  }[];
  readonly order_lines: readonly {
    readonly order_id: number;
    readonly item_id: number;
    readonly quantity: number;
    readonly ordered_at: string;
    readonly cancelled: boolean;
  }[];
}

const instant = (iso: string | null): string => (iso === null ? 'NULL' : String(Date.parse(iso)));

function sourcesOf({ prescriptions, order_lines }: FillInput) {
  const heads = prescriptions.map((one) => [
    String(one.prescription_id),
    ...[one.issued_at, one.expires_at, one.cancelled_at].map(instant),
  ]);
  const items = prescriptions.flatMap((one) =>
    one.items.map(({ item_id, quantity }) => [one.prescription_id, item_id, quantity].map(String)),
  );
  const counted = order_lines.filter(({ cancelled }) => !cancelled);
  const lines = counted.map((one) => [
    ...[one.item_id, one.order_id].map(String),
    instant(one.ordered_at),
    String(one.quantity),
  ]);
  const times = { issued_at: 'BIGINT', valid_end: 'BIGINT', cancelled_at: 'BIGINT' };
  return {
    prescriptions: rowsSql({ prescription: 'BIGINT', ...times }, heads),
    items: rowsSql({ prescription: 'BIGINT', item: 'BIGINT', quantity: 'INTEGER' }, items),
    lines: rowsSql({ item: 'BIGINT', order: 'BIGINT', ordered_at: 'BIGINT', quantity: 'INTEGER' }, lines),
  };
}

const fillsSql = (input: FillInput): string =>
  prescriptionFillsSql(sourcesOf(input), BigInt(Date.parse(input.as_of)), input.at_once_window_hours);

async function countsOf(fills: string): Promise<FillCounts[]> {
  return (await query(fillCountsSql(`(${fills})`))).map((row) => ({
    status: row.status as FillStatus,
    matured: row.matured as boolean,
    prescriptions: Number(row.prescriptions),
    items: Number(row.items),
    itemsOrdered: Number(row.items_ordered),
    quantityPrescribed: Number(row.quantity_prescribed),
    quantityFilled: Number(row.quantity_filled),
  }));
}

const NUMBERS = ['items', 'items_ordered', 'items_filled', 'quantity_prescribed', 'quantity_filled', 'orders'] as const;

async function prescriptionsOf(input: FillInput) {
  return (await query(fillsSql(input))).map((row) => ({
    prescription_id: Number(row.prescription),
    status: row.status as FillStatus,
    ...Object.fromEntries(NUMBERS.map((name) => [name, Number(row[name])])),
    days_to_first_order: daysBetween(row.issued_at as bigint, row.first_at as bigint | null),
    days_to_full_fill: daysBetween(row.issued_at as bigint, row.full_at as bigint | null),
    matured: row.matured,
  }));
}

async function prescriptionFill(given: Dictionary) {
  const input = given as unknown as FillInput;
  const prescriptions = await prescriptionsOf(input);
  const shares = maturedShares(await countsOf(fillsSql(input)), CONFIDENCE);
  const limits = (one: typeof shares.notFilled) => ({ ...one, ci_low: one.low, ci_high: one.high });
  const number = (status: FillStatus): number => prescriptions.filter((one) => one.status === status).length;
  return {
    prescriptions,
    counts: Object.fromEntries(FILL_STATUSES.map((status) => [status, number(status)])),
    matured: {
      filled_at_once: limits(shares.filledAtOnce),
      filled_over_time: limits(shares.filledOverTime),
      partly_filled: limits(shares.partlyFilled),
      not_filled: limits(shares.notFilled),
      items_ordered_share: shares.itemsOrdered,
      quantity_filled_share: shares.quantityFilled,
    },
    open_excluded: shares.openExcluded,
  };
}

runVectors('prescription-fill', onInput(prescriptionFill));

const AS_OF = '2024-03-01T00:00:00Z';

/** One prescription of 1 January, valid until `expires`, for two of item 1 and one of item 2; lines as day of January and hour. */
function one(
  lines: readonly (readonly [order: number, item: number, quantity: number, day: number, hour: number])[],
  more: { readonly expires?: string; readonly cancelled?: string; readonly hours?: number } = {},
): FillInput {
  const { expires = '2024-02-01T00:00:00Z', cancelled = null, hours = 0 } = more;
  const items = [
    { item_id: 1, quantity: 2 },
    { item_id: 2, quantity: 1 },
  ];
  const at = (day: number, hour: number) => new Date(Date.UTC(2024, 0, day, hour)).toISOString();
  const head = { prescription_id: 1, issued_at: at(1, 0), expires_at: expires, cancelled_at: cancelled, items };
  const order_lines = lines.map(([order_id, item_id, quantity, day, hour]) => ({
    ...{ order_id, item_id, quantity, ordered_at: at(day, hour) },
    cancelled: false,
  }));
  return { as_of: AS_OF, at_once_window_hours: hours, prescriptions: [head], order_lines };
}

const statusOf = async (input: FillInput) => (await prescriptionsOf(input))[0]!.status;

describe('a prescription', () => {
  const both = [
    [1, 1, 2, 5, 8],
    [1, 2, 1, 5, 8],
  ] as const;
  const apart = [
    [1, 1, 2, 5, 8],
    [2, 2, 1, 5, 18],
  ] as const;

  test('is filled at once by one order or within the hours that count as once', async () => {
    expect(await statusOf(one(both))).toBe('filled-at-once');
    expect(await statusOf(one(apart))).toBe('filled-over-time');
    expect(await statusOf(one(apart, { hours: 10 }))).toBe('filled-at-once');
    expect(await statusOf(one(apart, { hours: 9 }))).toBe('filled-over-time');
  });

  test('is filled by small quantities too, and more than prescribed does not count', async () => {
    const small = [
      [1, 1, 1, 5, 8],
      [1, 2, 3, 5, 8],
      [2, 1, 1, 9, 8],
      [3, 1, 7, 20, 8],
    ] as const;
    const [made] = await prescriptionsOf(one(small));
    expect(made).toMatchObject({ status: 'filled-over-time', quantity_filled: 3, quantity_prescribed: 3, orders: 3 });
    expect(made!.days_to_full_fill).toBe(8 + 1 / 3);
  });

  test('is cancelled only where it was not filled, by the day of the report', async () => {
    expect(await statusOf(one([], { cancelled: '2024-01-09T00:00:00Z' }))).toBe('cancelled');
    expect(await statusOf(one(both.slice(0, 1), { cancelled: AS_OF }))).toBe('cancelled');
    expect(await statusOf(one(both, { cancelled: '2024-01-09T00:00:00Z' }))).toBe('filled-at-once');
    expect(await statusOf(one([], { cancelled: '2024-03-01T00:00:01Z' }))).toBe('not-filled-expired');
  });

  test('is open until its validity ends', async () => {
    expect(await statusOf(one([], { expires: AS_OF }))).toBe('not-filled-expired');
    expect(await statusOf(one([], { expires: '2024-03-01T00:00:01Z' }))).toBe('not-filled-open');
    expect(await statusOf(one(both.slice(1), { expires: '2024-03-01T00:00:01Z' }))).toBe('partly-filled-open');
  });

  test('without items, or with one without a quantity, is not filled', async () => {
    const [head] = one(both).prescriptions;
    expect(await statusOf({ ...one([]), prescriptions: [{ ...head!, items: [] }] })).toBe('not-filled-expired');
    const items = [...head!.items, { item_id: 3, quantity: null }];
    const odd = { ...one([...both, [1, 3, 1, 5, 8]]), prescriptions: [{ ...head!, items }] };
    expect((await prescriptionsOf(odd))[0]).toMatchObject({ status: 'partly-filled-expired', quantity_filled: 3 });
  });
});

describe('prescriptions', () => {
  const heads = [one([]), one([], { cancelled: '2024-01-11T12:00:00Z' }), one([], { expires: '2024-04-01T00:00:00Z' })];
  const several: FillInput = {
    ...one([[1, 1, 2, 5, 8]]),
    prescriptions: heads.map(({ prescriptions: [head] }, i) => ({
      ...head!,
      prescription_id: i + 1,
      items: [{ item_id: i + 1, quantity: 2 }],
    })),
  };

  test('that are open or cancelled take no part in shares', async () => {
    const made = maturedShares(await countsOf(fillsSql(several)), CONFIDENCE);
    expect(made).toMatchObject({ filledAtOnce: { k: 1, n: 1, share: 1 }, openExcluded: 1, itemsOrdered: 1 });
    expect(maturedShares([], CONFIDENCE)).toMatchObject({
      notFilled: { k: 0, n: 0, share: null, low: null },
      itemsOrdered: null,
      openExcluded: 0,
    });
  });

  test('are followed to their order, their withdrawal or the day of the report', async () => {
    const followed = fillFollowUpSql(`(${fillsSql(several)})`, 'first_at', BigInt(Date.parse(AS_OF)));
    const rows = await query(survivalCountsSql(`(SELECT 'all' AS "group", * FROM ${followed})`));
    // Ordered on day 4, withdrawn on day 10, unfilled on day 60.
    const counts = rows.map((row) => ({
      day: Number(row.day),
      atRisk: Number(row.at_risk),
      events: Number(row.events),
      censored: Number(row.censored),
    }));
    expect(counts.map(({ day, events }) => [day, events])).toEqual([
      [4, 1],
      [10, 0],
      [60, 0],
    ]);
    expect(kaplanMeier(counts, CONFIDENCE).steps.at(-1)!.survival).toBe(2 / 3);
  });
});
