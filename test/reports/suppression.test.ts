import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recoverable } from '../../src/disclosure/disclosure-audit.js';
import { oneWay, suppress, twoWay } from '../../src/disclosure/suppression.js';
import { type Cell, type Report, SUPPRESSED } from '../../src/reports/report.js';
import { type Order, reportOn, rowsOf } from './orders-table.js';

/**
 * Independent of the rank test: in a two-way table the totals determine a hidden cell exactly where it lies on no cycle
 * of hidden cells, that is where row and column fall apart without it.
 */
function onNoCycle(hidden: readonly (readonly boolean[])[]): number {
  const height = hidden.length;
  const edges = hidden.flatMap((row, r) => row.flatMap((is, c) => (is ? [[r, height + c] as const] : [])));
  const connected = (from: number, to: number, without: number): boolean => {
    const seen = new Set([from]);
    for (let grew = true; grew; ) {
      grew = false;
      for (const [i, [a, b]] of edges.entries()) {
        if (i === without || seen.has(a) === seen.has(b)) continue;
        seen.add(a).add(b);
        grew = true;
      }
    }
    return seen.has(to);
  };
  return edges.filter(([a, b], i) => !connected(a, b, i)).length;
}

const grid = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([height, width]) => {
  const row = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 90 })), {
    minLength: width,
    maxLength: width,
  });
  return fc.array(row, { minLength: height, maxLength: height });
});

describe('cells', () => {
  test('the rank test finds what the graph finds', () => {
    const hidden = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([h, w]) =>
        fc.array(fc.array(fc.boolean(), { minLength: w, maxLength: w }), { minLength: h, maxLength: h }),
      );
    fc.assert(
      fc.property(hidden, (cells) => {
        const table = twoWay(cells.map((row) => row.map(() => 1)));
        expect(recoverable(table, cells.flat())).toBe(onNoCycle(cells));
      }),
    );
  });

  test('every small cell is hidden, none of 0, and a line has none or two or more, or nothing left to hide', () => {
    fc.assert(
      fc.property(grid, fc.constantFrom(5, 11), (patients, k) => {
        const cells = twoWay(patients);
        const { hidden, primary, secondary } = suppress(cells, k);
        for (const [i, value] of cells.patients.entries()) {
          if (value > 0 && value < k) expect(hidden[i]).toBe(true);
          if (value === 0) expect(hidden[i]).toBe(false);
        }
        expect(primary + secondary).toBe(hidden.filter(Boolean).length);
        for (const line of cells.lines) {
          const inside = line.filter((cell) => hidden[cell]);
          const open = line.some((cell) => !hidden[cell] && cells.patients[cell]! > 0);
          if (inside.length === 1) expect(open).toBe(false);
        }
      }),
    );
  });

  test('a one-way table hides the next smallest, too', () => {
    expect(suppress(oneWay([40, 3, 12, 9]), 5)).toEqual({
      hidden: [false, true, false, true],
      primary: 1,
      secondary: 1,
    });
    // 1 + 2 are fewer than 5: the third smallest goes, too.
    expect(suppress(oneWay([40, 1, 2, 9]), 5).hidden).toEqual([false, true, true, true]);
    expect(suppress(oneWay([40, 0, 12]), 5).secondary).toBe(0);
  });
});

/** `count` orders of `patients` patients at a discount; amounts differ so that no number is accidentally another. */
function level(discount: number | null, patients: number, first: number, basis = 'proven'): Order[] {
  return Array.from({ length: patients * 2 }, (_, i) => ({
    patient: first + (i % patients),
    practitioner: 1 + (i % 3),
    discount,
    amount: 10_000 + 137 * i + (discount ?? 77),
    basis,
  }));
}

function hiddenLevels(report: Report): Cell[] {
  return rowsOf(report, 'levels')
    .filter(({ suppressed }) => suppressed === true)
    .map(({ discount_pct }) => discount_pct!);
}

const text = (report: Report): string => JSON.stringify(report, (_, cell) => (cell === SUPPRESSED ? '*' : cell));

