import { recoverable } from '../../disclosure/disclosure-audit.js';
import { type Behind, type ShownCounts, shownCounts } from '../../disclosure/shown-counts.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import { isSmall, oneWay, suppress } from '../../disclosure/suppression.js';
import type { Engine } from '../../engine/engine.js';
import { type LevelSums, patientsBehind, readLevels } from './sums.js';

/** A level with the decision whether its numbers are shown. */
export interface ShownLevel {
  readonly sums: LevelSums;
  readonly hidden: boolean;
}

/** The levels, and whether totals over all of them may be shown. */
export interface HiddenLevels {
  readonly levels: readonly ShownLevel[];
  readonly totalsShown: boolean;
}

/**
 * Hides levels of few patients, and the next smallest ones for as long as total minus visible rows would still be a number
 * made from few patients: the same few may stand behind several hidden levels, so distinct patients are counted.
 */
export async function hideLevels(
  engine: Engine,
  all: readonly LevelSums[],
  rules: SmallNumbers,
): Promise<HiddenLevels> {
  const cells = oneWay(all.map((level) => Number(level.clusters.clusters)));
  const hidden = [...suppress(cells, rules.k).hidden];
  const behindHidden = () =>
    patientsBehind(
      engine,
      all.filter((_, i) => hidden[i]),
    );
  let small = isSmall(await behindHidden(), rules.k);
  while (small && hidden.includes(false)) {
    const visible = hidden.flatMap((is, i) => (is ? [] : [i]));
    hidden[visible.sort((a, b) => cells.patients[a]! - cells.patients[b]! || a - b)[0]!] = true;
    small = isSmall(await behindHidden(), rules.k);
  }
  const levels = all.map((sums, i) => ({ sums, hidden: hidden[i]! }));
  return { levels, totalsShown: !small && recoverable(cells, hidden) === 0 };
}

/** The levels that the report hides; after `prepareOrders`. Reports that tell parts of a level hide them too. */
export async function hiddenLevels(
  engine: Engine,
  rules: SmallNumbers,
): Promise<readonly Pick<LevelSums, 'kind' | 'level'>[]> {
  if (rules.profile === 'off') return [];
  const { levels } = await hideLevels(engine, await readLevels(engine, false), rules);
  return levels.filter(({ hidden }) => hidden).map(({ sums }) => sums);
}

/**
 * Orders by what their discount rests on. `unknown` is a level, too: where that row is hidden, or the total, all three are,
 * or a difference would give it away; `proven` and `assumed` share a total (total - unknown) and are hidden together.
 */
export function shownBasis(counts: ReadonlyMap<string, Behind>, shown: HiddenLevels, rules: SmallNumbers): ShownCounts {
  const of = (name: string): Behind => counts.get(name) ?? { orders: 0, patients: 0 };
  const names = ['proven', 'assumed'];
  const unknownHidden = shown.levels.some(({ sums, hidden }) => sums.kind === 'unknown' && hidden);
  if (!shown.totalsShown || unknownHidden) return { proven: null, assumed: null, unknown: null };
  const known = shownCounts(new Map(names.map((name) => [name, of(name)])), rules);
  return { ...known, unknown: of('unknown').orders };
}
