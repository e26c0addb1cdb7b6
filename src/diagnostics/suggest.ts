/**
 * The candidate nearest to a misspelled word, or undefined where none is near: at most a third of the word's letters
 * differ (a swap of neighbours counts as one). Case counts only where nothing else differs. Ties go to the longer common
 * beginning, then to code-unit order, so the order of the candidates never matters.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toUpperCase();
  const limit = Math.floor(wanted.length / 3);
  let best: Match | undefined;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const upper = candidate.toUpperCase();
    if (Math.abs(upper.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, upper, limit);
    if (distance > limit) continue;
    const match = { candidate, distance, prefix: commonPrefix(wanted, upper) };
    if (best === undefined || isBetter(match, best)) best = match;
  }
  return best?.candidate;
}

interface Match {
  readonly candidate: string;
  readonly distance: number;
  readonly prefix: number;
}

function isBetter(a: Match, b: Match): boolean {
  if (a.distance !== b.distance) return a.distance < b.distance;
  if (a.prefix !== b.prefix) return a.prefix > b.prefix;
  return a.candidate < b.candidate;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/**
 * Letters to insert, delete, replace or swap with a neighbour to turn one text into the other (optimal string alignment).
 * Counting stops at `limit`: anything above it comes back as `limit + 1`.
 */
export function editDistance(a: string, b: string, limit: number = Number.POSITIVE_INFINITY): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      smallest = Math.min(smallest, cost);
    }
    // A swap can still take up a cheaper cell of the row before, hence both rows must be past the limit.
    if (smallest > limit && Math.min(...last) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, limit + 1);
}
