import { type Chart, type ChartPoint, hasMarks, isSeries, type PointChart } from '../reports/report.js';
import { type Axis, axisOf } from './axis.js';
import { numberText } from './cell.js';
import { seriesLines } from './terminal-series.js';
import { cut, displayWidth, pad, terminalSafe, wrap } from './text-width.js';
import { tickText } from './tick-text.js';

interface Marks {
  readonly left: string;
  readonly right: string;
  readonly line: string;
  readonly dot: string;
  readonly bar: string;
  readonly edge: string;
  readonly one: string;
  readonly over: string;
}

const UNICODE: Marks = { left: '├', right: '┤', line: '─', dot: '●', bar: '█', edge: '│', one: '·', over: '◆' };
const ASCII: Marks = { left: '|', right: '|', line: '-', dot: 'o', bar: '#', edge: '|', one: '.', over: '*' };

/** Most points drawn; more would not be a picture. */
const MOST_POINTS = 40;

/** How far the right edge of the picture moves with wide terminals: longer lines say nothing more. */
const WIDEST = 120;

/**
 * A chart as lines of text: one line per point on a shared axis, its number beside it. Intervals are `├──●──┤`, bars and
 * lines are drawn as bars from the axis.
 */
export function chartLines(chart: Chart, width: number, ascii: boolean, height?: number): readonly string[] {
  if (!hasMarks(chart)) return ['(nothing to draw: every point is hidden or missing)'];
  return isSeries(chart) ? seriesLines(chart, width, ascii, height) : pointLines(chart, width, ascii);
}

function pointLines(chart: PointChart, width: number, ascii: boolean): readonly string[] {
  const points = chart.points.slice(0, MOST_POINTS);
  const total = Math.min(width, WIDEST);
  const labels = points.map((p) => cut(terminalSafe(p.label), 18, ascii));
  const values = valueTexts(chart, points);
  const labelWidth = Math.max(...labels.map(displayWidth));
  const valueWidth = Math.max(...values.map(displayWidth));
  const plot = total - labelWidth - valueWidth - 5;
  if (plot < 12) return narrow(labels, values, labelWidth);
  const axis = axisOf(chart, Math.max(2, Math.floor(plot / 10)));
  const marks = ascii ? ASCII : UNICODE;
  const rows = points.map((point, i) => {
    const drawn = chart.kind === 'interval' ? interval(point, axis, plot, marks) : bar(point, axis, plot, marks);
    return `  ${pad(labels[i]!, labelWidth, 'left')} ${drawn}  ${pad(values[i]!, valueWidth, 'left')}`.trimEnd();
  });
  const left = ' '.repeat(labelWidth + 3);
  const hidden = chart.points.length - points.length;
  const over = chart.lineLabel === undefined ? '' : `; ${marks.over} ${terminalSafe(chart.lineLabel)}`;
  return [
    ...rows,
    `${left}${scale(chart, axis, plot)}`.trimEnd(),
    ...wrap(`${terminalSafe(chart.xLabel)} down, ${terminalSafe(chart.yLabel)} across${over}`, total - 2, left, left),
    ...(hidden > 0 ? [`${left}${hidden} more in the files`] : []),
  ];
}

function valueTexts(chart: PointChart, points: readonly ChartPoint[]): readonly string[] {
  const show = (value: number): string => numberText(value, chart.unit, 'people');
  const align = (texts: readonly string[]): readonly string[] => {
    const widest = Math.max(...texts.map((t) => t.length));
    return texts.map((t) => t.padStart(widest));
  };
  const value = align(points.map((p) => show(p.value)));
  if (!points.some((p) => p.low !== undefined && p.high !== undefined)) return value;
  const low = align(points.map((p) => (p.low === undefined ? '' : show(p.low))));
  const high = align(points.map((p) => (p.high === undefined ? '' : show(p.high))));
  return points.map((p, i) =>
    p.low === undefined || p.high === undefined
      ? value[i]! + ' '.repeat(low[i]!.length + high[i]!.length + 7)
      : `${value[i]} (${low[i]} to ${high[i]})`,
  );
}

function narrow(labels: readonly string[], values: readonly string[], labelWidth: number): readonly string[] {
  return labels.map((label, i) => `  ${pad(label, labelWidth, 'left')}  ${values[i]}`.trimEnd());
}

function column(value: number, axis: Axis, plot: number): number {
  const share = (value - axis.low) / (axis.high - axis.low);
  return Math.min(plot - 1, Math.max(0, Math.round(share * (plot - 1))));
}

function interval(point: ChartPoint, axis: Axis, plot: number, marks: Marks): string {
  const cells = Array.from({ length: plot }, () => ' ');
  for (const dot of point.dots ?? []) cells[column(dot, axis, plot)] = marks.one;
  if (point.low !== undefined && point.high !== undefined) {
    const from = column(point.low, axis, plot);
    const to = column(point.high, axis, plot);
    cells.fill(marks.line, from, to + 1);
    cells[from] = marks.left;
    cells[to] = marks.right;
  }
  cells[column(point.value, axis, plot)] = marks.dot;
  return cells.join('');
}

function bar(point: ChartPoint, axis: Axis, plot: number, marks: Marks): string {
  const zero = column(Math.max(axis.low, Math.min(0, axis.high)), axis, plot);
  const end = column(point.value, axis, plot);
  const cells = Array.from({ length: plot }, () => ' ');
  cells.fill(marks.bar, Math.min(zero, end), Math.max(zero, end) + 1);
  if (point.value === 0) cells[zero] = marks.edge;
  if (point.line !== undefined) cells[column(point.line, axis, plot)] = marks.over;
  return cells.join('');
}

function scale(chart: Chart, axis: Axis, plot: number): string {
  let line = '';
  for (const tick of axis.ticks) {
    const text = tickText(tick, chart, axis);
    const at = column(tick, axis, plot) - Math.floor(text.length / 2);
    const start = Math.max(0, Math.min(at, plot - text.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + text;
  }
  return line;
}
