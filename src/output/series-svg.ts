import type { ChartSeries, SeriesChart } from '../reports/report.js';
import { axisOf } from './axis.js';
import { numberText } from './cell.js';
import { shadeOf } from './heat.js';
import { at, HEIGHT, type LegendEntry, labelsSvg, legendSvg, PLOT, plotOf, ticksSvg, WIDTH } from './svg-frame.js';
import { cut } from './text-width.js';
import { pageText } from './xml-text.js';

/** Colours that a page has for series; more series begin again. */
const COLOURS = 6;

/** Cells at least this wide show their number. */
const READABLE = 34;

/** The marks of a chart of several series. */
export function seriesSvg(chart: SeriesChart): readonly string[] {
  if (chart.kind === 'heat') return heatSvg(chart);
  const axis = axisOf(chart);
  const marks =
    chart.kind === 'lines'
      ? [...bandSvg(chart), ...chart.series.map((one, i) => lineSvg(chart, one, i))]
      : stackSvg(chart);
  return [...ticksSvg(chart, axis), ...marks, ...labelsSvg(chart.labels), ...legendSvg(legendOf(chart))];
}

/** The classes of a series: quiet ones are grey; they and the others are counted apart. */
function colour({ series }: SeriesChart, index: number): string {
  const quiet = series[index]!.quiet === true;
  const before = series.slice(0, index).filter((one) => (one.quiet === true) === quiet).length;
  return quiet ? `quiet q${before % 2}` : `s${before % COLOURS}`;
}

function slotOf(chart: SeriesChart): number {
  return (WIDTH - PLOT.left - PLOT.right) / Math.max(1, chart.labels.length);
}

/** Both edges of a band are one entry. */
function legendOf(chart: SeriesChart): readonly LegendEntry[] {
  return chart.series.flatMap(({ name, band }, i) => {
    if (band === undefined) return [{ name, box: `part ${colour(chart, i)}` }];
    return band === 'low' ? [{ name: bandName(name), box: 'band' }] : [];
  });
}

/** `interval from` and `interval to` are `interval`. */
function bandName(name: string): string {
  return name.replace(/ from$/, '');
}

/** The area between the edges of a band, where both are known. */
function bandSvg(chart: SeriesChart): readonly string[] {
  const [low, high] = (['low', 'high'] as const).map((edge) => chart.series.find(({ band }) => band === edge));
  if (low === undefined || high === undefined) return [];
  const { y } = plotOf(axisOf(chart));
  const slot = slotOf(chart);
  const known = chart.labels.flatMap((_, i) =>
    typeof low.values[i] === 'number' && typeof high.values[i] === 'number' ? [i] : [],
  );
  const place = (i: number, value: number): string => `${at(PLOT.left + slot * (i + 0.5))} ${at(y(value))}`;
  const edge = [
    ...known.map((i) => place(i, high.values[i]!)),
    ...known.toReversed().map((i) => place(i, low.values[i]!)),
  ];
  return known.length === 0
    ? []
    : [`<path class="band" d="M${edge.join('L')}Z"><title>${pageText(bandName(low.name))}</title></path>`];
}

/** A gap in the values is a gap in the line. */
function lineSvg(chart: SeriesChart, series: ChartSeries, index: number): string {
  if (series.band !== undefined) return '';
  const { y } = plotOf(axisOf(chart));
  const slot = slotOf(chart);
  let open = false;
  const path = series.values.map((value, i) => {
    const step = value === null ? '' : `${open ? 'L' : 'M'}${at(PLOT.left + slot * (i + 0.5))} ${at(y(value))}`;
    open = value !== null;
    return step;
  });
  return `<path class="series ${colour(chart, index)}" d="${path.join('')}"><title>${pageText(series.name)}</title></path>`;
}

function stackSvg(chart: SeriesChart): readonly string[] {
  const { y } = plotOf(axisOf(chart));
  const slot = slotOf(chart);
  return chart.labels.map((label, i) => {
    let below = 0;
    const parts = chart.series.map(({ name, values }, s) => {
      const value = values[i] ?? 0;
      if (value === 0) return '';
      const [from, to] = [y(below), y(below + value)];
      below += value;
      const text = `${label}, ${name}: ${numberText(value, chart.unit, 'people')}`;
      return `<rect class="part ${colour(chart, s)}" x="${at(PLOT.left + slot * (i + 0.15))}" y="${at(to)}" width="${at(slot * 0.7)}" height="${at(from - to)}"><title>${pageText(text)}</title></rect>`;
    });
    return `<g>${parts.join('')}</g>`;
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
      const box = `<rect class="heat ${value < 0 ? 'below' : 'above'}" fill-opacity="${at(Math.abs(shade(value)))}" x="${at(x)}" y="${at(y)}" width="${at(slot - 1)}" height="${at(height - 1)}"><title>${pageText(`${name}, ${chart.labels[i]}: ${text}`)}</title></rect>`;
      const shown = slot >= READABLE && height >= 11;
      return shown
        ? `${box}<text class="small" x="${at(x + slot / 2)}" y="${at(y + height / 2 + 4)}" text-anchor="middle">${pageText(shortText(value, chart.unit))}</text>`
        : box;
    });
    const label = `<text class="small" x="${PLOT.left - 6}" y="${at(y + height / 2 + 4)}" text-anchor="end">${pageText(cut(name, 10))}</text>`;
    return `<g>${cells.join('')}${height >= 11 || row % 2 === 0 ? label : ''}</g>`;
  });
  return [...rows, ...labelsSvg(chart.labels)];
}
