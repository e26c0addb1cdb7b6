import type { Report, Unit } from './report.js';

/**
 * What the data say of a claim: `shown` (beyond chance), `ruled-out` (an effect larger than `low` to `high` does not fit the data),
 * `cannot-tell` (both remain possible), `no-answer` (it could not be computed; `reason` says why).
 */
export type Verdict = 'shown' | 'ruled-out' | 'cannot-tell' | 'no-answer';

/** Where it goes: `none` where nothing moves or nothing is claimed, `mixed` where parts go different ways. */
export type Direction = 'up' | 'down' | 'none' | 'mixed';

/** One thing that a report found: the sentence, and the numbers from which it follows. */
export interface Finding {
  /** Which claim it is, the same in every run (`relation`, `steps`, `trend`); several findings may share it. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly direction: Direction;
  /** Its size and the ends of its interval, in `unit`; null where there is none, or where it is hidden. */
  readonly size: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: Unit;
  /** The sentence, in plain words. */
  readonly text: string;
  /** Why there is no answer. */
  readonly reason?: string;
  /** What it speaks of (`from` and `to` of a step, `practitioner` and `brand` of a pair): keys of its own in JSON. */
  readonly about?: Readonly<Record<string, string | number | null>>;
}

/** What a report has to say: findings, the headline first; what could make it wrong; what to do or look at next; further lines. */
export interface Told {
  readonly findings: readonly [Finding, ...Finding[]];
  readonly doubt: string;
  readonly next: string;
  readonly more?: readonly string[];
}

/** The fields of a report that are made of it: the first three sentences of `summary` are the first screen. */
export function said({
  findings,
  doubt,
  next,
  more = [],
}: Told): Pick<Report, 'findings' | 'doubt' | 'next' | 'summary'> {
  const [headline, ...others] = findings;
  const further = others.filter(({ text }) => !doubt.includes(text));
  return { findings, doubt, next, summary: [headline.text, doubt, next, ...further.map(({ text }) => text), ...more] };
}

/** Nothing that a finding could give a size to. */
export const WITHOUT_SIZE = { direction: 'none', size: null, low: null, high: null, unit: 'number' } as const;

/** A finding that there is no answer: the sentence begins with why. */
export function noAnswer(id: string, text: string, reason: string): Finding {
  return { id, verdict: 'no-answer', ...WITHOUT_SIZE, text, reason };
}
