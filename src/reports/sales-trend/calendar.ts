/** The calendar units of the report. Weeks are those of ISO 8601, Monday first. */
export type Grain = 'month' | 'week' | 'day';

const DAY = 86_400_000;

/** The first day of the period after the one that begins on `start`; both `YYYY-MM-DD`. */
export function following(start: string, grain: Grain): string {
  const date = new Date(`${start}T00:00:00Z`);
  if (grain === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setTime(date.getTime() + (grain === 'week' ? 7 : 1) * DAY);
  return date.toISOString().slice(0, 10);
}

/** The first days of all periods from `first` to `last`, both of them included. */
export function periodsBetween(first: string, last: string, grain: Grain): string[] {
  const starts: string[] = [];
  for (let start = first; start <= last; start = following(start, grain)) starts.push(start);
  return starts;
}

/** Days of the period that begins on `start`. */
export function daysIn(start: string, grain: Grain): number {
  return (Date.parse(following(start, grain)) - Date.parse(start)) / DAY;
}

/** A period in a sentence: `2026-03`, or the day on which it begins. */
export function periodText(start: string, grain: Grain): string {
  return grain === 'month' ? start.slice(0, 7) : grain === 'week' ? `the week of ${start}` : start;
}
