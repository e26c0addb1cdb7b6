import type { Chart } from '../reports/report.js';
import type { Axis } from './axis.js';
import { cut, displayWidth } from './text-width.js';
import { tickText } from './tick-text.js';
import { pageText } from './xml-text.js';

/** Size of the drawing in its own units; the page scales it. */
export const WIDTH = 760;
export const HEIGHT = 424;
export const PLOT = { left: 84, right: 16, top: 32, bottom: 84 } as const;

/** Narrower slots do not all get a label. */
const LEAST_SLOT = 16;

/** Width of a character in the labels, about. */
const CHARACTER = 7.5;

/** A coordinate with at most two decimals, so that equal charts are equal text. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Where a value stands on the plot, in the units of the drawing. */
export function plotOf(axis: Axis): { readonly y: (value: number) => number } {
  const height = HEIGHT - PLOT.top - PLOT.bottom;
  return { y: (value) => HEIGHT - PLOT.bottom - ((value - axis.low) / (axis.high - axis.low)) * height };
}

/** The `<svg>` around a chart's marks, with its axis names and its texts for screen readers. */
export function frameSvg(chart: Chart, id: string, marks: readonly string[]): string {
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${id}-title">${pageText(chart.title)}</title><desc id="${id}-text">${pageText(chart.description)}</desc>`,
    ...marks,
    `<text class="name" x="${at((PLOT.left + WIDTH - PLOT.right) / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${pageText(chart.xLabel)}</text>`,
    `<text class="name" transform="translate(11 ${at((PLOT.top + HEIGHT - PLOT.bottom) / 2)}) rotate(-90)" text-anchor="middle">${pageText(chart.yLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

/** The value axis with its grid. */
export function ticksSvg(chart: Chart, axis: Axis): readonly string[] {
  const { y } = plotOf(axis);
  return axis.ticks.map((tick) => {
    const grid = `<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>`;
    return `${grid}<text x="${PLOT.left - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${pageText(tickText(tick, chart, axis))}</text>`;
  });
}

/**
 * The categories below the plot. Labels that would run into each other are turned; where even that is too narrow only so many
 * are named as stand side by side.
 */
export function labelsSvg(labels: readonly string[]): readonly string[] {
  const slot = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, labels.length);
  const widest = Math.max(0, ...labels.map((label) => displayWidth(cut(label, 14)))) * CHARACTER;
  const every = slot < LEAST_SLOT ? Math.ceil((widest + 12) / slot) : 1;
  const y = HEIGHT - PLOT.bottom + 20;
  return labels.flatMap((label, i) => {
    if (i % every !== 0) return [];
    const x = PLOT.left + slot * (i + 0.5);
    if (widest <= slot * every)
      return [`<text x="${at(x)}" y="${y}" text-anchor="middle">${pageText(cut(label, 14))}</text>`];
    return [
      `<text transform="translate(${at(x + 4)} ${y - 6}) rotate(-40)" text-anchor="end">${pageText(cut(label, 12))}</text>`,
    ];
  });
}

/** A name of the legend, and the class of the box before it. */
export interface LegendEntry {
  readonly name: string;
  readonly box: string;
}

/** Names from left to right, in as many lines as they need. */
export function legendSvg(entries: readonly LegendEntry[]): readonly string[] {
  let [x, y] = [PLOT.left as number, 2];
  return entries.map(({ name, box }) => {
    const width = 14 + displayWidth(name) * 6.5 + 12;
    if (x > PLOT.left && x + width > WIDTH - PLOT.right) [x, y] = [PLOT.left, y + 13];
    const entry = `<rect class="${box}" x="${at(x)}" y="${y}" width="10" height="10"/><text class="small" x="${at(x + 14)}" y="${y + 9}">${pageText(name)}</text>`;
    x += width;
    return entry;
  });
}
