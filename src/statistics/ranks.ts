/** Positions of the values that exist, smallest value first; equal values keep their order. */
export function ascending(values: readonly (number | null)[]): number[] {
  const present = values.flatMap((value, index) => (value === null ? [] : [index]));
  return present.sort((a, b) => values[a]! - values[b]! || a - b);
}

/** Rank 1 for the largest value; equal values share the smaller rank (1, 2, 2, 4); null stays null. */
export function ranksFromLargest(values: readonly (number | null)[]): (number | null)[] {
  const present = values.filter((value) => value !== null);
  return values.map((value) => (value === null ? null : 1 + present.filter((other) => other > value).length));
}

/** Ranks from the smallest, 1 based, equal values sharing the mean of their ranks (1, 2.5, 2.5, 4). */
export function meanRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
