import { random } from './random.js';

/** Daily sales in which everything is known. */
export interface Sales {
  /** What the change does to a day's revenue, as a share of it. */
  readonly effect: number;
  /** How much of a day's chance goes on to the next: 0 to 1. */
  readonly phi: number;
}

/** The first day, a Thursday, and the days before and after the change. */
const START = Date.UTC(2026, 0, 1);
const BEFORE = 120;
const AFTER = 60;
const DAY = 86_400_000;

/** The day of the change. */
export const CHANGE = new Date(START + BEFORE * DAY).toISOString().slice(0, 10);

/** Mondays are better than Sundays. */
const WEEK = [1.15, 1.1, 1.05, 1, 1, 0.8, 0.9];

/** Revenue in cents by day: 1,000 on average, growing a tenth of a per cent a day, a deviation of 80 with AR(1) chance. */
export function revenueOf(
  { effect, phi }: Sales,
  seed: number,
): readonly { readonly at: number; readonly cents: number }[] {
  const { normal } = random(seed);
  let chance = normal();
  return Array.from({ length: BEFORE + AFTER }, (_, day) => {
    const at = START + day * DAY;
    const weekday = (new Date(at).getUTCDay() + 6) % 7;
    if (day > 0) chance = phi * chance + Math.sqrt(1 - phi * phi) * normal();
    const mean = 1000 * (1 + 0.001 * day) * (day >= BEFORE ? 1 + effect : 1) * WEEK[weekday]!;
    return { at, cents: Math.round((mean + 80 * chance) * 100) };
  });
}
