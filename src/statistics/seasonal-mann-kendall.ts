import { mannKendall, type TrendTest, trendScore } from './mann-kendall.js';
import { median } from './median.js';

/** The trend test over seasons; `slope` = median change per whole period (per year of months), in the unit of the series. */
export interface SeasonalTrendTest extends Omit<TrendTest, 'tau'> {
  readonly slope: number;
}

/** Positions period apart: January with January. */
function seasonsOf(series: readonly number[], period: number): number[][] {
  return Array.from({ length: period }, (_, season) => series.filter((_value, i) => i % period === season));
}

/**
 * Mann and Kendall's test for a series that repeats every `period` values (12 months): S and its variance are those of
 * each season alone, added up, then one continuity-corrected z; the slope is the median over all pairs within a season of
 * (x_j - x_i)/(j - i), in whole periods. Null below two full periods (24 months). Source: Hirsch, Slack and Smith 1982;
 * pymannkendall `seasonal_test` (vector `sales-trend`).
 */
export function seasonalMannKendall(series: readonly number[], period: number): SeasonalTrendTest | null {
  if (series.length < 2 * period) return null;
  let [s, variance] = [0, 0];
  const slopes: number[] = [];
  for (const season of seasonsOf(series, period)) {
    const one = mannKendall(season);
    s += one.s;
    variance += one.variance;
    season.forEach((x, i) => {
      for (let j = i + 1; j < season.length; j++) slopes.push((season[j]! - x) / (j - i));
    });
  }
  return { s, variance, ...trendScore(s, variance), slope: median(slopes)! };
}
