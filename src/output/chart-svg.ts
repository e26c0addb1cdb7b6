import { type Chart, type ChartPoint, isSeries, type PointChart } from '../reports/report.js';
import { type Axis, axisOf } from './axis.js';
import { numberText } from './cell.js';
import { seriesSvg } from './series-svg.js';

import { at, frameSvg, labelsSvg, legendSvg, PLOT, plotOf, ticksSvg, WIDTH } from './svg-frame.js';
import { pageText } from './xml-text.js';

/** A chart as one `<svg>` with a title and a description for screen readers. Colours come from the page (`currentColor`, classes). */
export function chartSvg(chart: Chart, id: string): string {
  return frameSvg(chart, id, isSeries(chart) ? seriesSvg(chart) : pointsSvg(chart));
}

function pointsSvg(chart: PointChart): readonly string[] {
  const axis = axisOf(chart);
  const { y } = plotOf(axis);
  const slot = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, chart.points.length);
  const x = (i: number): number => PLOT.left + slot * (i + 0.5);
  const path =
    chart.kind === 'line'
      ? [`<polyline class="line" points="${chart.points.map((p, i) => `${at(x(i))},${at(y(p.value))}`).join(' ')}"/>`]
      : [];
  return [
    ...ticksSvg(chart, axis),
    ...path,
    ...chart.points.map((p, i) => pointSvg(chart, p, x(i), slot, y, axis)),
    ...overSvg(chart, x, y),
    ...labelsSvg(chart.points.map(({ label }) => label)),
  ];
}

/** The line over the bars, with its dots and the names of both. */
function overSvg(
  { points, lineLabel, yLabel, unit }: PointChart,
  x: (i: number) => number,
  y: (v: number) => number,
): readonly string[] {
  const marks = points.flatMap(({ label, line }, i) => (line === undefined ? [] : [{ label, line, i }]));
  if (lineLabel === undefined || marks.length === 0) return [];
  const path = marks.map(
    ({ line, i }, n) => `${n > 0 && marks[n - 1]!.i === i - 1 ? 'L' : 'M'}${at(x(i))} ${at(y(line))}`,
  );
  const dots = marks.map(({ label, line, i }) => {
    const text = `${lineLabel}, ${label}: ${numberText(line, unit, 'people')}`;
    return `<circle class="over" cx="${at(x(i))}" cy="${at(y(line))}" r="3.5"><title>${pageText(text)}</title></circle>`;
  });
  return [
    `<path class="series s1" d="${path.join('')}"/>`,
    ...dots,
    ...legendSvg([
      { name: yLabel, box: 'bar' },
      { name: lineLabel, box: 'part s1' },
    ]),
  ];
}

function pointSvg(
  chart: PointChart,
  point: ChartPoint,
  x: number,
  slot: number,
  y: (value: number) => number,
  axis: Axis,
): string {
  const parts: string[] = [`<g><title>${pageText(tooltip(chart, point))}</title>`];
  if (chart.kind === 'bar') parts.push(barSvg(point, x, slot, y, axis));
  // Side by side where values are near each other: dots on one line would hide the others.
  const aside = Math.min(14, slot * 0.25);
  for (const [i, dot] of (point.dots ?? []).entries())
    parts.push(`<circle class="one" cx="${at(x + aside + (i % 3) * 5)}" cy="${at(y(dot))}" r="2.5"/>`);
  if (point.low !== undefined && point.high !== undefined) parts.push(whisker(x, y(point.low), y(point.high)));
  if (chart.kind !== 'bar')
    parts.push(`<circle class="dot" cx="${at(x)}" cy="${at(y(point.value))}" r="${at(radius(chart, point))}"/>`);
  return `${parts.join('')}</g>`;
}

function whisker(x: number, low: number, high: number): string {
  return `<path class="whisker" d="M${at(x)} ${at(low)}V${at(high)}M${at(x - 6)} ${at(low)}h12M${at(x - 6)} ${at(high)}h12"/>`;
}

function barSvg(point: ChartPoint, x: number, slot: number, y: (value: number) => number, axis: Axis): string {
  const zero = y(Math.max(axis.low, Math.min(0, axis.high)));
  const end = y(point.value);
  return `<rect class="bar" x="${at(x - slot * 0.35)}" y="${at(Math.min(zero, end))}" width="${at(slot * 0.7)}" height="${at(Math.abs(zero - end))}"/>`;
}

/** The area of a dot grows with its weight. */
function radius(chart: PointChart, point: ChartPoint): number {
  const most = Math.max(0, ...chart.points.map((p) => p.weight ?? 0));
  return most > 0 ? Math.max(3, 10 * Math.sqrt(Math.max(0, point.weight ?? 0) / most)) : 5;
}

function tooltip(chart: PointChart, point: ChartPoint): string {
  const show = (value: number): string => numberText(value, chart.unit, 'people');
  const interval =
    point.low === undefined || point.high === undefined ? '' : ` (${show(point.low)} to ${show(point.high)})`;
  return `${point.label}: ${show(point.value)}${interval}`;
}
