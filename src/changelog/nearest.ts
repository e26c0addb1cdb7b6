/** The candidate nearest to a name (by edits, at most a third of its length, letter case aside), or null. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of [...candidates].sort()) {
    const distance = edits(wanted, candidate.toLowerCase());
    if (distance <= Math.max(1, Math.floor(wanted.length / 3)) && (best === null || distance < best.distance))
      best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
