import { normalUpperP } from './distributions.js';
import { holm } from './holm.js';

/** A discount level in percentage points, what it earns (R, money per patient-month) and its error; ascending by level. */
export interface LevelRate {
  readonly level: number;
  readonly rate: number | null;
  readonly error: number | null;
  /** `n_enough`: only such levels are compared. */
  readonly enough: boolean;
}

/** How a level stands to the best one. */
export type Verdict = 'best' | 'not shown to be worse' | 'worse' | 'too few';

/** A level's one-sided test against the best one; all null for the best one itself and where it cannot be made. */
export interface LevelVerdict {
  readonly level: number;
  readonly verdict: Verdict;
  readonly z: number | null;
  readonly p: number | null;
  readonly pHolm: number | null;
}

/** The rule of the specification: from this Holm p on, a level is not shown to be worse. */
const SHOWN = 0.05;

const isCompared = (one: LevelRate): boolean => one.enough && one.rate !== null && one.error !== null;

function scoreAgainst(best: LevelRate, one: LevelRate): number | null {
  const error = Math.hypot(best.error!, one.error!);
  return error === 0 ? null : (best.rate! - one.rate!) / error;
}

/**
 * The best level (largest R, of equal ones the lowest level) and whether others are shown to be worse: z = (R_best - R) /
 * sqrt(se^2 + se_best^2), p = P(Z >= z), Holm over all levels but the best; `worse` below 0.05. Levels are taken as independent
 * samples. A level without enough orders or without an error is `too few`; a z that is 0/0 shows nothing. Vector `sweet-spot`.
 */
export function compareLevels(levels: readonly LevelRate[]): LevelVerdict[] {
  const best = levels
    .filter(isCompared)
    .reduce<LevelRate | null>((top, one) => (top === null || one.rate! > top.rate! ? one : top), null);
  const zs = levels.map((one) => (best === null || one === best || !isCompared(one) ? null : scoreAgainst(best, one)));
  const ps = zs.map((z) => (z === null ? null : normalUpperP(z)));
  const adjusted = holm(ps);
  const verdictOf = (one: LevelRate, i: number): Verdict => {
    if (!isCompared(one)) return 'too few';
    if (one === best) return 'best';
    return adjusted[i] !== null && adjusted[i]! < SHOWN ? 'worse' : 'not shown to be worse';
  };
  return levels.map((one, i) => ({
    level: one.level,
    verdict: verdictOf(one, i),
    z: zs[i]!,
    p: ps[i]!,
    pHolm: adjusted[i]!,
  }));
}

/** "Reduced returns from p on": the first level above the best one that is shown to be worse; null where there is none. */
export function reducedReturnsFrom(verdicts: readonly LevelVerdict[]): number | null {
  const best = verdicts.findIndex(({ verdict }) => verdict === 'best');
  if (best < 0) return null;
  return verdicts.slice(best + 1).find(({ verdict }) => verdict === 'worse')?.level ?? null;
}

/**
 * What a further percentage point brings, (R_l - R_prev)/(l - prev), against the level before in the list; money per
 * patient-month and percentage point. Null for the first level and where a rate is missing.
 */
export function marginalRates(levels: readonly LevelRate[]): (number | null)[] {
  return levels.map(({ level, rate }, i) => {
    const before = levels[i - 1];
    if (before === undefined || rate === null || before.rate === null) return null;
    return (rate - before.rate) / (level - before.level);
  });
}
