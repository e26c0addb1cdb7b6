import { type Chart, type ChartPoint, isSeries, type PointChart } from '../../reports/report.js';
import { axisOf } from '../axis.js';
import { seriesBody } from './series-chart.js';
import type { Anchor } from './sheet.js';
import { formatCode } from './styles.js';
import { absoluteRange, XML_HEADER, xmlText } from './xml.js';

/** Where a chart's figures stand: rows `first` to `last` of a sheet, from column A on. */
export interface ChartSource {
  readonly sheet: string;
  readonly first: number;
  readonly last: number;
}

/** A column of the figures of a chart of points: its heading and its value for each of them. */
export interface FigureColumn {
  readonly key: string;
  readonly heading: string;
  readonly of: (point: ChartPoint) => number | undefined;
}

/** The figures of a chart of points beside their labels, as far as it has them. Error bars are drawn from the ways to the ends. */
export function figureColumns(chart: PointChart): readonly FigureColumn[] {
  const has = (of: FigureColumn['of']): boolean => chart.points.some((point) => of(point) !== undefined);
  const dots = Math.max(0, ...chart.points.map((point) => point.dots?.length ?? 0));
  const all: readonly FigureColumn[] = [
    { key: 'value', heading: chart.yLabel, of: ({ value }) => value },
    { key: 'low', heading: 'Interval from', of: ({ low }) => low },
    { key: 'high', heading: 'Interval to', of: ({ high }) => high },
    ...(hasIntervals(chart)
      ? ([
          { key: 'minus', heading: 'Down to lower end', of: (point) => reach(point).minus },
          { key: 'plus', heading: 'Up to upper end', of: (point) => reach(point).plus },
        ] as const satisfies readonly FigureColumn[])
      : []),
    { key: 'weight', heading: 'Weight', of: ({ weight }) => weight },
    { key: 'line', heading: chart.lineLabel ?? 'Line', of: ({ line }) => line },
    ...Array.from(
      { length: dots },
      (_, i): FigureColumn => ({
        key: `dot${i}`,
        heading: `One ${i + 1}`,
        of: (point) => point.dots?.[i],
      }),
    ),
  ];
  return all.filter(({ of }) => has(of));
}

/** The column of a figure on its sheet. */
function columnOf(chart: PointChart, key: string): number {
  return 1 + figureColumns(chart).findIndex((column) => column.key === key);
}

const BLUE = '2F5597';
const GREY = 'BFBFBF';
const ORANGE = 'C55A11';

/** `xl/charts/chartN.xml`: a native chart over the figures of its source, children in the order of the schema. */
export function chartXml(chart: Chart, source: ChartSource): string {
  const axis = axisOf(chart);
  return [
    XML_HEADER,
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>',
    title(chart.title, 1200),
    '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>',
    isSeries(chart)
      ? seriesBody(chart, source)
      : chart.kind === 'bar'
        ? barBody(chart, source)
        : lineBody(chart, source),
    categoryAxis(chart),
    valueAxis(chart, axis),
    '</c:plotArea>',
    isSeries(chart) || chart.lineLabel !== undefined
      ? '<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>'
      : '',
    '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>',
    '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr>',
    '</c:chartSpace>',
  ].join('');
}

function title(text: string, size: number): string {
  const run = `<a:r><a:rPr lang="en-US" sz="${size}" b="${size > 1000 ? 1 : 0}"/><a:t>${xmlText(text)}</a:t></a:r>`;
  const properties = `<a:pPr><a:defRPr sz="${size}" b="${size > 1000 ? 1 : 0}"/></a:pPr>`;
  return `<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>${properties}${run}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`;
}

function lineBody(chart: PointChart, source: ChartSource): string {
  const line =
    chart.kind === 'interval'
      ? '<a:ln w="28575"><a:noFill/></a:ln>'
      : `<a:ln w="28575" cap="rnd">${solid(BLUE)}<a:round/></a:ln>`;
  const series = [
    '<c:ser><c:idx val="0"/><c:order val="0"/>',
    seriesName(chart),
    `<c:spPr>${line}</c:spPr>`,
    `<c:marker>${markerParts(7)}</c:marker>`,
    ...(chart.kind === 'interval' ? weighted(chart) : []),
    hasIntervals(chart) ? errorBars(chart, source) : '',
    figures(chart, source),
    '<c:smooth val="0"/></c:ser>',
    ...dotSeries(chart, source),
  ];
  return `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series.join('')}<c:marker val="1"/><c:axId val="100000001"/><c:axId val="100000002"/></c:lineChart>`;
}

