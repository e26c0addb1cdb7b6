import { holm } from '../../statistics/holm.js';
import type { Verdict } from '../finding.js';
import type { Analysis } from './analyse.js';
import type { ChangeEffect } from './effect.js';
import type { Options } from './options.js';

/** What is said of a change and a measure, and why not more. */
export interface Judged {
  readonly change: string;
  readonly effect: ChangeEffect;
  /** Is it the measure asked for? */
  readonly asked: boolean;
  readonly pHolm: number;
  readonly verdict: Verdict;
  /** Days without a change at which as much is found. */
  readonly elsewhere: readonly string[];
  /** Beyond chance by itself, but gone without the weeks before the change. */
  readonly shaky: boolean;
}

/** A change within so much, up or down, is none that matters. */
const SMALL = 0.1;

/**
 * Shown is a change beyond chance that stays without the weeks just before it, and as which no day without a change looks. The measure asked for is
 * corrected for several changes; the others for each other and for the changes (Holm).
 */
export function judge(analyses: readonly Analysis[], { confidence, measure }: Options): readonly Judged[] {
  const all = analyses.flatMap(({ change, effects }) =>
    effects.map((effect) => ({ change, effect, asked: effect.measure === measure })),
  );
  const corrected = (asked: boolean): Map<ChangeEffect, number> => {
    const some = all.filter((one) => one.asked === asked);
    const ps = holm(some.map(({ effect }) => effect.p));
    return new Map(some.map(({ effect }, i) => [effect, ps[i]!]));
  };
  const ps = new Map([...corrected(true), ...corrected(false)]);
  return all.map((one) => {
    const { effect } = one;
    const pHolm = ps.get(effect)!;
    const beyond = pHolm < 1 - confidence;
    const elsewhere = beyond
      ? effect.placebos.filter(({ p }) => p < 1 - confidence && p <= effect.p).map(({ day }) => day)
      : [];
    const shaky = beyond && effect.stands === false;
    const within = Math.max(Math.abs(effect.low!), Math.abs(effect.high!)) < SMALL;
    const shown = beyond && !shaky && elsewhere.length === 0;
    return {
      ...one,
      pHolm,
      elsewhere,
      shaky,
      verdict: shown ? 'shown' : !beyond && within ? 'ruled-out' : 'cannot-tell',
    };
  });
}
