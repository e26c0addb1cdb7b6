import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPORTS } from '../../../src/reports/index.js';
import type { Report } from '../../../src/reports/report.js';
import { isHidden, openShop, type Row, rowsOf, type Shop } from './shop.js';
import { derivable, type Equation } from './span.js';

type Facts = Readonly<Record<string, string>>;

/** What an attacker adds up: cells that are shown, and those that must not follow from them. */
interface Ledger {
  readonly known: Equation[];
  readonly hidden: { readonly name: string; readonly equation: Equation }[];
}

/** The equation of all units (orders, lines, patients, prescriptions) for which something holds. */
function sumOf(units: readonly Facts[], holds: (unit: Facts) => boolean): Equation {
  const equation = new Map<string, number>();
  for (const unit of units) if (holds(unit)) equation.set(unit.unit!, (equation.get(unit.unit!) ?? 0) + 1);
  return equation;
}

function note(ledger: Ledger, name: string, shown: boolean, equation: Equation): void {
  if (equation.size === 0) return;
  if (shown) ledger.known.push(equation);
  else ledger.hidden.push({ name, equation });
}

const leaks = ({ known, hidden }: Ledger): string[] =>
  derivable(
    known,
    hidden.map(({ equation }) => equation),
  ).map((i) => hidden[i]!.name);

const cents = (cell: unknown): string => String(Math.round(Number(cell) * 100));

describe('the rank test', () => {
  const one = (...units: string[]): Equation => new Map(units.map((unit) => [unit, 1]));

  test('finds what a total and the others give away, and nothing else', () => {
    const total = one('a', 'b', 'c');
    expect(derivable([total, one('a')], [one('b'), one('c')])).toEqual([]);
    expect(derivable([total, one('a'), one('b')], [one('c')])).toEqual([0]);
    // The weighted sum of a second table gives two hidden numbers away.
    const weighted: Equation = new Map([
      ['b', 2],
      ['c', 5],
    ]);
    expect(derivable([total, one('a'), weighted], [one('b'), one('c')])).toEqual([0, 1]);
  });
});

let shop: Shop;
const made = new Map<string, Report>();
beforeAll(async () => {
  shop = await openShop();
  for (const { id } of REPORTS)
    for (const profile of ['external', 'internal', 'off']) made.set(`${profile} ${id}`, await shop.report(id, profile));
});
afterAll(() => shop.close());

