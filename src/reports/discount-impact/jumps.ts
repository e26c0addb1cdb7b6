import { titled } from '../../disclosure/small-numbers.js';
import type { Engine } from '../../engine/engine.js';
import { type ClusteredDifference, clusteredDifference } from '../../statistics/clustered-difference.js';
import { holm } from '../../statistics/holm.js';
import { ranksFromLargest } from '../../statistics/ranks.js';
import { type WelchTest, welchTest } from '../../statistics/welch.js';
import type { Cell, ReportTable } from '../report.js';
import { JUMP_COLUMNS } from './columns.js';
import type { ShownLevel } from './hiding.js';
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
function neighbours(levels: readonly ShownLevel[], options: Options): Pair[] {
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

/** The table `jumps`. */
export function jumpTable(jumps: readonly Jump[], options: Options): ReportTable {
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
    false,
  ]);
  const title = titled('Jumps between neighbouring discounts', options.small);
  return { name: 'jumps', title, columns: JUMP_COLUMNS, rows, unit: 'patient' };
}