function barBody(chart: PointChart, source: ChartSource): string {
  const series = [
    '<c:ser><c:idx val="0"/><c:order val="0"/>',
    seriesName(chart),
    `<c:spPr>${solid(BLUE)}</c:spPr><c:invertIfNegative val="0"/>`,
    hasIntervals(chart) ? errorBars(chart, source) : '',
    figures(chart, source),
    '</c:ser>',
  ];
  return `<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>${series.join('')}<c:gapWidth val="60"/><c:axId val="100000001"/><c:axId val="100000002"/></c:barChart>${overBody(chart, source)}`;
}

/** The line over bars, on the same axes. */
function overBody(chart: PointChart, source: ChartSource): string {
  if (chart.lineLabel === undefined || !chart.points.some(({ line }) => line !== undefined)) return '';
  const start = `<c:ser><c:idx val="1"/><c:order val="1"/><c:tx><c:v>${xmlText(chart.lineLabel)}</c:v></c:tx>`;
  const look = `<c:spPr><a:ln w="22225" cap="rnd">${solid(ORANGE)}<a:round/></a:ln></c:spPr><c:marker>${markerParts(5, ORANGE)}</c:marker>`;
  const series = `${start}${look}${figures(chart, source, 'line')}<c:smooth val="0"/></c:ser>`;
  return `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series}<c:marker val="1"/><c:axId val="100000001"/><c:axId val="100000002"/></c:lineChart>`;
}

/** Single values behind the points: the n-th of each category is a series of small dots without a line. */
function dotSeries(chart: PointChart, source: ChartSource): readonly string[] {
  return figureColumns(chart)
    .filter(({ key }) => key.startsWith('dot'))
    .map(({ key, heading }, i) => {
      const start = `<c:ser><c:idx val="${i + 1}"/><c:order val="${i + 1}"/><c:tx><c:v>${xmlText(heading)}</c:v></c:tx>`;
      const look = `<c:spPr><a:ln w="28575"><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="4"/><c:spPr><a:noFill/><a:ln w="9525">${solid('7F7F7F')}</a:ln></c:spPr></c:marker>`;
      return `${start}${look}${figures(chart, source, key)}<c:smooth val="0"/></c:ser>`;
    });
}

function seriesName(chart: PointChart): string {
  return `<c:tx><c:v>${xmlText(chart.yLabel)}</c:v></c:tx>`;
}

/** A fill of one colour. */
export function solid(colour: string): string {
  return `<a:solidFill><a:srgbClr val="${colour}"/></a:solidFill>`;
}

function markerParts(size: number, colour = BLUE): string {
  return `<c:symbol val="circle"/><c:size val="${size}"/><c:spPr>${solid(colour)}<a:ln w="9525">${solid('FFFFFF')}</a:ln></c:spPr>`;
}

/** The area of a dot grows with its weight: its diameter with the root, from 5 to 14 points. */
function weighted(chart: PointChart): readonly string[] {
  const most = Math.max(0, ...chart.points.map((p) => p.weight ?? 0));
  if (most <= 0) return [];
  return chart.points.map((point, i) => {
    const size = Math.max(5, Math.round(14 * Math.sqrt(Math.max(0, point.weight ?? 0) / most)));
    return `<c:dPt><c:idx val="${i}"/><c:marker>${markerParts(size)}</c:marker><c:bubble3D val="0"/></c:dPt>`;
  });
}

function hasIntervals(chart: PointChart): boolean {
  return chart.points.some((p) => p.low !== undefined && p.high !== undefined);
}

/** The way from a point down to the lower and up to the upper end of its interval; 0 where it has none. */
function reach(point: ChartPoint): { readonly minus: number; readonly plus: number } {
  if (point.low === undefined || point.high === undefined) return { minus: 0, plus: 0 };
  const tidy = (value: number): number => Number(value.toPrecision(12));
  return { minus: tidy(point.value - point.low), plus: tidy(point.high - point.value) };
}

function errorBars(chart: PointChart, source: ChartSource): string {
  const plus = numbers(
    'c:plus',
    chart.points.map((p) => reach(p).plus),
    source,
    columnOf(chart, 'plus'),
    'General',
  );
  const minus = numbers(
    'c:minus',
    chart.points.map((p) => reach(p).minus),
    source,
    columnOf(chart, 'minus'),
    'General',
  );
  const line = `<c:spPr><a:ln w="15875">${solid('7F7F7F')}</a:ln></c:spPr>`;
  return `<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>${plus}${minus}${line}</c:errBars>`;
}