describe.each(['external', 'internal'])('%s', (profile) => {
  const report = (id: string): Report => made.get(`${profile} ${id}`)!;
  const open = (id: string): Report => made.get(`off ${id}`)!;

  test('orders and revenue, over all reports that add them up', async () => {
    const orders =
      await shop.query(`SELECT d.ORDER_ID AS unit, CASE WHEN d.DISCOUNT_BASIS = 'unknown' THEN 'unknown' WHEN d.DISCOUNT IS NULL THEN 'none'
  ELSE CAST(CAST(-d.DISCOUNT AS DOUBLE) AS VARCHAR) END AS level, strftime(make_timestamp(d.EVENT_TS * 1000), '%Y') AS year,
  strftime(make_timestamp(d.EVENT_TS * 1000), '%Y-%m-01') AS month, strftime(make_timestamp(d.EVENT_TS * 1000), '%Y-%m-%d') AS day,
  coalesce(CAST(p.RESPONSIBLE_ID AS VARCHAR), '(none)') AS practitioner,
  CASE WHEN p.RESPONSIBLE_ID IS NULL THEN '(none)' ELSE coalesce(p.PRACTITIONER_TYPE, '(unknown)') END AS type,
  CAST(CAST(d.AMOUNT_SUBTOTAL * 100 AS BIGINT) AS VARCHAR) AS net, coalesce(CAST(h.PRACTITIONER_ID AS VARCHAR), '(none)') AS holder
FROM {ORDERS_WITH_DISCOUNT} d JOIN {ORDERS_WITH_PRACTITIONER} p USING (ORDER_ID) LEFT JOIN {ORDERS_HELD_EVER} h USING (ORDER_ID) WHERE d.STATUS IN ('paid', 'shipped')`);
    expect(orders.length).toBeGreaterThan(4000);
    for (const measure of ['orders', 'net_revenue'] as const) {
      const ledger: Ledger = { known: [], hidden: [] };
      const add = (row: Row, name: string, holds: (unit: Facts) => boolean): void =>
        note(ledger, name, !isHidden(row[measure]), sumOf(orders, holds));
      // Totals are told in sentences and provenance.
      ledger.known.push(sumOf(orders, () => true));
      const level = (row: Row): string =>
        typeof row.discount_pct === 'number' ? row.discount_pct.toFixed(2).replace(/0$/, '') : String(row.discount_pct);
      const isLevel = (unit: Facts, row: Row): boolean =>
        unit.level === row.discount_pct || Number(unit.level) === row.discount_pct;
      for (const row of rowsOf(report('discount-impact'), 'levels'))
        add(row, `level ${level(row)}`, (unit) => isLevel(unit, row));
      for (const row of rowsOf(report('discount-history'), 'levels'))
        add(
          row,
          `${String(row.year)} level ${level(row)}`,
          (unit) => unit.year === row.year && (row.discount_pct === 'all' || isLevel(unit, row)),
        );
      for (const row of rowsOf(report('sales-trend'), 'periods'))
        add(row, `month ${String(row.month)}`, (unit) => unit.month === row.month);
      for (const row of rowsOf(report('practitioner-type'), 'types'))
        add(row, `type ${String(row.type)}`, (unit) => unit.type === row.type);
      // Outsiders see no ids: a row is found by its amount, and whoever is not found is hidden.
      const shown = new Set(
        rowsOf(report('practitioner-type'), 'practitioners').flatMap((row) =>
          isHidden(row.net_revenue) ? [] : [`${String(row.type)} ${cents(row.net_revenue)}`],
        ),
      );
      const units = new Map<string, Facts[]>();
      for (const order of orders) {
        const key = `${order.type} ${order.practitioner}`;
        units.set(key, [...(units.get(key) ?? []), order]);
      }
      for (const [key, own] of units) {
        if (own[0]!.practitioner === '(none)') continue;
        const net = own.reduce((sum, { net: amount }) => sum + Number(amount), 0);
        note(
          ledger,
          `practitioner ${key}`,
          shown.has(`${own[0]!.type} ${net}`),
          sumOf(own, () => true),
        );
      }
      const spots = rowsOf(open('discount-sweet-spot'), 'levels');
      for (const [i, row] of rowsOf(report('discount-sweet-spot'), 'levels').entries()) {
        const real = spots[i]!;
        const equation = sumOf(
          orders,
          (unit) =>
            Number(unit.level) === real.discount_pct &&
            (real.practitioner === 'all' || unit.holder === real.practitioner),
        );
        // Orders at a level of which the log shows no time are not in the report: then its rows are other sums.
        if (equation.size === real.orders) note(ledger, `sweet spot ${i}`, !isHidden(row[measure]), equation);
      }
      if (measure === 'net_revenue')
        for (const row of rowsOf(report('site-change'), 'days'))
          note(
            ledger,
            `day ${String(row.day)}`,
            !isHidden(row.value),
            sumOf(orders, ({ day }) => day === row.day),
          );
      expect(ledger.hidden.length).toBeGreaterThan(3);
      expect(leaks(ledger)).toEqual([]);
    }
  });

  test('patients, by cohort, month and number of orders', async () => {
    const visits =
      await shop.query(`SELECT DISTINCT PATIENT_ID AS unit, strftime(make_timestamp(EVENT_TS * 1000), '%Y-%m-01') AS month,
  (count(*) OVER (PARTITION BY PATIENT_ID))::VARCHAR AS orders, strftime(make_timestamp((min(EVENT_TS) OVER (PARTITION BY PATIENT_ID)) * 1000), '%Y-%m-01') AS first
FROM {ORDERS_PLACED} WHERE STATUS IN ('paid', 'shipped') AND PATIENT_ID IS NOT NULL`);
    const patients = [...new Map(visits.map((visit) => [visit.unit, visit])).values()];
    expect(patients.length).toBeGreaterThan(200);
    const ledger: Ledger = { known: [], hidden: [] };
    ledger.known.push(sumOf(patients, () => true));
    ledger.known.push(new Map(patients.map(({ unit, orders }) => [unit!, Number(orders)])));
    for (const row of rowsOf(report('repeat-orders'), 'frequency'))
      note(
        ledger,
        `${String(row.orders)} orders`,
        !isHidden(row.patients),
        sumOf(patients, ({ orders }) => Number(orders) === row.orders),
      );
    for (const row of rowsOf(report('sales-trend'), 'periods')) {
      note(
        ledger,
        `new in ${String(row.month)}`,
        !isHidden(row.new_patients),
        sumOf(patients, ({ first }) => first === row.month),
      );
      note(
        ledger,
        `patients in ${String(row.month)}`,
        !isHidden(row.patients),
        sumOf(visits, ({ month }) => month === row.month),
      );
    }
    for (const row of rowsOf(report('repeat-orders'), 'cohorts')) {
      const first = String(row.cohort);
      const month = new Date(
        Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + Number(row.months_since_first), 1),
      );
      const name = month.toISOString().slice(0, 10);
      note(
        ledger,
        `cohort ${first}`,
        !isHidden(row.cohort_size),
        sumOf(patients, (one) => one.first === first),
      );
      note(
        ledger,
        `cohort ${first} in ${name}`,
        !isHidden(row.patients),
        sumOf(visits, (one) => one.first === first && one.month === name),
      );
    }
    expect(ledger.hidden.length).toBeGreaterThan(3);
    expect(leaks(ledger)).toEqual([]);
  });

  // Among colleagues three thousand pairs make a system that takes minutes.
  test.runIf(profile === 'external')('lines, by brand, product and practitioner', async () => {
    const lines =
      await shop.query(`SELECT LINE_ID AS unit, ORDER_ID, coalesce(CAST(RESPONSIBLE_ID AS VARCHAR), '(none)') AS practitioner,
  coalesce(CAST(BRAND_ID AS VARCHAR), '(unknown)') AS brand, coalesce(CAST(PRODUCT_ID AS VARCHAR), '(unknown)') AS product
FROM {ORDER_LINES} WHERE STATUS IN ('paid', 'shipped')`);
    const incidences = [...new Map(lines.map((line) => [`${line.ORDER_ID} ${line.brand}`, line])).values()];
    const pairs = rowsOf(report('practitioner-brand'), 'pairs');
    const real = rowsOf(open('practitioner-brand'), 'pairs');
    const nameOf = new Map(
      pairs.flatMap((row) => {
        if (isHidden(row.net_revenue) || row.net_revenue === 0) return [];
        const same = real.filter((one) => one.brand_id === row.brand_id && one.net_revenue === row.net_revenue);
        return same.length === 1 ? [[String(row.practitioner), String(same[0]!.practitioner)] as const] : [];
      }),
    );
    const shownPairs = new Set(
      pairs.flatMap((row) => {
        const id =
          profile === 'external'
            ? (nameOf.get(String(row.practitioner)) ?? String(row.practitioner))
            : String(row.practitioner);
        return isHidden(row.orders) ? [] : [`${id} ${String(row.brand_id)}`];
      }),
    );
    for (const measure of ['orders', 'net_revenue'] as const) {
      const units = measure === 'orders' ? incidences : lines;
      const ledger: Ledger = { known: [], hidden: [] };
      if (measure === 'net_revenue') ledger.known.push(sumOf(units, () => true));
      for (const row of rowsOf(report('brand-performance'), 'brands'))
        note(
          ledger,
          `brand ${String(row.id)}`,
          !isHidden(row[measure]),
          sumOf(units, ({ brand }) => brand === row.id),
        );
      if (measure === 'net_revenue')
        for (const row of rowsOf(report('product-performance'), 'products'))
          note(
            ledger,
            `product ${String(row.id)}`,
            !isHidden(row[measure]),
            sumOf(units, ({ product }) => product === row.id),
          );
      for (const row of real) {
        const equation = sumOf(units, (unit) => unit.practitioner === row.practitioner && unit.brand === row.brand_id);
        note(
          ledger,
          `pair ${String(row.practitioner)} ${String(row.brand_id)}`,
          shownPairs.has(`${String(row.practitioner)} ${String(row.brand_id)}`),
          equation,
        );
        // The share of the practitioner's revenue tells it.
        if (measure === 'net_revenue' && shownPairs.has(`${String(row.practitioner)} ${String(row.brand_id)}`))
          ledger.known.push(sumOf(units, (unit) => unit.practitioner === row.practitioner));
      }
      expect(ledger.hidden.length).toBeGreaterThan(3);
      expect(leaks(ledger)).toEqual([]);
    }
  });

  test('prescriptions, by status, month and practitioner', async () => {
    const owners = await shop.query(
      `SELECT substr(sha256('prescription ' || PRESCRIPTION_ID), 1, 16) AS id, coalesce(CAST(PRACTITIONER_ID AS VARCHAR), '(none)') AS label FROM {PRESCRIPTIONS_ISSUED}`,
    );
    const labels = new Map(owners.map(({ id, label }) => [id!, label!]));
    const units = rowsOf(open('prescription-fill'), 'prescriptions').map((row) => ({
      unit: String(row.prescription_id),
      status: String(row.status),
      matured: String(row.matured),
      month: String(row.issued_at).slice(0, 7),
      first: row.days_to_first_order === null ? '' : String(Math.max(0, Math.floor(Number(row.days_to_first_order)))),
      full: row.days_to_full_fill === null ? '' : String(Math.max(0, Math.floor(Number(row.days_to_full_fill)))),
      label: labels.get(String(row.prescription_id))!,
      kind: String(row.status).startsWith('filled')
        ? 'filled'
        : row.items_ordered === 0
          ? 'none'
          : row.items_ordered === row.items
            ? 'ordered'
            : 'some',
    }));
    expect(units.length).toBeGreaterThan(500);
    const fills = report('prescription-fill');
    const ledger: Ledger = { known: [], hidden: [] };
    ledger.known.push(sumOf(units, () => true));
    for (const row of rowsOf(fills, 'statuses'))
      note(
        ledger,
        `status ${String(row.status)}`,
        !isHidden(row.prescriptions),
        sumOf(units, ({ status, matured }) => status === row.status && matured === String(row.matured)),
      );
    const outcomes: Readonly<Record<string, string>> = {
      'filled at once': 'filled-at-once',
      'filled over time': 'filled-over-time',
      'partly filled': 'partly-filled-expired',
      'not filled': 'not-filled-expired',
    };
    for (const row of rowsOf(fills, 'matured')) {
      const outcome = outcomes[String(row.outcome)];
      if (outcome === undefined) continue;
      const matured = sumOf(units, (one) => one.matured === 'true' && one.status === outcome);
      // All outcomes are hidden with one of them; those that stand among the statuses are no secret.
      if (!isHidden(row.k)) ledger.known.push(matured);
      if (!isHidden(row.n))
        ledger.known.push(sumOf(units, (one) => one.matured === 'true' && one.status !== 'cancelled'));
    }
    const kinds: Readonly<Record<string, readonly string[]>> = {
      'every product ordered': ['filled', 'ordered'],
      'some products ordered': ['some'],
      'some products or none ordered': ['some', 'none'],
      'at least one product ordered': ['filled', 'ordered', 'some'],
      'no product ordered': ['none'],
      'in the full quantity, at once or over time': ['filled'],
    };
    for (const row of rowsOf(fills, 'ordered')) {
      const counted = (unit: Facts): boolean =>
        unit.matured === 'true' && unit.status !== 'cancelled' && kinds[String(row.outcome)]!.includes(unit.kind!);
      ledger.known.push(sumOf(units, counted));
    }
    const stack = fills.charts.find(({ name }) => name === 'statuses')!;
    if ('series' in stack)
      for (const { name, values } of stack.series)
        for (const [i, month] of stack.labels.entries()) {
          const equation = sumOf(units, (one) => one.status === name && one.month === month);
          note(ledger, `${name} in ${month}`, values[i] !== null, equation);
        }
    // By day a curve says nothing of statuses; all its days together are the prescriptions that were ever ordered, or filled.
    for (const [until, days] of [
      ['first order', 'first'],
      ['full fill', 'full'],
    ] as const)
      if (rowsOf(fills, 'time_to_fill').some((row) => row.until === until))
        ledger.known.push(sumOf(units, (unit) => unit[days] !== ''));
    const groups = rowsOf(open('prescription-fill'), 'groups');
    for (const [i, row] of rowsOf(fills, 'groups').entries()) {
      const mine = (unit: Facts): boolean =>
        unit.label === groups[i]!.group && unit.matured === 'true' && unit.status !== 'cancelled';
      note(ledger, `group ${i}`, !isHidden(row.prescriptions), sumOf(units, mine));
      const filled = (unit: Facts): boolean => mine(unit) && unit.status!.startsWith('filled');
      note(ledger, `filled of group ${i}`, !isHidden(row.filled), sumOf(units, filled));
      const once = (unit: Facts): boolean => mine(unit) && unit.status === 'filled-at-once';
      note(ledger, `at once of group ${i}`, !isHidden(row.at_once), sumOf(units, once));
    }
    expect(ledger.hidden.length).toBeGreaterThan(3);
    expect(leaks(ledger)).toEqual([]);
  });

  /** Columns that say nothing of the patients behind a row, and those whose patients are others than the row's. */
  const APART: Readonly<Record<string, readonly string[]>> = {
    slopes: ['n', 'clusters', 'patients_with_two_levels'],
    periods: ['new_patients', 'ma3', 'mom', 'yoy'],
    brands: [
      'repeat_patients',
      'repeat_rate',
      'repeat_within',
      'within_low',
      'within_high',
      'ci_low',
      'ci_high',
      'returned_units',
      'net_revenue_previous',
      'growth',
    ],
    products: [
      'repeat_patients',
      'repeat_rate',
      'repeat_within',
      'within_low',
      'within_high',
      'ci_low',
      'ci_high',
      'returned_units',
      'net_revenue_previous',
      'growth',
    ],
    repeat: ['days', 'later_eligible', 'later_rate', 'km_rate', 'km_ci_low', 'km_ci_high'],
    time_to_second: ['day', 'from_day'],
    time_to_fill: ['day', 'from_day'],
    cohorts: ['months_since_first', 'cohort_size'],
    frequency: ['orders'],
    practitioners: ['repeat_share'],
    days: ['model', 'without_change', 'fitted', 'expected', 'expected_low', 'expected_high'],
  };
  const KEYS = ['discount_pct', 'from_pct', 'to_pct', 'skipped'];

  test('whatever is made of hidden numbers is hidden with them', () => {
    let rows = 0;
    for (const { id, tables } of REPORTS.map((one) => report(one.id)))
      for (const { name, columns, rows: cells } of tables)
        for (const row of cells) {
          const made = columns.flatMap((column, i) =>
            ['text', 'id', 'bool', 'date', 'timestamp'].includes(column.unit) ||
            KEYS.includes(column.name) ||
            (APART[name] ?? []).includes(column.name)
              ? []
              : [{ column: column.name, cell: row[i] }],
          );
          const quartiles = ['median', 'p25', 'p75'];
          const own = made.filter(
            // What would tell of one patient is hidden from outsiders in every row.
            ({ column }) =>
              !quartiles.includes(column) &&
              !/^(filled|at_once|k|share|ci_|marginal)|without_(one|largest)/.test(column),
          );
          if (!own.some(({ cell }) => isHidden(cell))) continue;
          rows += 1;
          const shown = own.filter(({ cell }) => !isHidden(cell) && cell !== null);
          expect([id, name, row.slice(0, 3).map(String), shown]).toEqual([id, name, row.slice(0, 3).map(String), []]);
        }
    expect(rows).toBeGreaterThan(20);
  });

  test('sentences tell no number that the tables do not', () => {
    const told = new Set<string>();
    const tell = (value: number): void => {
      for (const scale of [1, 100])
        for (let places = 0; places <= 4; places++) told.add(Math.abs(value * scale).toFixed(places));
    };
    for (const { id } of REPORTS)
      for (const { rows } of report(id).tables)
        for (const row of rows) for (const cell of row) if (typeof cell === 'number') tell(cell);
    // Totals, which are among the equations above, and what is no number of patients: the confidence, days, limits, the year.
    const orders = rowsOf(open('discount-impact'), 'levels').reduce((sum, row) => sum + Number(row.orders), 0);
    const revenue = rowsOf(open('discount-impact'), 'levels').reduce((sum, row) => sum + Number(row.net_revenue), 0);
    for (const value of [orders, revenue, 95, 30, 5, 2026, 2027]) tell(value);
    // Counts with patients of their own: each is hidden where few stand behind it.
    const guarded =
      /^(Hidden (for small numbers|because few patients)|Herfindahl|Of \d+ counted orders, the discount|Of the orders with a practitioner|Lines with their product|\d+ pairs? with fewer|No pair stands out)/;
    const strange: string[] = [];
    for (const { id } of REPORTS)
      for (const line of report(id).summary.filter((one) => !guarded.test(one)))
        for (const [number] of line.replaceAll(/\d{4}-\d\d(-\d\d)?/g, '').matchAll(/\d[\d,]*(\.\d+)?/g))
          if (!told.has(number.replaceAll(',', ''))) strange.push(`${id}: ${number} in "${line}"`);
    expect(strange).toEqual([]);
  });

  test('no id of a patient is in a table, a chart or a sentence', async () => {
    const ids = await shop.query('SELECT DISTINCT PATIENT_ID AS id FROM {ORDERS_PLACED} WHERE PATIENT_ID IS NOT NULL');
    const known = new Set(ids.map(({ id }) => id!));
    const practitioners = await shop.query(
      'SELECT DISTINCT RESPONSIBLE_ID AS id FROM {ORDERS_PLACED} WHERE RESPONSIBLE_ID IS NOT NULL',
    );
    const named = new Set(practitioners.map(({ id }) => id!));
    for (const { id } of REPORTS)
      for (const { name, columns, rows } of report(id).tables)
        for (const [i, column] of columns.entries()) {
          if (
            column.unit !== 'id' ||
            ['id', 'brand_id', 'year', 'from_year', 'to_year', 'report'].includes(column.name)
          )
            continue;
          const values = rows.map((row) => String(row[i]));
          const whose =
            ['practitioner', 'group'].includes(column.name) && profile === 'internal'
              ? []
              : values.filter((one) => named.has(one));
          expect([id, name, column.name, whose]).toEqual([id, name, column.name, []]);
          if (!['practitioner', 'group'].includes(column.name))
            expect([id, name, column.name, values.filter((one) => known.has(one))]).toEqual([
              id,
              name,
              column.name,
              [],
            ]);
        }
  });
});
