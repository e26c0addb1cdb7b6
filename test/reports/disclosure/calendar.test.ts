import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountedDay, hideCalendar } from '../../../src/disclosure/hide-days.js';
import { random } from '../planted/random.js';
import { isHidden, openShop, type Shop } from './shop.js';
import { derivable, type Equation } from './span.js';

const DAY = 86_400_000;
const text = (time: number): string => new Date(time).toISOString().slice(0, 10);
const mondayOf = (day: string): string => text(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * DAY);
const monthOf = (day: string): string => `${day.slice(0, 7)}-01`;
const sumOf = (days: readonly string[]): Equation => new Map(days.map((day) => [day, 1]));

/** What is published, and what must not follow, of days by the three grains of a calendar and its years. */
function ledger(days: readonly string[], isShown: (grain: 'day' | 'week' | 'month', start: string) => boolean) {
  const known: Equation[] = [sumOf(days)];
  const hidden: { readonly name: string; readonly equation: Equation }[] = [];
  const groups = new Map<string, string[]>();
  for (const day of days)
    for (const [grain, start] of [
      ['day', day],
      ['week', mondayOf(day)],
      ['month', monthOf(day)],
      ['year', day.slice(0, 4)],
    ] as const)
      groups.set(`${grain} ${start}`, [...(groups.get(`${grain} ${start}`) ?? []), day]);
  const years = days.every((day) =>
    days.some((o) => o.slice(0, 4) === day.slice(0, 4) && isShown('month', monthOf(o))),
  );
  for (const [name, inside] of groups) {
    const [grain, start] = name.split(' ') as ['day' | 'week' | 'month' | 'year', string];
    // Where every month of a year is hidden, years are told by no report (discount-history would tell it, less the others).
    const published = grain === 'year' ? years : isShown(grain, start);
    if (published) known.push(sumOf(inside));
    else if (grain !== 'year') hidden.push({ name, equation: sumOf(inside) });
  }
  return { known, hidden };
}

const leaks = ({ known, hidden }: ReturnType<typeof ledger>): string[] =>
  derivable(
    known,
    hidden.map(({ equation }) => equation),
  ).map((i) => hidden[i]!.name);

describe('a calendar of days, weeks and months', () => {
  test.each([3, 5, 11])('tells no hidden one by any difference of grains, k = %i', async (k) => {
    let some = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { below } = random(seed * 31 + k);
      const start = Date.UTC(2026, below(12), 1 + below(28));
      const length = 40 + below(160);
      const busy = 1 + below(3 * k);
      const patients = new Map<string, Set<number>>();
      for (let t = 0; t < length; t++) {
        const n = below(busy) + (below(4) === 0 ? 0 : k);
        if (below(12) > 0) patients.set(text(start + t * DAY), new Set(Array.from({ length: n }, () => below(60))));
      }
      const days: CountedDay[] = [...patients].map(([day, set]) => ({
        ...{ day, week: mondayOf(day), month: monthOf(day), patients: set.size },
      }));
      const behind = (list: readonly string[]): Promise<number> =>
        Promise.resolve(new Set(list.flatMap((day) => [...patients.get(day)!])).size);
      const calendar = await hideCalendar(days, k, behind);
      const open = days.filter((day) => day.patients > 0).map(({ day }) => day);
      const sets = { day: calendar.days, week: calendar.weeks, month: calendar.months };
      const book = ledger(open, (grain, start_) => !sets[grain].has(start_));
      some += calendar.days.size;
      // Where the whole has too little to hide in, everything is hidden but the whole.
      if (calendar.days.size < open.length) expect([seed, leaks(book)]).toEqual([seed, []]);
      for (const { day, patients: n } of days) if (n > 0 && n < k) expect(calendar.days.has(day)).toBe(true);
    }
    expect(some).toBeGreaterThan(100);
  });

  test('a day with few patients in a busy shop hides few others', async () => {
    const days = Array.from({ length: 120 }, (_, t) => text(Date.UTC(2026, 0, 1) + t * DAY));
    const counted = days.map((day, t) => ({
      day,
      week: mondayOf(day),
      month: monthOf(day),
      patients: t === 50 ? 2 : 20,
    }));
    const { days: hidden, weeks, months } = await hideCalendar(counted, 5, (list) => Promise.resolve(list.length * 2));
    expect([hidden.has(days[50]!), weeks.size, months.size]).toEqual([true, 0, 0]);
    expect(hidden.size).toBeLessThan(60);
  });
});

describe('the bundled shop, day by day, week by week and month by month', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  test.each(['internal', 'external'])('no hidden day follows from week and month, %s', async (profile) => {
    const shown = new Map<string, boolean>();
    const days: string[] = [];
    for (const by of ['day', 'week', 'month'] as const) {
      const report = await shop.report('sales-trend', profile, { by });
      const { columns, rows } = report.tables[0]!;
      const at = columns.findIndex(({ name }) => name === 'orders');
      for (const row of rows) {
        shown.set(`${by} ${String(row[0])}`, !isHidden(row[at]!));
        if (by === 'day' && row[at] !== 0) days.push(String(row[0]));
      }
    }
    // The same days are hidden where a change to the site is judged, and no others shown.
    const site = (await shop.report('site-change', profile)).tables.find(({ name }) => name === 'days')!;
    const [day, value] = ['day', 'value'].map((name) => site.columns.findIndex((column) => column.name === name));
    for (const row of site.rows)
      expect([row[day!], isHidden(row[value!]!)]).toEqual([row[day!], shown.get(`day ${String(row[day!])}`) === false]);
    const book = ledger(days, (grain, start) => shown.get(`${grain} ${start}`)!);
    expect(book.hidden.length).toBeGreaterThan(20);
    expect(leaks(book)).toEqual([]);
  });
});
