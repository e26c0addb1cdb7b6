import type { Behind } from '../../disclosure/shown-counts.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { NET_AMOUNT } from '../order-lines.js';
import { changeText, counted, listing, moneyText, percentText, shareText, signedAmount } from '../words.js';
import { periodText } from './data.js';
import type { Options } from './index.js';
import { type Direction, type Growth, PERIODS_NEEDED, type Split, type TrendRow } from './trend.js';

/** All that sentences are made of. */
export interface Facts {
  readonly options: Options;
  readonly rows: readonly TrendRow[];
  readonly direction: Direction;
  readonly splits: readonly Split[];
  readonly hiddenCells: number;
}

/** A growth a month within which nobody would speak of a direction. */
const LEVEL = 0.01;
const DAYS_OF_TWO_YEARS = 730;

const NAMES = {
  net_revenue: ['trend', 'Revenue per day'],
  orders: ['trend-orders', 'Orders per day'],
  aov: ['trend-average-order', 'The average order'],
} as const;

/** One measure: shown beyond chance, level within a per cent, or neither. */
function growthFinding({ measure, rate, low, high, p, pHolm }: Growth, { confidence }: Options): Finding {
  const [id, name] = NAMES[measure];
  const interval = { size: rate, low: low!, high: high!, unit: 'share' as const };
  const range = `${changeText(low!)} to ${changeText(high!)}`;
  if ((pHolm ?? p) < 1 - confidence) {
    const up = rate > 0;
    const text = `${name} ${up ? 'rises' : 'falls'} by ${shareText(Math.abs(rate))} a month (anything from ${range} fits): more than chance explains.`;
    return { id, verdict: 'shown', direction: up ? 'up' : 'down', ...interval, text };
  }
  const most = Math.max(Math.abs(low!), Math.abs(high!));
  if (most < LEVEL) {
    const text = `${name} keeps its level: a rise or fall of more than ${shareText(most)} a month is ruled out.`;
    return { id, verdict: 'ruled-out', direction: 'none', ...interval, text };
  }
  const text = `${name} has no clear direction: ${changeText(rate)} a month, and anything from ${range} fits the data.`;
  return { id, verdict: 'cannot-tell', direction: 'none', ...interval, text };
}

function splitFinding(split: Split, { grain, currency }: Options): Finding[] {
  if (split.hidden) return [];
  const { against, from, to, change } = split;
  const parts = [
    ['the number of patients', split.patients],
    ['orders of each patient', split.ordersPerPatient],
    ['units in an order', split.basket],
    [split.basket === null ? 'the value of an order' : 'prices and mix', split.value],
  ] as const;
  const told = parts.flatMap(([name, part]) => (part === null ? [] : [{ name, part }]));
  told.sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const words = told.slice(0, 2).map(({ name, part }) => `${signedAmount(part, currency)} by ${name}`);
  const text = `${periodText(from.start, grain)} to ${periodText(to.start, grain)}: revenue ${signedAmount(change, currency)}${words.length === 0 ? '' : `, of which ${listing(words)}`}.`;
  return [
    {
      ...{ id: 'split', verdict: 'shown', direction: change > 0 ? 'up' : change < 0 ? 'down' : 'none' },
      ...{ size: change, low: null, high: null, unit: 'money', text },
      about: { against, from: from.start, to: to.start },
    },
  ];
}

function doubtOf({ direction }: Facts): string {
  if (direction.kind === 'none') return 'With so few days, nearly anything could still be true.';
  const { span, season, closed } = direction;
  const shut =
    closed === 0 ? '' : ` ${counted(closed, 'day')} without any order ${closed === 1 ? 'is' : 'are'} taken for closed.`;
  if (span < 365)
    return `These are ${span} days, less than a year: a season cannot be told from a direction, so a swing of 25 % up or down over the year is allowed for.${shut}`;
  if (span < DAYS_OF_TWO_YEARS)
    return `Less than two years: most months are seen once, and ${season > 0.5 ? 'part of it may be season' : 'a season was looked for and not found'}.${shut}`;
  return `Seasons are taken out; prices, stock and advertising are not.${shut}`;
}

