import { ratio } from './exact.js';
import { type Quarter, quartile, quartilePositions } from './quantile.js';

/** Days between occasions: how many gaps, their sum, and four times their quartiles; null where there is none. */
export interface GapSums {
  readonly n: bigint;
  readonly sum: bigint | null;
  readonly quartiles: Readonly<Record<Quarter, bigint | null>>;
}

/** Finished gaps only, so too short: who has not come back yet is not in them. Days. */
export interface Gaps {
  readonly n: number;
  readonly mean: number | null;
  readonly p25: number | null;
  readonly median: number | null;
  readonly p75: number | null;
}

function fourfold(quarter: Quarter): string {
  const { lower, upper, rest } = quartilePositions('n', quarter);
  return `CAST(max((4 - ${rest}) * gap) FILTER (place = ${lower}) + max(${rest} * gap) FILTER (place = ${upper}) AS BIGINT) AS q${quarter}`;
}

/** One row from `occasionsSql`: `n` gaps, their `sum` in days, and `q1`, `q2`, `q3`, four times their quartiles; BIGINT. */
export function gapSumsSql(occasions: string): string {
  return `SELECT count(*) AS n, CAST(sum(gap) AS BIGINT) AS "sum", ${([1, 2, 3] as const).map(fourfold).join(', ')}
FROM (SELECT gap, row_number() OVER (ORDER BY gap) - 1 AS place, count(*) OVER () AS n FROM ${occasions} WHERE gap IS NOT NULL)`;
}

/** Mean and quartiles (linear interpolation) in days. Source: pandas; vector `repeat-orders`. */
export function gapSummary({ n, sum, quartiles }: GapSums): Gaps {
  return {
    n: Number(n),
    mean: sum === null ? null : ratio(sum, n),
    p25: quartile(quartiles[1], 1n),
    median: quartile(quartiles[2], 1n),
    p75: quartile(quartiles[3], 1n),
  };
}
