/** r1 = sum u_t u_(t-1) / sum u_t^2 of residuals in time order; null where all are 0. No unit. */
export function firstAutocorrelation(residuals: readonly number[]): number | null {
  const size = residuals.reduce((sum, u) => sum + u * u, 0);
  if (size === 0) return null;
  return residuals.slice(1).reduce((sum, u, i) => sum + u * residuals[i]!, 0) / size;
}

/**
 * Durbin and Watson's statistic of residuals in time order, sum (u_t - u_(t-1))^2 / sum u_t^2: near 2 where neighbours have
 * nothing in common, towards 0 where they go together; null where all are 0. Source: Durbin and Watson 1950.
 */
export function durbinWatson(residuals: readonly number[]): number | null {
  const size = residuals.reduce((sum, u) => sum + u * u, 0);
  if (size === 0) return null;
  return residuals.slice(1).reduce((sum, u, i) => sum + (u - residuals[i]!) ** 2, 0) / size;
}