describe('the report', () => {
  const big = [...level(400, 40, 0), ...level(500, 30, 0), ...level(600, 20, 0)];

  test('hides a small level and the next smallest, everywhere', async () => {
    const report = await reportOn([...big, ...level(700, 3, 90)], { 'min-orders': '2', 'min-patients': '2' });
    expect(hiddenLevels(report)).toEqual([6, 7]);
    const row = rowsOf(report, 'levels')[3]!;
    const shown = Object.entries(row)
      .filter(([, cell]) => cell !== SUPPRESSED)
      .map(([name]) => name);
    expect(shown).toEqual(['discount_pct', 'suppressed', 'note']);
    expect(rowsOf(report, 'jumps').map(({ from_pct, to_pct }) => [from_pct, to_pct])).toEqual([[4, 5]]);
    expect(report.charts[0]).toMatchObject({ points: [{ label: '4' }, { label: '5' }] });
    // Totals include hidden rows: 80 + 60 + 40 + 6 orders.
    expect(report.provenance.find(({ name }) => name === 'counted orders')!.value).toBe(186);
    expect(rowsOf(report, 'slopes')[0]).toMatchObject({ n: 140 });
  });

  test('says the same of the visible levels whatever the hidden amounts are', async () => {
    const secret = [...big, ...level(700, 3, 90)];
    const other = secret.map((order) =>
      order.discount! >= 600 ? { ...order, amount: Number(order.amount) * 3 + 1 } : order,
    );
    expect(text(await reportOn(other))).toBe(text(await reportOn(secret)));
  });

  test('with k = 11 hides more, and off hides nothing but says so on every table', async () => {
    const orders = [...big, ...level(700, 8, 90)];
    expect(hiddenLevels(await reportOn(orders))).toEqual([]);
    expect(hiddenLevels(await reportOn(orders, { 'small-numbers': 'external' }))).toEqual([6, 7]);
    const open = await reportOn([...big, ...level(700, 1, 90)], { 'small-numbers': 'off' });
    expect(text(open)).not.toContain('"*"');
    for (const { title } of open.tables) expect(title).toContain('SMALL NUMBERS ARE NOT HIDDEN');
  });

  test('counts distinct patients behind what hidden rows sum to', async () => {
    // The same 4 patients at 7 and at 8: their sum, total - visible, is still a number made from 4 patients.
    const report = await reportOn([...big, ...level(700, 4, 90), ...level(800, 4, 90)]);
    expect(hiddenLevels(report)).toEqual([6, 7, 8]);
  });

  test('withholds totals where only one row is hidden or everything is', async () => {
    const report = await reportOn(level(700, 3, 0));
    expect(report.provenance.find(({ name }) => name === 'counted orders')!.value).toBe('*');
    expect(report.provenance.find(({ name }) => name === 'discount rests on')!.value).toEqual({
      proven: '*',
      assumed: '*',
      unknown: '*',
    });
    expect(report.summary.join(' ')).not.toMatch(/\b6\b/);
  });

  test('shows quartiles from 2k patients on', async () => {
    const rows = rowsOf(await reportOn([...level(400, 10, 0), ...level(500, 9, 0)]), 'levels');
    expect(rows.map(({ median }) => median === SUPPRESSED)).toEqual([false, true]);
    expect(rows[1]!.aov).not.toBe(SUPPRESSED);
  });

  test('does not tell a hidden unknown row through what the discounts rest on', async () => {
    const report = await reportOn([...big, ...level(null, 2, 90, 'unknown')]);
    expect(hiddenLevels(report)).toContain('unknown');
    expect(report.summary.join('\n')).toContain('the discount of * is proven by the log, of * assumed, of * unknown');
  });

  test('hides proven beside a small assumed, whose difference would tell', async () => {
    const few = [...big, { ...big[0]!, basis: 'assumed' }];
    const value = (await reportOn(few)).provenance.find(({ name }) => name === 'discount rests on')!.value;
    expect(value).toEqual({ proven: '*', assumed: '*', unknown: 0 });
  });

  test('hides a slope that few patients make, and how many they are', async () => {
    const apart = [...level(400, 40, 0), ...level(500, 30, 100), ...level(500, 2, 0)];
    const [, within] = rowsOf(await reportOn(apart), 'slopes');
    expect(within).toMatchObject({
      slope: SUPPRESSED,
      ci_low: SUPPRESSED,
      patients_with_two_levels: SUPPRESSED,
      suppressed: true,
    });
  });
});
