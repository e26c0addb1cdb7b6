import type { Chart, ChartPoint } from '../reports/report.js';
import { type Axis, axisOf } from './axis.js';
import { numberText } from './cell.js';
import { tickText } from './terminal-chart.js';
import { cut, displayWidth } from './text-width.js';
import { xmlText } from './xml-text.js';

/** Size of the drawing in its own units; the page scales it. */
const WIDTH = 760;
const HEIGHT = 400;
const PLOT = { left: 78, right: 16, top: 16, bottom: 74 } as const;

/** A coordinate with at most two decimals, so that equal charts are equal text. */
function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A chart as one `<svg>` with a title and a description for screen readers. Colours come from the page (`currentColor`, classes). */
export function chartSvg(chart: Chart, id: string): string {
  const axis = axisOf(chart);
  const y = (value: number): number =>
    HEIGHT - PLOT.bottom - ((value - axis.low) / (axis.high - axis.low)) * (HEIGHT - PLOT.top - PLOT.bottom);
  const slot = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, chart.points.length);
  const x = (i: number): number => PLOT.left + slot * (i + 0.5);
  const points = chart.points.map((p, i) => pointSvg(chart, p, x(i), slot, y, axis));
  const path =
    chart.kind === 'line'
      ? [`<polyline class="line" points="${chart.points.map((p, i) => `${at(x(i))},${at(y(p.value))}`).join(' ')}"/>`]
      : [];
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${id}-title">${xmlText(chart.title)}</title><desc id="${id}-text">${xmlText(chart.description)}</desc>`,
    ...axis.ticks.map((tick) => tickSvg(tick, y(tick), tickText(tick, chart, axis))),
    ...path,
    ...points,
    ...chart.points.map((p, i) => labelSvg(p.label, x(i), slot)),
    `<text class="name" x="${at((PLOT.left + WIDTH - PLOT.right) / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${xmlText(chart.xLabel)}</text>`,
    `<text class="name" transform="translate(16 ${at((PLOT.top + HEIGHT - PLOT.bottom) / 2)}) rotate(-90)" text-anchor="middle">${xmlText(chart.yLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

function tickSvg(value: number, y: number, text: string): string {
  const grid = `<line class="${value === 0 ? 'zero' : 'grid'}" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at(y)}" y2="${at(y)}"/>`;
  return `${grid}<text x="${PLOT.left - 8}" y="${at(y + 4)}" text-anchor="end">${xmlText(text)}</text>`;
}

/** Labels that would run into each other are turned. */
function labelSvg(label: string, x: number, slot: number): string {
  const shown = cut(label, 14);
  const y = HEIGHT - PLOT.bottom + 20;
  if (displayWidth(shown) * 7.5 <= slot)
    return `<text x="${at(x)}" y="${y}" text-anchor="middle">${xmlText(shown)}</text>`;
  return `<text transform="translate(${at(x + 4)} ${y - 6}) rotate(-40)" text-anchor="end">${xmlText(shown)}</text>`;
}

function pointSvg(
  chart: Chart,
  point: ChartPoint,
  x: number,
  slot: number,
  y: (value: number) => number,
  axis: Axis,
): string {
  const parts: string[] = [`<g><title>${xmlText(tooltip(chart, point))}</title>`];
  if (chart.kind === 'bar') parts.push(barSvg(point, x, slot, y, axis));
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
function radius(chart: Chart, point: ChartPoint): number {
  const most = Math.max(0, ...chart.points.map((p) => p.weight ?? 0));
  return most > 0 ? Math.max(3, 10 * Math.sqrt(Math.max(0, point.weight ?? 0) / most)) : 5;
}

function tooltip(chart: Chart, point: ChartPoint): string {
  const show = (value: number): string => numberText(value, chart.unit, 'people');
  const interval =
    point.low === undefined || point.high === undefined ? '' : ` (${show(point.low)} to ${show(point.high)})`;
  return `${point.label}: ${show(point.value)}${interval}`;
}
