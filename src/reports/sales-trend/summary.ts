import type { Behind } from '../../disclosure/shown-counts.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { NET_AMOUNT } from '../order-lines.js';
import { counted, decimals, listing, percentText, pText, signedMoney } from '../words.js';
import { periodText } from './calendar.js';
import type { Options } from './options.js';
import type { TrendRow } from './tables.js';
import { PERIODS_NEEDED, type Trend } from './trend.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly rows: readonly TrendRow[];
  readonly trend: Trend;
  readonly basis: ReadonlyMap<string, Behind>;
  /** Does the input have order lines? */
  readonly lined: boolean;
  readonly hiddenCells: number;
}

function trendLine({ trend, options, rows }: Findings): string {
  if (rows.length === 0) return 'There is no order: nothing can be said about sales.';
  if (trend.kind === 'none') return `No trend is tested: ${trend.why}.`;
  const { test, line, n } = trend;
  const { grain, confidence } = options;
  const limits =
    line.low === null ? '' : ` (${percentText(confidence)}: ${signedMoney(line.low)} to ${signedMoney(line.high!)})`;
  const slope = `${signedMoney(line.slope!)} a day with each ${grain}${limits}`;
  const tested = `Mann-Kendall p ${pText(test.p!)}, ${n} complete ${grain}s`;
  if (test.p! >= 1 - confidence) return `No trend of net revenue can be told from chance: ${slope}; ${tested}.`;
  return `Net revenue ${test.s > 0 ? 'rises' : 'falls'}: ${slope}; ${tested}.`;
}

function seasonalLine({ trend }: Findings): string[] {
  if (trend.kind === 'none' || trend.seasonal === null) return [];
  const { p, slope } = trend.seasonal;
  return [
    `Each month against the same month of other years: ${signedMoney(slope)} a day with each year, p ${pText(p!)}.`,
  ];
}

function change(name: string, share: number | null): string {
  return share === null ? '' : `, ${share > 0 ? '+' : ''}${decimals(share * 100, 1)} % to ${name}`;
}

function lastLine({ rows, options }: Findings): string[] {
  const last = rows.findLast(({ period }) => period.complete);
  if (last === undefined || last.period.hidden) return [];
  const { period } = last;
  const words = `${decimals(ratio(period.net, CENTS)!, 2)} from ${counted(Number(period.orders), 'order')}`;
  const before = last.hiddenMom ? '' : change(`the ${options.grain} before`, last.mom);
  const year = last.hiddenYoy ? '' : change('the year before', last.yoy);
  return [`Last complete ${options.grain}, ${periodText(period.start, options.grain)}: ${words}${before}${year}.`];
}

function bestLine({ rows, options }: Findings): string[] {
  const whole = rows.filter(({ period }) => period.complete && !period.hidden);
  if (whole.length < 2) return [];
  const best = whole.reduce((top, row) => (row.period.net > top.period.net ? row : top));
  const least = whole.reduce((low, row) => (row.period.net < low.period.net ? row : low));
  const say = ({ period }: TrendRow): string =>
    `${periodText(period.start, options.grain)} (${decimals(ratio(period.net, CENTS)!, 2)})`;
  return [`Best complete ${options.grain}: ${say(best)}; least: ${say(least)}.`];
}

function hiddenLine({ hiddenCells, rows, options }: Findings): string[] {
  const whole = rows.filter(({ period }) => period.hidden).length;
  if (hiddenCells === 0) return [];
  return [
    `Hidden for small numbers: ${counted(hiddenCells, 'cell')}, among them all of ${counted(whole, options.grain)}.`,
  ];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  return [
    trendLine(findings),
    ...seasonalLine(findings),
    ...lastLine(findings),
    ...bestLine(findings),
    ...hiddenLine(findings),
  ];
}

function grossNotes({ basis, lined }: Findings): string[] {
  const made = (name: string): boolean => (basis.get(name)?.orders ?? 0) > 0;
  const how = [
    ...(made('lines') ? ['quantity * recommended price of its lines'] : []),
    ...(made('discount')
      ? [
          `net / (1 - discount/100), rounded to the cent,${lined ? ' for orders without priced lines' : ' for each order'}`,
        ]
      : []),
  ];
  return [
    ...(how.length === 0 ? [] : [`Before discount: ${listing(how)}.`]),
    ...(made('nothing')
      ? [
          'Some orders have neither priced lines nor a known discount: periods with one of them have no amount before discount.',
        ]
      : []),
  ];
}

const SPOKEN = {
  doubt: 'Season, prices and closed days move sales too.',
  next: 'Look at the last complete period against the year before.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'trend', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf(findings: Findings, timeZone: string, replayNotes: readonly string[]): string[] {
  const { options } = findings;
  const { grain, small } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    `A ${grain} is one of the calendar in ${timeZone}; complete where it lies wholly between the first order and the end of the log. Others are in no change, mean or test.`,
    `The trend is tested on net revenue per day of complete ${grain}s, from ${PERIODS_NEEDED} on: Mann-Kendall (ties and continuity corrected), slope by Theil and Sen; months also within seasons, from 24 on. Neighbouring ${grain}s are taken as independent.`,
    ...(grain === 'month' ? [] : ['yoy is left empty: a year is no whole number of weeks, and weekdays shift.']),
    ...(findings.lined
      ? []
      : ['units is left empty: the input or the pipeline has no order lines (order_items, products).']),
    ...grossNotes(findings),
    ...(options.amount === NET_AMOUNT
      ? []
      : [`discount_given is left empty: ${options.amount} holds tax and shipping, recommended prices do not.`]),
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away; so are changes and means that rest on them.`,
        ]),
    ...replayNotes,
  ];
}
