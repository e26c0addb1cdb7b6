import { benjaminiHochberg } from './benjamini-hochberg.js';
import { normalTwoSidedP } from './distributions.js';
import { ratio, rootOfRatio } from './exact.js';

/** Orders behind a pair: `both` with practitioner and brand, `rows` of the practitioner, `columns` with the brand, `all`. */
export interface PairCounts {
  readonly both: bigint;
  readonly rows: bigint;
  readonly columns: bigint;
  readonly all: bigint;
}

/** How a pair stands to what chance would give; numbers without unit, but `expected` (orders). */
export interface PairAssociation {
  readonly expected: number;
  readonly lift: number | null;
  readonly shrunkLift: number | null;
  readonly pearsonResidual: number | null;
  readonly adjustedResidual: number | null;
  /** Is E large enough for the normal distribution? p and q are null where it is not. */
  readonly enough: boolean;
  readonly p: number | null;
  readonly q: number | null;
}

/** Expected orders from which on a residual is taken as normal (Cochran). */
const ENOUGH = 5n;

/**
 * One pair, but q. With o, r, c, N: o - rc/N = (oN - rc)/N, so that lift = oN/rc, (O+k)/(E+k) = (oN + kN)/(rc + kN), and
 * both residuals are one root of a quotient of integers with the sign of oN - rc.
 */
function associate({ both, rows, columns, all }: PairCounts, prior: bigint): Omit<PairAssociation, 'q'> {
  const product = rows * columns;
  const gap = both * all - product;
  const signed = (size: number | null): number | null => (size === null || gap >= 0n ? size : -size);
  const adjusted = signed(rootOfRatio(gap * gap * all, product * (all - rows) * (all - columns)));
  const enough = product >= ENOUGH * all && all > 0n;
  return {
    expected: ratio(product, all) ?? 0,
    lift: ratio(both * all, product),
    shrunkLift: ratio((both + prior) * all, product + prior * all),
    pearsonResidual: signed(rootOfRatio(gap * gap, product * all)),
    adjustedResidual: adjusted,
    enough,
    p: enough && adjusted !== null ? normalTwoSidedP(adjusted) : null,
  };
}

/**
 * Practitioner x brand pairs, all of one table. E = r*c/N; lift O/E; shrunk lift (O+prior)/(E+prior); Pearson residual
 * (O-E)/sqrt(E); adjusted residual (O-E)/sqrt(E(1-r/N)(1-c/N)), null where the practitioner or the brand is in every order;
 * p two-sided normal and q Benjamini-Hochberg over the pairs with E >= 5, null for the others. `prior` in whole orders.
 * Source: Haberman 1973; scipy, statsmodels `multipletests(method="fdr_bh")` (vector `practitioner-brand`).
 */
export function pairAssociations(pairs: readonly PairCounts[], prior: bigint): PairAssociation[] {
  const made = pairs.map((pair) => associate(pair, prior));
  const qs = benjaminiHochberg(made.map(({ p }) => p));
  return made.map((one, i) => ({ ...one, q: qs[i]! }));
}
