import { normalQuantile } from './distributions.js';
import { rootOfRatio } from './exact.js';
import { CENTS, type Interval, mean, NO_INTERVAL, type PowerSums, scaledVariance } from './mean.js';

/** n^3 times the third central moment, in cents cubed: n^2*S3 - 3*n*S1*S2 + 2*S1^3. */
function scaledThirdMoment({ n, sum, sum2, sum3 }: PowerSums): bigint {
  return n * n * sum3 - 3n * n * sum * sum2 + 2n * sum * sum * sum;
}

/** Skewness g1 = m3 / m2^1.5 with divisors n (no unit); null below three amounts or where all are equal. */
function biasedSkewness(sums: PowerSums): number | null {
  const variance = scaledVariance(sums);
  if (sums.n < 3n || variance === 0n) return null;
  const third = scaledThirdMoment(sums);
  const size = rootOfRatio(third * third, variance ** 3n)!;
  return third < 0n ? -size : size;
}

/** Bias-corrected skewness G1 = g1 * sqrt(n(n-1)) / (n-2); null below three amounts or where all are equal. */
export function skewness(sums: PowerSums): number | null {
  const g1 = biasedSkewness(sums);
  if (g1 === null) return null;
  const n = Number(sums.n);
  return (g1 * Math.sqrt(n * (n - 1))) / (n - 2);
}

/**
 * Cochran's rule: are there too few amounts for the t interval, n <= 25*G1^2? Decided in integers, so that no rounding
 * turns it. Null where G1 cannot be computed.
 */
export function isSkewed(sums: PowerSums): boolean | null {
  const { n } = sums;
  const variance = scaledVariance(sums);
  if (n < 3n || variance === 0n) return null;
  const third = scaledThirdMoment(sums);
  return n * variance ** 3n * (n - 2n) ** 2n <= 25n * third * third * n * (n - 1n);
}

/**
 * Hall's skewness-adjusted interval of the mean, in money, amounts taken as independent: with s0 the deviation with
 * divisor n and z the normal quantile, mean - s0*inv(+-z/sqrt n), inv(x) = (3/g1)(cbrt(1 + g1(x - g1/6n)) - 1).
 */
export function hallInterval(sums: PowerSums, confidence: number): Interval {
  const g1 = biasedSkewness(sums);
  const centre = mean(sums);
  if (g1 === null || centre === null) return NO_INTERVAL;
  const n = Number(sums.n);
  const s0 = rootOfRatio(scaledVariance(sums), sums.n * sums.n * CENTS * CENTS)!;
  const inverse = (x: number): number => {
    const step = x - g1 / (6 * n);
    // cbrt(1+w) - 1 = w / (c^2 + c + 1): without the division by g1, which may be 0, and without cancellation.
    const c = Math.cbrt(1 + g1 * step);
    return (3 * step) / (c * c + c + 1);
  };
  const z = normalQuantile(0.5 + confidence / 2) / Math.sqrt(n);
  return { low: centre - s0 * inverse(z), high: centre - s0 * inverse(-z) };
}

/** Is a t interval to be trusted: n >= 30 and n > 25*G1^2? Null where the skewness cannot be computed. */
export function enoughForT(sums: PowerSums): boolean | null {
  const skewed = isSkewed(sums);
  return skewed === null ? null : sums.n >= 30n && !skewed;
}
