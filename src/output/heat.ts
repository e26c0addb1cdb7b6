import type { SeriesChart } from '../reports/report.js';

/** How strongly a value of a heat chart is shaded: from -1 (lowest) over 0 (none) to 1, on one scale for all cells. */
export function shadeOf({ series }: SeriesChart): (value: number) => number {
  const most = series.reduce(
    (top, { values }) => values.reduce<number>((m, v) => Math.max(m, Math.abs(v ?? 0)), top),
    0,
  );
  return (value) => (most === 0 ? 0 : value / most);
}
