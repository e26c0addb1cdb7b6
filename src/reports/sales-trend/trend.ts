import { ratio } from '../../statistics/exact.js';
import { holm } from '../../statistics/holm.js';
import { splitChange } from '../../statistics/log-mean-split.js';
import { mannKendall, type TrendTest } from '../../statistics/mann-kendall.js';
import { CENTS, type Interval } from '../../statistics/mean.js';
import { relativeChanges, trailingMeans } from '../../statistics/period-changes.js';
import { averagedEffect } from '../../statistics/season-average.js';
import { type SeasonalTrendTest, seasonalMannKendall } from '../../statistics/seasonal-mann-kendall.js';
import { type TheilSenLine, theilSen } from '../../statistics/theil-sen.js';
import { type Day, dayNumber, openDays, seriesOf } from '../daily.js';
import { daysIn, type ShownPeriod } from './data.js';
import type { Options } from './index.js';

const MONTHS_OF_A_YEAR = 12;

/** How fast a measure grows: shares a month. */
export interface Growth extends Interval {
  readonly measure: (typeof MEASURED)[number];
  readonly rate: number;
  readonly p: number;
  /** Of the measures beside revenue, which share one correction. */
  readonly pHolm: number | null;
}

/** The direction of sales over all complete days, whatever the grain of the table; or why none can be told. */
export type Direction =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'told';
      readonly growth: readonly Growth[];
      /** From the first complete day to the last. */
      readonly span: number;
      readonly closed: number;
      /** How likely a season is behind it. */
      readonly season: number;
    };

/** Complete days that a direction needs: eight weeks. */
const DAYS_NEEDED = 56;
// At the start of a log everybody is new: the number of new patients falls whatever the shop does.
const MEASURED = ['net_revenue', 'orders', 'aov'] as const;

/** The growth of every measure: a line on the log scale with weekdays and a yearly wave. */
export function directionOf(all: readonly Day[], { confidence }: Options): Direction {
  const days = all.filter(({ complete }) => complete);
  if (days.length < DAYS_NEEDED)
    return { kind: 'none', why: `${days.length} complete days are too few (${DAYS_NEEDED} are needed)` };
  const open = openDays(days, []);
  const span = dayNumber(days.at(-1)!.day) - dayNumber(days[0]!.day) + 1;
  const monthly = (log: number): number => Math.exp(log / MONTHS_OF_A_YEAR) - 1;
  let season = 1;
  const growth = MEASURED.flatMap((measure): Omit<Growth, 'pHolm'>[] => {
    const series = seriesOf(open, measure);
    const effect = averagedEffect(series, 'trend', span, confidence);
    if (effect?.p == null || effect.low === null || effect.high === null) return [];
    if (measure === 'net_revenue') season = effect.season;
    return [
      { measure, rate: monthly(effect.value), low: monthly(effect.low), high: monthly(effect.high), p: effect.p },
    ];
  });
  if (growth[0]?.measure !== 'net_revenue') return { kind: 'none', why: 'days do not vary around a line' };
  const corrected = holm(growth.slice(1).map(({ p }) => p));
  return {
    kind: 'told',
    growth: growth.map((one, i) => ({ ...one, pHolm: i === 0 ? null : corrected[i - 1]! })),
    ...{ span, season, closed: days.length - open.length },
  };
}

/** Complete periods that the tests over periods need. */
export const PERIODS_NEEDED = 8;

/** Longer series would take minutes and tell nothing more. */
const PERIODS_AT_MOST = 600;

/** Tests over the periods of the table, for those who want the classical ones; null where there are too few, too many, or hidden ones. */
export interface PeriodTests {
  readonly n: number;
  readonly test: TrendTest;
  /** Money per day, per period. */
  readonly line: TheilSenLine;
  /** Months only, from 24 on: money per day, per year. */
  readonly seasonal: SeasonalTrendTest | null;
}

