import type { SmallNumbers } from './small-numbers.js';
import { oneWay, suppress } from './suppression.js';

/** Orders and distinct patients behind one number; an order without a patient counts as one patient's. */
export interface Behind {
  readonly orders: number;
  readonly patients: number;
}

/** Counts by name, null where hidden. */
export type ShownCounts = Readonly<Record<string, number | null>>;

/** Orders by name (status, say), those of few patients and the next smallest hidden. */
export function shownCounts(counts: ReadonlyMap<string, Behind>, rules: SmallNumbers): ShownCounts {
  const entries = [...counts];
  const { hidden } = suppress(oneWay(entries.map(([, behind]) => behind.patients)), rules.k);
  return Object.fromEntries(entries.map(([name, behind], i) => [name, hidden[i] ? null : behind.orders]));
}

/** The same as a provenance entry prints them: `*` where hidden. */
export function printedCounts(counts: ShownCounts): Record<string, number | string> {
  return Object.fromEntries(Object.entries(counts).map(([name, orders]) => [name, orders ?? '*']));
}
