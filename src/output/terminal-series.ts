import type { ChartSeries, SeriesChart } from '../reports/report.js';
import { type Axis, axisOf } from './axis.js';
import { shadeOf } from './heat.js';
import { cut, displayWidth, pad, terminalSafe, wrap } from './text-width.js';
import { tickText } from './tick-text.js';

/** Lines of text that a picture of lines takes. */
const HEIGHT = 14;

/** Most categories of stacks and rows of heat; more would not be a picture. */
const MOST = 40;

const MARKS = {
  unicode: ['●', '○', '▲', '△', '■', '□'],
  ascii: ['*', 'o', '+', 'x', '#', '%'],
  quiet: '·',
  quietAscii: '.',
};
const PARTS = {
  unicode: ['█', '▓', '▒', '░', '▚', '▞'],
  ascii: ['#', '=', '+', ':', 'x', 'o'],
  quiet: '·',
  quietAscii: '.',
};
const SHADES = { unicode: ['·', '░', '▒', '▓', '█'], ascii: ['.', ':', '+', '*', '#'] };

/** A chart of several series as lines of text, with its legend. */
export function seriesLines(chart: SeriesChart, width: number, ascii: boolean): readonly string[] {
  if (chart.kind === 'lines') return linesText(chart, width, ascii);
  return chart.kind === 'stacked' ? stackText(chart, width, ascii) : heatText(chart, width, ascii);
}

function markOf(set: typeof MARKS, { quiet }: ChartSeries, index: number, ascii: boolean): string {
  if (quiet === true) return ascii ? set.quietAscii : set.quiet;
  const marks = ascii ? set.ascii : set.unicode;
  return marks[index % marks.length]!;
}

function legend(
  chart: SeriesChart,
  set: typeof MARKS,
  width: number,
  indent: string,
  ascii: boolean,
): readonly string[] {
  const names = chart.series.map((one, i) => `${markOf(set, one, i, ascii)} ${terminalSafe(one.name)}`);
  return wrap(names.join('   '), width, indent, indent);
}

function linesText(chart: SeriesChart, width: number, ascii: boolean): readonly string[] {
  const axis = axisOf(chart, 4);
  const ticks = axis.ticks.map((tick) => tickText(tick, chart, axis));
  const left = Math.max(...ticks.map((text) => text.length)) + 3;
  const plot = Math.max(10, Math.min(width, 100) - left - 1);
  const cells = Array.from({ length: HEIGHT }, () => Array.from({ length: plot }, () => ' '));
  const row = (value: number): number => Math.round(((axis.high - value) / (axis.high - axis.low)) * (HEIGHT - 1));
  const last = Math.max(1, chart.labels.length - 1);
  const draw = (one: ChartSeries, index: number): void => {
    for (const [i, value] of one.values.entries())
      if (value !== null) cells[row(value)]![Math.round((i / last) * (plot - 1))] = markOf(MARKS, one, index, ascii);
  };
  // What is quiet is drawn first, so that it hides nothing.
  for (const quiet of [true, false])
    for (const [i, one] of chart.series.entries()) if ((one.quiet === true) === quiet) draw(one, i);
  const named = new Map(axis.ticks.map((tick, i) => [row(tick), ticks[i]!]));
  const lines = cells.map((line, i) => `  ${(named.get(i) ?? '').padStart(left - 3)} ${line.join('')}`.trimEnd());
  const indent = ' '.repeat(left);
  const [first = '', end = ''] = [chart.labels[0], chart.labels.at(-1)].map((text) => terminalSafe(text ?? ''));
  const room = Math.max(1, plot - displayWidth(first) - displayWidth(end));
  return [
    ...lines,
    `${indent}${first}${chart.labels.length > 1 ? ' '.repeat(room) + end : ''}`,
    ...legend(chart, MARKS, Math.min(width, 100), indent, ascii),
  ];
}

function stackText(chart: SeriesChart, width: number, ascii: boolean): readonly string[] {
  const labels = chart.labels.slice(0, MOST).map((label) => cut(terminalSafe(label), 18, ascii));
  const axis: Axis = axisOf(chart);
  const labelWidth = Math.max(0, ...labels.map(displayWidth));
  const plot = Math.max(10, Math.min(width, 100) - labelWidth - 5);
  const end = (value: number): number => Math.round((value / axis.high) * plot);
  const rows = labels.map((label, i) => {
    let sum = 0;
    const parts = chart.series.map((one, s) => {
      const from = end(sum);
      sum += one.values[i] ?? 0;
      return markOf(PARTS, one, s, ascii).repeat(Math.max(0, end(sum) - from));
    });
    return `  ${pad(label, labelWidth, 'left')} ${parts.join('')}`.trimEnd();
  });
  const indent = ' '.repeat(labelWidth + 3);
  const more = chart.labels.length - labels.length;
  const top = tickText(axis.high, chart, axis);
  return [
    ...rows,
    `${indent}0${top.padStart(plot - 1)}`,
    ...legend(chart, PARTS, Math.min(width, 100), indent, ascii),
    ...(more > 0 ? [`${indent}${more} more in the files`] : []),
  ];
}

/** Two characters a cell: the shade, and before it the sign where it is negative. */
function heatText(chart: SeriesChart, width: number, ascii: boolean): readonly string[] {
  const shades = ascii ? SHADES.ascii : SHADES.unicode;
  const shade = shadeOf(chart);
  const names = chart.series.slice(0, MOST).map(({ name }) => cut(terminalSafe(name), 14, ascii));
  const labelWidth = Math.max(0, ...names.map(displayWidth));
  const columns = Math.max(1, Math.floor((Math.min(width, 120) - labelWidth - 4) / 2));
  const cell = (value: number | null): string => {
    if (value === null) return '  ';
    const strength = Math.min(shades.length - 1, Math.floor(Math.abs(shade(value)) * shades.length));
    return `${value < 0 && strength > 0 ? '-' : ' '}${shades[strength]}`;
  };
  const rows = names.map((name, i) =>
    `  ${pad(name, labelWidth, 'left')} ${chart.series[i]!.values.slice(0, columns).map(cell).join('')}`.trimEnd(),
  );
  const indent = ' '.repeat(labelWidth + 3);
  const more = chart.labels.length - columns;
  const from = `${terminalSafe(chart.labels[0] ?? '')} to ${terminalSafe(chart.labels[Math.min(columns, chart.labels.length) - 1] ?? '')}`;
  return [
    ...rows,
    ...wrap(
      `${terminalSafe(chart.yLabel)} down, ${terminalSafe(chart.xLabel)} across: ${from}${more > 0 ? `, ${more} more in the files` : ''}; from ${shades[0]} (little) to ${shades.at(-1)} (much), - below zero`,
      Math.min(width, 100),
      indent,
      indent,
    ),
  ];
}