/** Tests net revenue per day, so that February is no fall. */
export function periodTests(periods: readonly ShownPeriod[], { grain, confidence }: Options): PeriodTests | null {
  const whole = periods.filter(({ complete }) => complete);
  if (whole.length < PERIODS_NEEDED || whole.length > PERIODS_AT_MOST || whole.some(({ hidden }) => hidden))
    return null;
  const series = whole.map(({ net, start }) => ratio(net, BigInt(daysIn(start, grain)) * CENTS)!);
  return {
    n: series.length,
    test: mannKendall(series),
    line: theilSen(series, confidence),
    seasonal: grain === 'month' ? seasonalMannKendall(series, MONTHS_OF_A_YEAR) : null,
  };
}

/** Periods of the trailing mean. */
const TRAILING = 3;

/** A period with what is computed from its neighbours; null where it cannot be. */
export interface TrendRow {
  readonly period: ShownPeriod;
  readonly ma3: number | null;
  readonly mom: number | null;
  readonly yoy: number | null;
  /** True where a hidden period stands behind the number. */
  readonly hiddenMa3: boolean;
  readonly hiddenMom: boolean;
  readonly hiddenYoy: boolean;
}

/** Changes and trailing means of all periods; none from or to an incomplete one. */
export function rowsOf(periods: readonly ShownPeriod[], options: Options): readonly TrendRow[] {
  const totals = periods.map(({ net, complete }) => ({ total: net, complete }));
  const ma3 = trailingMeans(totals, TRAILING);
  const mom = relativeChanges(totals, 1);
  const yoy = options.grain === 'month' ? relativeChanges(totals, MONTHS_OF_A_YEAR) : periods.map(() => null);
  const hidden = (i: number): boolean => periods[i]?.hidden === true;
  return periods.map((period, i) => ({
    period,
    ma3: ma3[i]!,
    mom: period.complete ? mom[i]! : null,
    yoy: period.complete ? yoy[i]! : null,
    hiddenMa3: hidden(i) || hidden(i - 1) || hidden(i - 2),
    hiddenMom: hidden(i) || hidden(i - 1),
    hiddenYoy: hidden(i) || hidden(i - MONTHS_OF_A_YEAR),
  }));
}

/** What of a change of net revenue came of which part; money. */
export interface Split {
  readonly against: 'period before' | 'year before';
  readonly from: ShownPeriod;
  readonly to: ShownPeriod;
  readonly change: number;
  readonly patients: number | null;
  readonly ordersPerPatient: number | null;
  /** Units in an order; null where the input has no lines (it is in `value` then). */
  readonly basket: number | null;
  /** Net revenue of a unit (or of an order): prices, discounts, and which products. */
  readonly value: number | null;
  readonly hidden: boolean;
}

function splitOf(against: Split['against'], from: ShownPeriod | undefined, to: ShownPeriod): Split[] {
  if (from === undefined || !from.complete) return [];
  const lined = from.units !== null && to.units !== null && from.units > 0n && to.units > 0n;
  const factors = ({ patients, orders, units, net }: ShownPeriod): number[] => [
    Number(patients),
    ratio(orders, patients) ?? 0,
    lined ? (ratio(units!, orders) ?? 0) : 1,
    ratio(net, (lined ? units! : orders) * CENTS) ?? 0,
  ];
  const parts = splitChange(factors(from), factors(to));
  return [
    {
      ...{ against, from, to, change: ratio(to.net - from.net, CENTS)! },
      patients: parts?.[0] ?? null,
      ordersPerPatient: parts?.[1] ?? null,
      basket: lined ? (parts?.[2] ?? null) : null,
      value: parts?.[3] ?? null,
      hidden: from.hidden || to.hidden,
    },
  ];
}

/** The last complete period against the one before, and against the same month of the year before. */
export function splitsOf(periods: readonly ShownPeriod[], { grain }: Options): readonly Split[] {
  const at = periods.findLastIndex(({ complete }) => complete);
  const to = periods[at];
  if (to === undefined) return [];
  return [
    ...splitOf('period before', periods[at - 1], to),
    ...(grain === 'month' ? splitOf('year before', periods[at - MONTHS_OF_A_YEAR], to) : []),
  ];
}
