/**
 * Cells of a published table and the lines (rows, columns) whose totals are published too. A cell's value is the number
 * of distinct patients behind it; a line lists positions of `patients`.
 */
export interface PublishedCells {
  readonly patients: readonly number[];
  readonly lines: readonly (readonly number[])[];
}

/** Which cells are hidden: `primary` for their own small number, `secondary` so that totals do not give those away. */
export interface Suppression {
  readonly hidden: readonly boolean[];
  readonly primary: number;
  readonly secondary: number;
}

/** Is this number of patients small: at least one, and fewer than `threshold`? 0 is never hidden. */
export function isSmall(patients: number, threshold: number): boolean {
  return patients > 0 && patients < threshold;
}

function isOpenToSubtraction(line: readonly number[], cells: PublishedCells, hidden: readonly boolean[], k: number) {
  const inside = line.filter((cell) => hidden[cell]);
  if (inside.length === 0) return false;
  return inside.length === 1 || inside.reduce((sum, cell) => sum + cells.patients[cell]!, 0) < k;
}

/** The visible cell that protects a line at the least loss, or undefined where none is left. */
function protector(line: readonly number[], cells: PublishedCells, hidden: readonly boolean[]): number | undefined {
  const crossesHidden = (cell: number): boolean =>
    cells.lines.some((other) => other !== line && other.includes(cell) && other.some((peer) => hidden[peer]));
  const candidates = line.filter((cell) => !hidden[cell] && cells.patients[cell]! > 0);
  const order = (a: number, b: number): number =>
    Number(crossesHidden(b)) - Number(crossesHidden(a)) || cells.patients[a]! - cells.patients[b]! || a - b;
  return candidates.sort(order)[0];
}

/**
 * Hides cells of 1 to threshold-1 patients, then, line by line in the order of `lines` and again until nothing changes:
 * a line with exactly one hidden cell, or whose hidden cells sum to less than the threshold, hides one more visible
 * non-zero cell: one whose crossing line has a hidden cell first, then the smallest, then the first (vector `suppression`).
 */
export function suppress(cells: PublishedCells, threshold: number): Suppression {
  const hidden = cells.patients.map((patients) => isSmall(patients, threshold));
  const primary = hidden.filter(Boolean).length;
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of cells.lines) {
      if (!isOpenToSubtraction(line, cells, hidden, threshold)) continue;
      const cell = protector(line, cells, hidden);
      if (cell === undefined) continue;
      hidden[cell] = true;
      changed = true;
    }
  }
  return { hidden, primary, secondary: hidden.filter(Boolean).length - primary };
}

/** A one-way table whose total is published: one line of all cells. */
export function oneWay(patients: readonly number[]): PublishedCells {
  return { patients, lines: [patients.map((_, index) => index)] };
}

/** A two-way table whose row and column totals are published: cells row by row; lines are rows, then columns. */
export function twoWay(patients: readonly (readonly number[])[]): PublishedCells {
  const width = patients[0]?.length ?? 0;
  const rows = patients.map((row, r) => row.map((_, c) => r * width + c));
  const columns = Array.from({ length: width }, (_, c) => patients.map((_row, r) => r * width + c));
  return { patients: patients.flat(), lines: [...rows, ...columns] };
}
