import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import { isSmall, suppress, twoWay } from '../../disclosure/suppression.js';
import type { ReportContext } from '../definition.js';
import type { LevelKind, LevelSums } from '../discount-impact/sums.js';
import { patientsBehindCells, type YearSums } from './years.js';

const KINDS: readonly LevelKind[] = ['discount', 'none', 'unknown'];

/** A level that some year has: `discount` by its hundredths of a percentage point, `none`, `unknown`. */
export interface LevelKey {
  readonly kind: LevelKind;
  readonly level: bigint;
}

/** What is shown of a year. */
export interface ShownYear extends YearSums {
  /** By position in `levels`. */
  readonly hidden: readonly boolean[];
  readonly allHidden: boolean;
}

/** The levels of all years: discounts ascending, then `none`, then `unknown`. */
export function levelKeys(years: readonly YearSums[]): readonly LevelKey[] {
  const keys = new Map<string, LevelKey>();
  for (const { levels } of years) for (const { kind, level } of levels) keys.set(`${kind}/${level}`, { kind, level });
  return [...keys.values()].sort(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.level < b.level ? -1 : a.level > b.level ? 1 : 0),
  );
}

/** The sums of a year at a level. */
export function at(year: YearSums, key: LevelKey): LevelSums | undefined {
  return year.levels.find(({ kind, level }) => kind === key.kind && level === key.level);
}

/**
 * Hides cells of few patients in the table year x level, whose totals by year stand in this report and by level in
 * `discount-impact`; then more, for as long as the hidden cells of a year or level together have few patients. Where a year has
 * nothing left to hide, its total is hidden. `closed`: levels that `discount-impact` hides, whose years would add up to them.
 */
export async function hideYears(
  context: ReportContext,
  years: readonly YearSums[],
  closed: readonly LevelKey[],
  rules: SmallNumbers,
): Promise<readonly ShownYear[]> {
  const keys = levelKeys(years);
  const patients = years.map((year) => keys.map((key) => Number(at(year, key)?.clusters.clusters ?? 0n)));
  const cells = twoWay(patients);
  const isClosed = (cell: number): boolean => {
    const { kind, level } = keys[cell % keys.length]!;
    return cells.patients[cell]! > 0 && closed.some((one) => one.kind === kind && one.level === level);
  };
  const hidden = suppress(cells, rules.k).hidden.map((is, cell) => is || isClosed(cell));
  const behind = (line: readonly number[]): Promise<number> =>
    patientsBehindCells(
      context,
      line
        .filter((cell) => hidden[cell] && cells.patients[cell]! > 0)
        .map((cell) => {
          const { kind, level } = keys[cell % keys.length]!;
          return [years[Math.floor(cell / keys.length)]!.year, KINDS.indexOf(kind), level] as const;
        }),
    );
  const open = new Set<number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [number, line] of cells.lines.entries()) {
      if (!isSmall(await behind(line), rules.k)) continue;
      const visible = line.filter((cell) => !hidden[cell] && cells.patients[cell]! > 0);
      const next = visible.sort((a, b) => cells.patients[a]! - cells.patients[b]! || a - b)[0];
      if (next === undefined) {
        open.add(number);
        continue;
      }
      hidden[next] = true;
      changed = true;
    }
  }
  return years.map((year, row) => ({
    ...year,
    hidden: year.levels.map(
      ({ kind, level }) => hidden[row * keys.length + keys.findIndex((k) => k.kind === kind && k.level === level)]!,
    ),
    allHidden: open.has(row) || isSmall(Number(year.all.clusters.clusters), rules.k),
  }));
}