function lastLine({ rows, options: { grain, currency } }: Facts): string[] {
  const last = rows.findLast(({ period }) => period.complete);
  if (last === undefined || last.period.hidden) return [];
  const { period } = last;
  const year = last.hiddenYoy || last.yoy === null ? '' : `, ${changeText(last.yoy)} to the year before`;
  const before = last.hiddenMom || last.mom === null ? '' : `, ${changeText(last.mom)} to the ${grain} before`;
  return [
    `Last complete ${grain}, ${periodText(period.start, grain)}: ${moneyText(ratio(period.net, CENTS)!, currency)} from ${counted(Number(period.orders), 'order')}${before}${year}.`,
  ];
}

function bestLine({ rows, options: { grain, currency } }: Facts): string[] {
  const whole = rows.filter(({ period }) => period.complete && !period.hidden);
  if (whole.length < 2) return [];
  const best = whole.reduce((top, row) => (row.period.net > top.period.net ? row : top));
  const least = whole.reduce((low, row) => (row.period.net < low.period.net ? row : low));
  const say = ({ period }: TrendRow): string =>
    `${periodText(period.start, grain)} (${moneyText(ratio(period.net, CENTS)!, currency)})`;
  return [`Best complete ${grain}: ${say(best)}; least: ${say(least)}.`];
}

/** What the report says: the direction of revenue first, the same whatever the grain of the table. */
export function tell(facts: Facts): Told {
  const { rows, direction, splits, hiddenCells, options } = facts;
  const why = rows.length === 0 ? 'there is no order' : direction.kind === 'none' ? direction.why : null;
  const [headline, ...others] =
    direction.kind === 'told' ? direction.growth.map((one) => growthFinding(one, options)) : [];
  const moved = splits.flatMap((split) => splitFinding(split, options));
  return {
    findings: [headline ?? noAnswer('trend', `Which way sales go cannot be said: ${why}.`, why!), ...others, ...moved],
    doubt: doubtOf(facts),
    next: `Next, see what moved: ${moved[0]?.text ?? 'the table of periods has orders, patients and the average order.'}`,
    more: [
      ...lastLine(facts),
      ...bestLine(facts),
      ...(hiddenCells === 0 ? [] : [`Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}

function grossNotes(basis: ReadonlyMap<string, Behind>, lined: boolean): string[] {
  const made = (name: string): boolean => (basis.get(name)?.orders ?? 0) > 0;
  const net = `net / (1 - discount/100), rounded to the cent,${lined ? ' for orders without priced lines' : ' for each order'}`;
  const how = [
    ...(made('lines') ? ['quantity * recommended price of its lines'] : []),
    ...(made('discount') ? [net] : []),
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

/** Definitions and warnings. */
export function notesOf(options: Options, basis: ReadonlyMap<string, Behind>, lined: boolean, zone: string): string[] {
  const { grain, small, statuses, amount, confidence } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(statuses)}. Amount: ${amount}.`,
    `A ${grain} is one of the calendar in ${zone}; complete where it lies wholly between the first order and the end of the log. Others are in no change, mean or test.`,
    `Direction: a line on the log scale through every complete day, whatever --by says, with weekdays and a yearly wave (from two years on also a half-yearly one) beside it; neighbouring days may go together (first order). The wave is drawn to 0 with a standard deviation of 25 %; from a year on, models with and without it are averaged. Intervals are ${percentText(confidence)}. Days without an order where many are usual are taken for closed and left out.`,
    `What moved: the change of net revenue split into patients, orders of each, units and value, by logarithmic means, without a rest.`,
    `The table trend has the classical tests of net revenue per day over complete ${grain}s, from ${PERIODS_NEEDED} on: Mann-Kendall (ties and continuity corrected), slope by Theil and Sen; months also within seasons, from 24 on. They take neighbouring ${grain}s as independent, and a season for a trend.`,
    ...(grain === 'month' ? [] : ['yoy is left empty: a year is no whole number of weeks, and weekdays shift.']),
    ...(lined ? [] : ['units is left empty: the input or the pipeline has no order lines (order_items, products).']),
    ...grossNotes(basis, lined),
    ...(amount === NET_AMOUNT
      ? []
      : [`discount_given is left empty: ${amount} holds tax and shipping, recommended prices do not.`]),
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a sum of days, weeks or months would give them away, in whatever table; so are changes and means that rest on them. New patients are told by month.`,
        ]),
  ];
}
