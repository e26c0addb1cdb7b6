import { titled } from '../../disclosure/small-numbers.js';
import type { Engine } from '../../engine/engine.js';
import { type ClusteredDifference, clusteredDifference } from '../../statistics/clustered-difference.js';
import type { LeaveOneOut } from '../../statistics/clustered-fit.js';
import { holm } from '../../statistics/holm.js';
import { ranksFromLargest } from '../../statistics/ranks.js';
import { type WelchTest, welchTest } from '../../statistics/welch.js';
import { type Cell, type ReportTable, SUPPRESSED } from '../report.js';
import { decimals } from '../words.js';
import { JUMP_COLUMNS } from './columns.js';
import type { ShownLevel } from './hiding.js';
import type { Judged, JudgedStep } from './judge.js';
import { hasEnough, levelCell } from './levels.js';
import type { Options } from './options.js';
import { type LevelSums, readCross } from './sums.js';

/** From one level to the next that has enough orders, with the tests and the levels that lie between and were skipped. */
export interface Jump {
  readonly from: LevelSums;
  readonly to: LevelSums;
  readonly skipped: readonly ShownLevel[];
  readonly difference: ClusteredDifference;
  readonly welch: WelchTest;
  readonly holm: number | null;
  readonly welchHolm: number | null;
  readonly rank: number | null;
}

interface Pair {
  readonly from: LevelSums;
  readonly to: LevelSums;
  readonly skipped: readonly ShownLevel[];
}

/** Neighbours among the levels that are visible and have enough; a hidden level must not show in a difference either. */
export function neighbours(levels: readonly ShownLevel[], options: Options): Pair[] {
  const pairs: Pair[] = [];
  let from: LevelSums | undefined;
  let skipped: ShownLevel[] = [];
  for (const level of levels.filter(({ sums }) => sums.kind === 'discount')) {
    if (level.hidden || !hasEnough(level.sums, options)) {
      skipped.push(level);
      continue;
    }
    if (from !== undefined) pairs.push({ from, to: level.sums, skipped });
    from = level.sums;
    skipped = [];
  }
  return pairs;
}

/** The jumps between neighbouring discounts. Holm and ranks are over the jumps shown, so that no hidden one shows in them. */
export async function computeJumps(engine: Engine, levels: readonly ShownLevel[], options: Options): Promise<Jump[]> {
  const pairs = neighbours(levels, options);
  const cross = await readCross(
    engine,
    pairs.map(({ from, to }) => [from.level, to.level] as const),
  );
  const tested = pairs.map((pair, i) => ({
    ...pair,
    difference: clusteredDifference(pair.from.clusters, pair.to.clusters, cross[i]!, options.confidence),
    welch: welchTest(pair.from.power, pair.to.power, options.confidence),
  }));
  const adjusted = holm(tested.map(({ difference }) => difference.p));
  const adjustedWelch = holm(tested.map(({ welch }) => welch.p));
  const ranks = ranksFromLargest(tested.map(({ difference }) => difference.difference));
  return tested.map((jump, i) => ({
    ...jump,
    holm: adjusted[i]!,
    welchHolm: adjustedWelch[i]!,
    rank: ranks[i]!,
  }));
}

function skippedText(skipped: readonly ShownLevel[]): string | null {
  if (skipped.length === 0) return null;
  return skipped.map(({ sums, hidden }) => `${levelCell(sums)}: ${hidden ? 'hidden' : 'too few'}`).join('; ');
}

/** Numbers that one patient's orders could be told from: rounded as money is, and kept from outsiders. */
export function rounded(values: readonly (number | null)[], { small }: Options, places = 2): readonly Cell[] {
  return values.map((value) => {
    if (small.profile === 'external') return SUPPRESSED;
    return value === null ? null : Number(decimals(value, places));
  });
}

/** The range of an estimate without any one patient. */
export function withoutOne(range: LeaveOneOut | null | undefined, options: Options, places = 2): readonly Cell[] {
  return rounded([range?.low ?? null, range?.high ?? null], options, places);
}

/** What the same patients show between the two levels. */
function stepCells(step: JudgedStep | undefined, options: Options): readonly Cell[] {
  if (step === undefined) return [...Array.from({ length: 9 }, () => null), 'not computed'];
  const { value, low, high, error, df, p, leaveOneOut } = step.estimate;
  const made: readonly Cell[] = [value, low, high, error, df, p, step.holm];
  return [...made, ...withoutOne(leaveOneOut, options), step.verdict];
}

/** The table `jumps`. */
export function jumpTable(jumps: readonly Jump[], judged: Judged | null, options: Options): ReportTable {
  const rows = jumps.map(({ from, to, skipped, difference, welch, ...rest }): readonly Cell[] => [
    levelCell(from),
    levelCell(to),
    difference.difference,
    difference.relative,
    difference.low,
    difference.high,
    difference.p,
    rest.holm,
    welch.t,
    welch.df,
    welch.p,
    rest.welchHolm,
    rest.rank,
    skippedText(skipped),
    ...stepCells(
      judged?.steps.find((step) => step.from === from.level && step.to === to.level),
      options,
    ),
    false,
  ]);
  const title = titled('Jumps between neighbouring discounts', options.small);
  return { name: 'jumps', title, columns: JUMP_COLUMNS, rows, unit: 'patient' };
}
