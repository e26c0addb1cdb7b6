import { type Chart, isSeries } from '../reports/report.js';

/** The value axis of a chart, in round steps. `high` and `low` hold every interval. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly ticks: readonly number[];
}

/** Multiples of a power of ten that read as round steps. */
const ROUND = [1, 2, 2.5, 5, 10];

/**
 * A shared axis for all points of a chart with about `count` ticks. Bars start at 0 (their length is the value); dots
 * and lines may start higher.
 */
export function axisOf(chart: Chart, count = 5): Axis {
  const values = [...extentOf(chart), ...(chart.inSight ?? [])].filter(Number.isFinite);
  if (chart.kind === 'bar' || values.length === 0) values.push(0);
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const size = Math.max(Math.abs(least), Math.abs(most));
  const spread = most - least;
  // Differences below the digits of a label are no differences; then the axis covers the value itself.
  const span = spread > size * 1e-9 && spread > 1e-100 ? spread : size > 1e-100 ? size : 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (ROUND.find((r) => r * power >= raw * 0.999) ?? 10) * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(Math.ceil(most / step - 1e-9), first + 1);
  // Steps are divided or multiplied by whole numbers once, so 0.30000000000000004 never becomes a label.
  const at = (i: number): number => Number((i * step).toPrecision(12));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => at(first + i));
  return { low: at(first), high: at(last), step: Number(step.toPrecision(12)), ticks };
}

/** All values that must be in sight; of a stack its height. */
function extentOf(chart: Chart): number[] {
  if (!isSeries(chart))
    return chart.points.flatMap((p) => [
      p.value,
      p.low ?? p.value,
      p.high ?? p.value,
      p.line ?? p.value,
      ...(p.dots ?? []),
    ]);
  if (chart.kind !== 'stacked') return chart.series.flatMap(({ values }) => values.filter((value) => value !== null));
  return [0, ...chart.labels.map((_, i) => chart.series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))];
}
