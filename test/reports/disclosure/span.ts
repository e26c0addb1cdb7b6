import { random } from '../planted/random.js';

/** A prime below 2^25: products of two residues are exact in a double. */
const P = 33_554_393;

const times = (a: number, b: number): number => {
  const product = a * b;
  return product - P * Math.floor(product / P);
};

function inverse(a: number): number {
  let [result, base, left] = [1, a, P - 2];
  for (; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = times(result, base);
    base = times(base, base);
  }
  return result;
}

/** An equation: by unknown, how often it counts. */
export type Equation = ReadonlyMap<string, number>;

/**
 * Which of `hidden` are a linear combination of `known`? The rank test, in the integers modulo a prime, after a random map of the
 * unknowns onto as many columns as there are equations: it keeps ranks but for chances of one in millions.
 */
export function derivable(known: readonly Equation[], hidden: readonly Equation[]): number[] {
  const width = known.length + 8;
  const { below } = random(20_261_128);
  const images = new Map<string, Float64Array>();
  const imageOf = (unknown: string): Float64Array => {
    const found = images.get(unknown);
    if (found !== undefined) return found;
    const made = Float64Array.from({ length: width }, () => below(P));
    images.set(unknown, made);
    return made;
  };
  const project = (equation: Equation): Float64Array => {
    const row = new Float64Array(width);
    for (const [unknown, factor] of equation) {
      const image = imageOf(unknown);
      const residue = ((factor % P) + P) % P;
      for (let i = 0; i < width; i++) row[i] = (row[i]! + times(residue, image[i]!)) % P;
    }
    return row;
  };
  const pivots: { readonly at: number; readonly row: Float64Array }[] = [];
  const reduce = (row: Float64Array): number => {
    for (const { at, row: pivot } of pivots) {
      const factor = row[at]!;
      if (factor === 0) continue;
      for (let i = 0; i < width; i++) {
        const value = row[i]! - times(factor, pivot[i]!);
        row[i] = value < 0 ? value + P : value;
      }
    }
    return row.findIndex((value) => value !== 0);
  };
  for (const equation of known) {
    const row = project(equation);
    const at = reduce(row);
    if (at < 0) continue;
    const scale = inverse(row[at]!);
    pivots.push({ at, row: row.map((value) => times(value, scale)) });
  }
  return hidden.flatMap((equation, i) => (reduce(project(equation)) < 0 ? [i] : []));
}
