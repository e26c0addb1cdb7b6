import { ratio } from '../../statistics/exact.js';
import { mannKendall, type TrendTest } from '../../statistics/mann-kendall.js';
import { CENTS } from '../../statistics/mean.js';
import { type SeasonalTrendTest, seasonalMannKendall } from '../../statistics/seasonal-mann-kendall.js';
import { type TheilSenLine, theilSen } from '../../statistics/theil-sen.js';
import { daysIn } from './calendar.js';
import type { ShownPeriod } from './hiding.js';
import type { Options } from './options.js';

/** Complete periods that a trend needs. */
export const PERIODS_NEEDED = 8;

/** Longer series would take minutes and tell nothing more. */
const PERIODS_AT_MOST = 600;

const MONTHS_OF_A_YEAR = 12;

/** The trend of revenue per day over the complete periods, or why there is none. */
export type Trend =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'tested';
      readonly n: number;
      readonly test: TrendTest;
      /** Money per day, per period. */
      readonly line: TheilSenLine;
      /** Months only, from 24 on: money per day, per year. */
      readonly seasonal: SeasonalTrendTest | null;
    };

/** Tests net revenue per day, so that February is no fall. Hidden periods cannot be left out of a series: then nothing is tested. */
export function trendOf(periods: readonly ShownPeriod[], options: Options): Trend {
  const whole = periods.filter(({ complete }) => complete);
  const { grain } = options;
  if (whole.length < PERIODS_NEEDED)
    return { kind: 'none', why: `${whole.length} complete ${grain}s are too few (${PERIODS_NEEDED} are needed)` };
  if (whole.length > PERIODS_AT_MOST)
    return { kind: 'none', why: `${whole.length} ${grain}s are too many for this test; take a longer --by` };
  if (whole.some(({ hidden }) => hidden)) return { kind: 'none', why: `some ${grain}s are hidden for small numbers` };
  const series = whole.map(({ net, start }) => ratio(net, BigInt(daysIn(start, grain)) * CENTS)!);
  return {
    kind: 'tested',
    n: series.length,
    test: mannKendall(series),
    line: theilSen(series, options.confidence),
    seasonal: grain === 'month' ? seasonalMannKendall(series, MONTHS_OF_A_YEAR) : null,
  };
}
