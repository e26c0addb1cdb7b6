import { tTwoSidedP } from './distributions.js';
import { type Interval, tInterval } from './mean.js';

/** A patient's orders at one level in the earlier (0) or later (1) period: their number, and their sum in money. */
export interface MixCell {
  readonly patient: number;
  readonly level: number;
  readonly period: 0 | 1;
  readonly n: number;
  readonly y: number;
}

/** A part of a change with its jackknife error; null where it cannot be computed. */
export interface MixPart extends Interval {
  readonly value: number;
  readonly error: number;
  readonly p: number | null;
}

/** The change of the AOV and its two parts, `within` + `mix` = `change`, in money; how many patients stand behind it. */
export interface MixInterval {
  readonly patients: number;
  readonly change: MixPart;
  readonly within: MixPart;
  readonly mix: MixPart;
}

type Parts = readonly [change: number, within: number, mix: number];

/** n0, y0, n1, y1 of each level. */
type Sums = readonly Float64Array[];

function partsOf([n0, y0, n1, y1]: Sums): Parts | null {
  const total = (of: Float64Array): number => of.reduce((sum, one) => sum + one, 0);
  const [all0, all1] = [total(n0!), total(n1!)];
  if (all0 <= 0 || all1 <= 0) return null;
  let [within, mix] = [0, 0];
  for (let level = 0; level < n0!.length; level++) {
    const [w0, w1] = [n0![level]! / all0, n1![level]! / all1];
    if (w0 === 0 && w1 === 0) continue;
    // A level that one period lacks has the other's average: all of it is mix.
    const a0 = w0 > 0 ? y0![level]! / n0![level]! : y1![level]! / n1![level]!;
    const a1 = w1 > 0 ? y1![level]! / n1![level]! : a0;
    within += ((w0 + w1) / 2) * (a1 - a0);
    mix += (w1 - w0) * ((a0 + a1) / 2);
  }
  return [total(y1!) / all1 - total(y0!) / all0, within, mix];
}

function add(sums: Sums, { level, period, n, y }: MixCell, sign: 1 | -1): void {
  sums[2 * period]![level]! += sign * n;
  sums[2 * period + 1]![level]! += sign * y;
}

/** The delete-one-patient jackknife: (G-1)/G sum (t_g - mean)^2; df: as many equal patients as would tell as much, less one. */
function jackknife(value: number, without: readonly number[], confidence: number): MixPart {
  const g = without.length;
  const centre = without.reduce((sum, one) => sum + one, 0) / g;
  let [squares, fourths] = [0, 0];
  for (const one of without) {
    squares += (one - centre) ** 2;
    fourths += (one - centre) ** 4;
  }
  const error = Math.sqrt(((g - 1) / g) * squares);
  const df = fourths === 0 ? 0 : (squares * squares) / fourths - 1;
  const p = error === 0 || df < 1 ? null : tTwoSidedP(value / error, df);
  return { value, error, p, ...tInterval(value, error, df, confidence) };
}

/**
 * What `mixChange` splits, with errors by patient: the change of the AOV between two periods, what changed at each level and what moved between
 * levels (means of both periods as weights), each by a jackknife over patients. Cells of one patient stand together. Null where a period has no
 * orders, or rests on one patient. Source: reports-spec `discount-history`; Efron 1982. Vector `mix-interval`.
 */
export function mixInterval(cells: readonly MixCell[], levels: number, confidence: number): MixInterval | null {
  const sums = [0, 1, 2, 3].map(() => new Float64Array(levels));
  for (const cell of cells) add(sums, cell, 1);
  const all = partsOf(sums);
  if (all === null) return null;
  const without: Parts[] = [];
  for (let from = 0; from < cells.length; ) {
    let to = from;
    while (to < cells.length && cells[to]!.patient === cells[from]!.patient) to++;
    const own = cells.slice(from, to);
    const rest = sums.map((one) => Float64Array.from(one));
    for (const cell of own) add(rest, cell, -1);
    const parts = partsOf(rest);
    if (parts === null) return null;
    without.push(parts);
    from = to;
  }
  const [change, within, mix] = all.map((value, i) =>
    jackknife(
      value,
      without.map((parts) => parts[i]!),
      confidence,
    ),
  );
  return { patients: without.length, change: change!, within: within!, mix: mix! };
}
