import { fUpperP } from './distributions.js';
import type { Sample } from './sample.js';

/** Welch's analysis of variance: F with df1 (groups - 1) and df2 (need not be whole) degrees of freedom, and its p. */
export interface WelchAnova {
  readonly f: number;
  readonly df1: number;
  readonly df2: number;
  readonly p: number;
}

/**
 * Are the means of k groups equal, whatever their variances? w = n/s^2, W = sum w, m~ = sum w*m / W, L = sum (1 - w/W)^2/(n-1);
 * F = (sum w(m - m~)^2/(k-1)) / (1 + 2(k-2)L/(k^2-1)), df1 = k - 1, df2 = (k^2-1)/(3L). Null below two groups, and where
 * a group has fewer than two values or does not vary. Source: Welch 1951; statsmodels `anova_oneway(use_var="unequal",
 * welch_correction=True)` (vector `practitioner-type`).
 */
export function welchAnova(groups: readonly Sample[]): WelchAnova | null {
  const k = groups.length;
  if (k < 2 || groups.some(({ variance }) => variance === null || variance === 0)) return null;
  const weights = groups.map(({ n, variance }) => n / variance!);
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const centre = groups.reduce((sum, { mean }, i) => sum + weights[i]! * mean!, 0) / weight;
  const between = groups.reduce((sum, { mean }, i) => sum + weights[i]! * (mean! - centre) ** 2, 0) / (k - 1);
  const lambda = groups.reduce((sum, { n }, i) => sum + (1 - weights[i]! / weight) ** 2 / (n - 1), 0);
  const f = between / (1 + (2 * (k - 2) * lambda) / (k * k - 1));
  const [df1, df2] = [k - 1, (k * k - 1) / (3 * lambda)];
  return { f, df1, df2, p: fUpperP(f, df1, df2) };
}
