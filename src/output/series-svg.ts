import type { ChartSeries, SeriesChart } from '../reports/report.js';
import { axisOf } from './axis.js';
import { numberText } from './cell.js';
import { shadeOf } from './heat.js';
import { at, HEIGHT, labelsSvg, PLOT, plotOf, ticksSvg, WIDTH } from './svg-frame.js';
import { cut, displayWidth } from './text-width.js';
import { xmlText } from './xml-text.js';

/** Colours that a page has for series; more series begin again. */
const COLOURS = 6;

/** Cells at least this wide show their number. */
const READABLE = 34;

/** The marks of a chart of several series. */
export function seriesSvg(chart: SeriesChart): readonly string[] {
  if (chart.kind === 'heat') return heatSvg(chart);
  const axis = axisOf(chart);
  const marks = chart.kind === 'lines' ? chart.series.map((one, i) => lineSvg(chart, one, i)) : stackSvg(chart);
  return [...ticksSvg(chart, axis), ...marks, ...labelsSvg(chart.labels), ...legendSvg(chart)];
}

const colour = (index: number, quiet = false): string => (quiet ? 'quiet' : `s${index % COLOURS}`);

function slotOf(chart: SeriesChart): number {
  return (WIDTH - PLOT.left - PLOT.right) / Math.max(1, chart.labels.length);
}

/** A gap in the values is a gap in the line. */
function lineSvg(chart: SeriesChart, series: ChartSeries, index: number): string {
  const { y } = plotOf(axisOf(chart));
  const slot = slotOf(chart);
  let open = false;
  const path = series.values.map((value, i) => {
    const step = value === null ? '' : `${open ? 'L' : 'M'}${at(PLOT.left + slot * (i + 0.5))} ${at(y(value))}`;
    open = value !== null;
    return step;
  });
  return `<path class="series ${colour(index, series.quiet)}" d="${path.join('')}"><title>${xmlText(series.name)}</title></path>`;
}

function stackSvg(chart: SeriesChart): readonly string[] {
  const { y } = plotOf(axisOf(chart));
  const slot = slotOf(chart);
  return chart.labels.map((label, i) => {
    let below = 0;
    const parts = chart.series.map(({ name, values, quiet }, s) => {
      const value = values[i] ?? 0;
      if (value === 0) return '';
      const [from, to] = [y(below), y(below + value)];
      below += value;
      const text = `${label}, ${name}: ${numberText(value, chart.unit, 'people')}`;
      return `<rect class="part ${colour(s, quiet)}" x="${at(PLOT.left + slot * (i + 0.15))}" y="${at(to)}" width="${at(slot * 0.7)}" height="${at(from - to)}"><title>${xmlText(text)}</title></rect>`;
    });
    return `<g>${parts.join('')}</g>`;
  });
}

/** Names from left to right, in as many lines as they need. */
function legendSvg({ series }: SeriesChart): readonly string[] {
  let [x, y] = [PLOT.left, 2];
  return series.map(({ name, quiet }, i) => {
    const width = 14 + displayWidth(name) * 6.5 + 12;
    if (x > PLOT.left && x + width > WIDTH - PLOT.right) [x, y] = [PLOT.left, y + 13];
    const entry = `<rect class="part ${colour(i, quiet)}" x="${at(x)}" y="${y}" width="10" height="10"/><text class="small" x="${at(x + 14)}" y="${y + 9}">${xmlText(name)}</text>`;
    x += width;
    return entry;
  });
}

/** A number that fits into a cell: the exact one stands in its title and in the table. */
function shortText(value: number, unit: SeriesChart['unit']): string {
  return unit === 'share' ? `${Math.round(value * 100)} %` : value.toFixed(1).replace(/^-0\.0$/, '0.0');
}

function heatSvg(chart: SeriesChart): readonly string[] {
  const slot = slotOf(chart);
  const height = (HEIGHT - PLOT.top - PLOT.bottom) / Math.max(1, chart.series.length);
  const shade = shadeOf(chart);
  const rows = chart.series.map(({ name, values }, row) => {
    const y = PLOT.top + height * row;
    const cells = values.map((value, i) => {
      if (value === null) return '';
      const x = PLOT.left + slot * i;
      const text = numberText(value, chart.unit, 'people');
      const box = `<rect class="heat ${value < 0 ? 'below' : 'above'}" fill-opacity="${at(Math.abs(shade(value)))}" x="${at(x)}" y="${at(y)}" width="${at(slot - 1)}" height="${at(height - 1)}"><title>${xmlText(`${name}, ${chart.labels[i]}: ${text}`)}</title></rect>`;
      const shown = slot >= READABLE && height >= 11;
      return shown
        ? `${box}<text class="small" x="${at(x + slot / 2)}" y="${at(y + height / 2 + 4)}" text-anchor="middle">${xmlText(shortText(value, chart.unit))}</text>`
        : box;
    });
    const label = `<text class="small" x="${PLOT.left - 6}" y="${at(y + height / 2 + 4)}" text-anchor="end">${xmlText(cut(name, 10))}</text>`;
    return `<g>${cells.join('')}${height >= 11 || row % 2 === 0 ? label : ''}</g>`;
  });
  return [...rows, ...labelsSvg(chart.labels)];
}
