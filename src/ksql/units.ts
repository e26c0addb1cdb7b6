/** Milliseconds of the units whose length is always the same. */
export const UNIT_MILLIS: ReadonlyMap<string, number> = new Map([
  ['MILLISECONDS', 1],
  ['SECONDS', 1000],
  ['MINUTES', 60_000],
  ['HOURS', 3_600_000],
  ['DAYS', 86_400_000],
]);

const CALENDAR = ['MONTHS', 'YEARS'];

/** The unit in its plural (`DAYS` for DAY and DAYS), or undefined for another word. Months and years have no fixed length. */
export function durationUnit(word: string): string | undefined {
  const plural = word.endsWith('S') ? word : `${word}S`;
  return UNIT_MILLIS.has(plural) || CALENDAR.includes(plural) ? plural : undefined;
}
