import { counted, pText } from '../words.js';
import type { Analysis } from './analyse.js';
import type { Options } from './options.js';

/** Above it, days go together so much that the model of errors may not hold. */
const LARGE_PHI = 0.6;

/** Days within which another change may be mistaken for the change. */
const NEAR = 7;

const days = (from: string, to: string): number => Math.abs(Date.parse(to) - Date.parse(from)) / 86_400_000;

/** What makes an analysis doubtful, one sentence each. */
export function warningsOf({ change, series, fit, trendBefore }: Analysis, options: Options): string[] {
  const before = series.changeDay;
  const after = series.days - before;
  const shown = 1 - options.confidence;
  const others = options.changes.filter((day) => day !== change && days(day, change) <= NEAR);
  return [
    ...(before < options.before ? [`only ${counted(before, 'day')} before it (${options.before} are asked for)`] : []),
    ...(after < options.after ? [`only ${counted(after, 'day')} after it (${options.after} are asked for)`] : []),
    ...(others.length === 0 ? [] : [`another change within ${NEAR} days (${others.join(', ')})`]),
    ...(fit !== null && fit.phi > LARGE_PHI ? ['neighbouring days go together strongly'] : []),
    ...(trendBefore?.p != null && trendBefore.p < shown
      ? [
          `series and control went apart before it already (p ${pText(trendBefore.p)}): difference-in-differences does not hold`,
        ]
      : []),
  ];
}
