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
  quiet: ['·', '˙', '˙'],
  quietAscii: ['.', ',', ','],
};
const PARTS = {
  unicode: ['█', '▓', '▒', '░', '▚', '▤', '▥', '▦'],
  ascii: ['#', '=', '+', 'o', 'x', '%', '@', '&'],
  quiet: ['·', ':', "'"],
  quietAscii: ['.', ':', "'"],
};
const SHADES = { unicode: ['·', '░', '▒', '▓', '█'], ascii: ['.', ':', '+', '*', '#'] };

/** A chart of several series as lines of text, with its legend. */
export function seriesLines(chart: SeriesChart, width: number, ascii: boolean, height?: number): readonly string[] {
  if (chart.kind === 'lines') return linesText(chart, width, ascii, height ?? HEIGHT);
  const few = height === undefined ? chart : fewerRows(chart, height);
  return chart.kind === 'stacked' ? stackText(few, width, ascii) : heatText(few, width, ascii);
}

/** The mark of a series: quiet ones and others are counted apart. */
function markOf(set: typeof MARKS, { series }: SeriesChart, index: number, ascii: boolean): string {
  const quiet = series[index]!.quiet === true;
  const [strong, soft] = ascii ? [set.ascii, set.quietAscii] : [set.unicode, set.quiet];
  const marks = quiet ? soft : strong;
  const before = series.slice(0, index).filter((other) => (other.quiet === true) === quiet).length;
  return marks[before % marks.length]!;
}

function legend(
  chart: SeriesChart,
  set: typeof MARKS,
  width: number,
  indent: string,
  ascii: boolean,
): readonly string[] {
  // A mark stays with its name: the lines are broken between entries only.
  const names = chart.series.map((one, i) => `${markOf(set, chart, i, ascii)} ${terminalSafe(one.name)}`);
  const lines: string[] = [];
  for (const name of names) {
    const line = lines.at(-1);
    if (line === undefined || displayWidth(line) + 3 + displayWidth(name) > width) lines.push(indent + name);
    else lines[lines.length - 1] = `${line}   ${name}`;
  }
  return lines.flatMap((line) => (displayWidth(line) > width ? wrap(line, width, indent, indent) : [line]));
}

/** The last categories of stacks, the first rows of heat: so many as there are lines. */
function fewerRows(chart: SeriesChart, most: number): SeriesChart {
  if (chart.kind === 'heat') return { ...chart, series: chart.series.slice(0, most) };
  const values = chart.series.map((one) => ({ ...one, values: one.values.slice(-most) }));
  return { ...chart, labels: chart.labels.slice(-most), series: values };
}

function linesText(chart: SeriesChart, width: number, ascii: boolean, height: number): readonly string[] {
  const axis = axisOf(chart, height < HEIGHT ? 2 : 4);
  const ticks = axis.ticks.map((tick) => tickText(tick, chart, axis));
  const left = Math.max(...ticks.map((text) => text.length)) + 3;
  const plot = Math.max(10, Math.min(width, 100) - left - 1);
  const cells = Array.from({ length: height }, () => Array.from({ length: plot }, () => ' '));
  const row = (value: number): number => Math.round(((axis.high - value) / (axis.high - axis.low)) * (height - 1));
  const last = Math.max(1, chart.labels.length - 1);
  const place = (i: number): number => Math.round((i / last) * (plot - 1));
  const draw = (one: ChartSeries, index: number): void => {
    const mark = markOf(MARKS, chart, index, ascii);
    for (const [i, value] of one.values.entries()) {
      if (value === null) continue;
      cells[row(value)]![place(i)] = mark;
      // Where a picture has more columns than the chart has values the line goes on between two of them.
      const next = one.values[i + 1];
      for (let at = place(i) + 1; typeof next === 'number' && at < place(i + 1); at += 1)
        cells[row(value + ((next - value) * (at - place(i))) / (place(i + 1) - place(i)))]![at] = mark;
    }
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
      return markOf(PARTS, chart, s, ascii).repeat(Math.max(0, end(sum) - from));
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

/** Names of the columns that fit over cells of two characters: the labels where they are short, else letters. */
function headOf(labels: readonly string[]): { readonly head: readonly string[]; readonly legend: string } {
  if (labels.every((label) => displayWidth(label) <= 2)) return { head: labels, legend: '' };
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return {
    head: labels.map((_, i) => letters[i] ?? ' '),
    legend: `: ${labels.map((label, i) => `${letters[i] ?? '...'} ${label}`).join(', ')}`,
  };
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
  const { head, legend: letters } = headOf(chart.labels.slice(0, columns).map(terminalSafe));
  const rows = names.map((name, i) =>
    `  ${pad(name, labelWidth, 'left')} ${chart.series[i]!.values.slice(0, columns).map(cell).join('')}`.trimEnd(),
  );
  const indent = ' '.repeat(labelWidth + 3);
  const more = chart.labels.length - columns;
  const left = [
    ...(more > 0 ? [`${more} more columns`] : []),
    ...(chart.series.length > names.length ? [`${chart.series.length - names.length} more rows`] : []),
  ];
  const signs = chart.series.some(({ values }) => values.some((value) => value !== null && value < 0));
  const text = [
    `${terminalSafe(chart.yLabel)} down, ${terminalSafe(chart.xLabel)} across${letters}`,
    `from ${shades[0]} (little) to ${shades.at(-1)} (much)${signs ? ', - below zero' : ''}, empty: hidden or not there`,
    ...(left.length > 0 ? [`${left.join(' and ')} in the files`] : []),
  ];
  return [
    `${indent}${head.map((label) => pad(label, 2, 'left')).join('')}`.trimEnd(),
    ...rows,
    ...text.flatMap((line) => wrap(line, Math.min(width, 100), indent, indent)),
  ];
}
