/** The logarithmic mean of two positive numbers: (a - b) / (ln a - ln b), a itself where they are equal. */
function logarithmicMean(a: number, b: number): number {
  return a === b ? a : (a - b) / Math.log(a / b);
}

/**
 * A change of a product split into its factors, without a rest: the part of factor f is L(after, before) * ln(f_after / f_before), L the
 * logarithmic mean of the two products. In the unit of the product. Null where a factor is not positive.
 * Source: Ang 2005 (logarithmic mean Divisia index, LMDI I).
 */
export function splitChange(before: readonly number[], after: readonly number[]): readonly number[] | null {
  if ([...before, ...after].some((factor) => !(factor > 0))) return null;
  const product = (factors: readonly number[]): number => factors.reduce((all, one) => all * one, 1);
  const mean = logarithmicMean(product(after), product(before));
  return before.map((factor, i) => mean * Math.log(after[i]! / factor));
}
