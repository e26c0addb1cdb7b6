import type { ChartSeries, SeriesChart } from '../../reports/report.js';
import { type ChartSource, categories, numbers, solid } from './chart.js';
import { formatCode } from './styles.js';
import { xmlText } from './xml.js';

const COLOURS = ['2F5597', 'C55A11', '548235', '7F60A0', 'BF9000', 'A9466B'];
const QUIET = ['A6A6A6', 'D0CECE'];
/** More values than these are drawn with a thin line. */
const DENSE = 120;

/** Quiet series are grey; they and the others are counted apart. */
function colourOf({ series }: SeriesChart, index: number): string {
  const quiet = series[index]!.quiet === true;
  const colours = quiet ? QUIET : COLOURS;
  return colours[series.slice(0, index).filter((one) => (one.quiet === true) === quiet).length % colours.length]!;
}

/** The part of a native chart that draws several series: lines, or columns upon each other. */
export function seriesBody(chart: SeriesChart, source: ChartSource): string {
  const axes = '<c:axId val="100000001"/><c:axId val="100000002"/>';
  const series = chart.series.map((one, i) => seriesXml(chart, one, i, source)).join('');
  if (chart.kind === 'stacked')
    return `<c:barChart><c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>${series}<c:gapWidth val="40"/><c:overlap val="100"/>${axes}</c:barChart>`;
  return `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series}<c:marker val="1"/>${axes}</c:lineChart>`;
}

/** The figures of series n stand n columns to the right of the labels. */
function seriesXml(chart: SeriesChart, series: ChartSeries, index: number, source: ChartSource): string {
  const start = `<c:ser><c:idx val="${index}"/><c:order val="${index}"/><c:tx><c:v>${xmlText(series.name)}</c:v></c:tx>`;
  const colour = colourOf(chart, index);
  const data =
    categories(chart.labels, source) + numbers('c:val', series.values, source, index + 1, formatCode(chart.unit));
  if (chart.kind === 'stacked')
    return `${start}<c:spPr>${solid(colour)}</c:spPr><c:invertIfNegative val="0"/>${data}</c:ser>`;
  const dash = series.quiet === true ? '<a:prstDash val="dash"/>' : '';
  const line = `<c:spPr><a:ln w="${chart.labels.length > DENSE ? 12700 : series.quiet === true ? 15875 : 22225}" cap="rnd">${solid(colour)}${dash}<a:round/></a:ln></c:spPr>`;
  return `${start}${line}<c:marker><c:symbol val="none"/></c:marker>${data}<c:smooth val="0"/></c:ser>`;
}
