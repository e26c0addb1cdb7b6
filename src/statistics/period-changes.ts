import { ratio } from './exact.js';
import { CENTS } from './mean.js';

/**
 * One calendar period of an unbroken row of them: its sum as an exact integer (cents, or a count), 0 where nothing was
 * ordered, and whether it lies wholly between the first and the last event of the input.
 */
export interface PeriodTotal {
  readonly total: bigint;
  readonly complete: boolean;
}

/**
 * Relative change to the period `lag` earlier, as a share: x_t/x_(t-lag) - 1, as one division of integers. `lag` 1 is `mom`,
 * 12 months `yoy`. Null where the earlier period is missing, incomplete or 0. Vector `sales-trend`.
 */
export function relativeChanges(periods: readonly PeriodTotal[], lag: number): (number | null)[] {
  return periods.map(({ total }, i) => {
    const earlier = periods[i - lag];
    return earlier === undefined || !earlier.complete ? null : ratio(total - earlier.total, earlier.total);
  });
}

/**
 * Mean of the `width` periods that end with each one, in money (the totals are cents): `ma3` for 3. Null where one of
 * them is missing or incomplete. Vector `sales-trend`.
 */
export function trailingMeans(periods: readonly PeriodTotal[], width: number): (number | null)[] {
  return periods.map((_, i) => {
    const window = periods.slice(Math.max(0, i - width + 1), i + 1);
    if (window.length < width || window.some(({ complete }) => !complete)) return null;
    return ratio(
      window.reduce((sum, { total }) => sum + total, 0n),
      BigInt(width) * CENTS,
    );
  });
}
