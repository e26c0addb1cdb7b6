/** Bytes by unit, as DuckDB reads them: KB is 1000, KiB is 1024. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** What Node, the binding and the read buffers take beside the engine's own limit, in bytes (measured: 130 to 240 MiB). */
const OUTSIDE_THE_LIMIT = 220e6;
/** Below this DuckDB can no longer spill what a replay needs. */
const SMALLEST_LIMIT = 128e6;

/** The smallest budget of a process that can be kept, in bytes: what stands outside of the engine's limit, and the least that it works with. */
export const SMALLEST_BUDGET = 350e6;

/** Bytes of a size such as `512MB`, `1.5GB`, `1GiB` (a unit is required); null where it is none. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()];
  return match === null || unit === undefined ? null : Math.floor(Number(match[1]) * unit);
}

/** DuckDB's limit, in its own words, for a budget in bytes of the whole process. */
export function engineLimit(budget: number): string {
  return `${Math.floor(Math.max(budget - OUTSIDE_THE_LIMIT, SMALLEST_LIMIT) / 1e6)}MB`;
}