/** The labels of the categories. */
export function categories(labels: readonly string[], source: ChartSource): string {
  const points = labels.map((label, i) => `<c:pt idx="${i}"><c:v>${xmlText(label)}</c:v></c:pt>`).join('');
  const range = xmlText(absoluteRange(source.sheet, 0, source.first, source.last));
  return `<c:cat><c:strRef><c:f>${range}</c:f><c:strCache><c:ptCount val="${labels.length}"/>${points}</c:strCache></c:strRef></c:cat>`;
}

function figures(chart: PointChart, source: ChartSource, key = 'value'): string {
  const labels = chart.points.map(({ label }) => label);
  const { of } = figureColumns(chart).find((column) => column.key === key)!;
  const values = chart.points.map((point) => of(point) ?? null);
  return categories(labels, source) + numbers('c:val', values, source, columnOf(chart, key), formatCode(chart.unit));
}

/** Numbers of one column of figures; a gap has no point. */
export function numbers(
  element: string,
  values: readonly (number | null)[],
  source: ChartSource,
  column: number,
  format: string,
): string {
  const points = values.map((v, i) => (v === null ? '' : `<c:pt idx="${i}"><c:v>${v}</c:v></c:pt>`)).join('');
  const range = xmlText(absoluteRange(source.sheet, column, source.first, source.last));
  return `<${element}><c:numRef><c:f>${range}</c:f><c:numCache><c:formatCode>${xmlText(format)}</c:formatCode><c:ptCount val="${values.length}"/>${points}</c:numCache></c:numRef></${element}>`;
}

const AXIS_LINE = `<c:spPr><a:ln w="9525">${solid(GREY)}</a:ln></c:spPr>`;

/** About so many categories are named below an axis. */
const MOST_LABELS = 24;

function categoryAxis(chart: Chart): string {
  const count = isSeries(chart) ? chart.labels.length : chart.points.length;
  const every = count <= MOST_LABELS ? '' : Math.ceil(count / 12);
  const skip = every === '' ? '' : `<c:tickLblSkip val="${every}"/><c:tickMarkSkip val="${every}"/>`;
  return `<c:catAx><c:axId val="100000001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>${title(chart.xLabel, 1000)}<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>${AXIS_LINE}<c:crossAx val="100000002"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>${skip}<c:noMultiLvlLbl val="1"/></c:catAx>`;
}

/** No decimals that every tick has as zeros. */
function axisFormat(chart: Chart, step: number): string {
  if (chart.unit === 'share') return Number.isInteger(Number((step * 100).toPrecision(12))) ? '0%' : '0.00%';
  return Number.isInteger(step) ? '#,##0' : formatCode(chart.unit);
}

function valueAxis(chart: Chart, axis: ReturnType<typeof axisOf>): string {
  const grid = `<c:majorGridlines><c:spPr><a:ln w="6350">${solid('E7E6E6')}</a:ln></c:spPr></c:majorGridlines>`;
  const scaling = `<c:scaling><c:orientation val="minMax"/><c:max val="${axis.high}"/><c:min val="${axis.low}"/></c:scaling>`;
  return `<c:valAx><c:axId val="100000002"/>${scaling}<c:delete val="0"/><c:axPos val="l"/>${grid}${title(chart.yLabel, 1000)}<c:numFmt formatCode="${xmlText(axisFormat(chart, axis.step))}" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>${AXIS_LINE}<c:crossAx val="100000001"/><c:crosses val="autoZero"/><c:crossBetween val="between"/><c:majorUnit val="${axis.step}"/></c:valAx>`;
}

/** `xl/drawings/drawingN.xml`: the charts of one sheet, each with its text for screen readers. */
export function drawingXml(anchors: readonly Anchor[]): string {
  const frames = anchors.map((anchor, i) => {
    const from = `<xdr:from><xdr:col>${anchor.fromColumn}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${anchor.fromRow}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>`;
    const to = `<xdr:to><xdr:col>${anchor.toColumn}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${anchor.toRow}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>`;
    const named = `<xdr:nvGraphicFramePr><xdr:cNvPr id="${i + 2}" name="${xmlText(anchor.name)}" descr="${xmlText(anchor.description)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>`;
    const graphic = `<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId${i + 1}"/></a:graphicData></a:graphic>`;
    return `<xdr:twoCellAnchor>${from}${to}<xdr:graphicFrame macro="">${named}<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>${graphic}</xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>`;
  });
  return `${XML_HEADER}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${frames.join('')}</xdr:wsDr>`;
}
