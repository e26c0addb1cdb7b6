import { titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { text } from '../../sql/quote.js';
import { type MixCell, type MixInterval, mixInterval } from '../../statistics/mix-interval.js';
import { column } from '../column.js';
import type { ReportContext } from '../definition.js';
import type { Options } from '../discount-impact/options.js';
import { ORDERS } from '../discount-impact/orders.js';
import { type Cell, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { ShownYear } from './hiding.js';
import { lastInstant } from './years.js';

/** Where the shares of unknown discounts of two years differ by more than this, their orders are not alike: no answer. */
const COVERAGE = 0.1;

/** Two years compared on orders at known discounts of the calendar months that are complete in both. */
export interface SameMonths {
  readonly from: number;
  readonly to: number;
  /** Calendar months, 1 to 12. */
  readonly months: readonly number[];
  readonly unknown: readonly [number, number] | null;
  readonly change: MixInterval | null;
  /** Why there is no change. */
  readonly reason: string | null;
  readonly hidden: boolean;
}

interface Read {
  readonly year: number;
  readonly month: number;
  readonly patient: number;
  readonly kind: number;
  readonly level: number;
  readonly n: number;
  readonly y: number;
}

/** Orders by patient, year, month and level; whole months alone. */
async function readMonths(context: ReportContext): Promise<readonly Read[]> {
  const zone = text(context.replay.timeZone);
  const local = (instant: string): string => `timezone(${zone}, CAST(epoch_ms(${instant}) AS TIMESTAMPTZ))`;
  const last = lastInstant(context) ?? 'NULL';
  const columns = (await context.engine.numbers(`WITH placed AS (
  SELECT patient, kind, level, y, date_trunc('month', ${local('placed_at')}) AS month, placed_at FROM ${ORDERS} WHERE patient IS NOT NULL
), bounds AS (SELECT ${local('min(placed_at)')} AS first, ${local(`greatest(max(placed_at), ${last}) + 1`)} AS known FROM placed)
SELECT CAST(year(month) AS DOUBLE) AS a, CAST(month(month) AS DOUBLE) AS b, CAST(dense_rank() OVER (ORDER BY patient) AS DOUBLE) AS person,
  CAST(kind AS DOUBLE) AS c, CAST(level AS DOUBLE) AS d, CAST(count(*) AS DOUBLE), CAST(sum(y) AS DOUBLE) / 100
FROM placed, bounds WHERE month >= first - INTERVAL 1 DAY AND month + INTERVAL 1 MONTH <= known
GROUP BY month, patient, kind, level ORDER BY person, a, b, c, d`)) as Float64Array[];
  const [year, month, patient, kind, level, n, y] = columns as [Float64Array, ...Float64Array[]] & Float64Array[];
  return Array.from(year ?? [], (one, i) => ({
    ...{ year: one, month: month![i]!, patient: patient![i]!, kind: kind![i]! },
    ...{ level: level![i]!, n: n![i]!, y: y![i]! },
  }));
}

const UNKNOWN = 2;
const DISCOUNT = 0;

function unknownShare(rows: readonly Read[], year: number): number {
  const own = rows.filter((row) => row.year === year);
  const all = own.reduce((sum, { n }) => sum + n, 0);
  return all === 0 ? 0 : own.reduce((sum, { n, kind }) => sum + (kind === UNKNOWN ? n : 0), 0) / all;
}

function compareYears(rows: readonly Read[], from: ShownYear, to: ShownYear, options: Options): SameMonths {
  const years = [from.year, to.year];
  const inYear = (year: number): Set<number> =>
    new Set(rows.filter((row) => row.year === year).map(({ month }) => month));
  const [before, after] = [inYear(from.year), inYear(to.year)];
  const months = [...before].filter((month) => after.has(month)).sort((a, b) => a - b);
  const none = { from: from.year, to: to.year, months, unknown: null, change: null, hidden: false };
  if (months.length === 0) return { ...none, reason: 'no calendar month lies whole in both years' };
  const common = rows.filter(({ year, month }) => years.includes(year) && months.includes(month));
  const shown = (year: ShownYear): Set<number> =>
    new Set(
      year.levels.flatMap(({ kind, level }, i) => (kind === 'discount' && !year.hidden[i] ? [Number(level)] : [])),
    );
  const [here, there] = [shown(from), shown(to)];
  const known = common.filter(
    ({ kind, level, year }) => kind === DISCOUNT && (year === from.year ? here : there).has(level),
  );
  const few = years.some((year) =>
    isSmall(new Set(known.filter((row) => row.year === year).map(({ patient }) => patient)).size, options.small.k),
  );
  const fewUnknown = years.some((year) =>
    isSmall(
      new Set(common.filter((row) => row.year === year && row.kind === UNKNOWN).map(({ patient }) => patient)).size,
      options.small.k,
    ),
  );
  if (few || fewUnknown || from.allHidden || to.allHidden)
    return { ...none, hidden: true, reason: 'few patients stand behind it' };
  const unknown = [unknownShare(common, from.year), unknownShare(common, to.year)] as const;
  if (Math.abs(unknown[1] - unknown[0]) > COVERAGE)
    return { ...none, unknown, reason: 'the discounts of one year are known far better than those of the other' };
  const levels = [...new Set(known.map(({ level }) => level))].sort((a, b) => a - b);
  const cells = known.map(
    ({ patient, level, year, n, y }): MixCell => ({
      patient,
      level: levels.indexOf(level),
      period: year === to.year ? 1 : 0,
      n,
      y,
    }),
  );
  const change = mixInterval(cells, levels.length, options.confidence);
  return {
    ...none,
    unknown,
    change,
    reason: change === null ? 'one of the years has no order at a known discount in these months' : null,
  };
}

/** Each year beside the one before; after `prepareOrders` over all years. */
export async function compareMonths(
  context: ReportContext,
  years: readonly ShownYear[],
  options: Options,
): Promise<readonly SameMonths[]> {
  const rows = await readMonths(context);
  return years.flatMap((to, i) => {
    const from = years[i - 1];
    return from === undefined || from.year !== to.year - 1 ? [] : [compareYears(rows, from, to, options)];
  });
}

const COLUMNS: readonly ReportColumn[] = [
  column('from_year', 'From', 'id', 'The earlier year.', true),
  column('to_year', 'To', 'id', 'The year after it.', true),
  column('months', 'Months', 'count', 'Calendar months that lie whole in both years; only they are compared.', true),
  column(
    'unknown_from',
    'Unknown before',
    'share',
    'Orders of these months whose discount the log does not know, earlier year.',
  ),
  column('unknown_to', 'Unknown after', 'share', 'The same of the later year.'),
  column('change', 'Change of AOV', 'money', 'Of orders at known discounts.', true),
  column('change_low', 'From', 'money', 'Lower end of its interval (jackknife over patients).', true),
  column('change_high', 'To', 'money', 'Upper end of it.', true),
  column('change_p', 'p', 'p', 'p of no change.'),
  column('within_level', 'At the same discounts', 'money', 'What changed at each level.'),
  column('within_low', 'From', 'money', 'Lower end of its interval.'),
  column('within_high', 'To', 'money', 'Upper end of it.'),
  column('mix', 'Between discounts', 'money', 'What moved from one level to another.'),
  column('mix_low', 'From', 'money', 'Lower end of its interval.'),
  column('mix_high', 'To', 'money', 'Upper end of it.'),
  column('patients', 'Patients', 'count', 'Patients behind it.'),
  column('reason', 'Why not', 'text', 'Why there is no change.'),
];

/** The table `same_months`. */
export function sameMonthsTable(compared: readonly SameMonths[], options: Options): ReportTable {
  const rows = compared.map(({ from, to, months, unknown, change, reason, hidden }): readonly Cell[] => {
    const part = (one: MixInterval['change'] | undefined): readonly Cell[] => [
      one?.value ?? null,
      one?.low ?? null,
      one?.high ?? null,
    ];
    const cells: readonly Cell[] = [
      ...(unknown ?? [null, null]),
      ...part(change?.change),
      change?.change.p ?? null,
      ...part(change?.within),
      ...part(change?.mix),
      change?.patients ?? null,
    ];
    const shown: readonly Cell[] = hidden ? cells.map(() => SUPPRESSED) : cells;
    return [String(from), String(to), months.length, ...shown, reason];
  });
  const title = titled('Years compared on the same months, known discounts alone', options.small);
  return { name: 'same_months', title, columns: COLUMNS, rows, unit: 'patient' };
}
