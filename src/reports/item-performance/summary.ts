import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { counted, listing, moneyText, shareText } from '../words.js';
import type { Facts } from './facts.js';
import type { Grain } from './grain.js';
import { UNKNOWN } from './lines.js';
import type { Options } from './options.js';
import type { RankedItem, Ranking } from './ranking.js';

/** All that sentences are made of. */
export interface Findings {
  readonly grain: Grain;
  readonly options: Options;
  readonly facts: Facts;
  readonly ranking: Ranking;
  /** Does the log reach back over the time compared with? */
  readonly compared: boolean;
  readonly totalsShown: boolean;
}

/** A rate is told from so many patients on. */
const PATIENTS_NEEDED = 30;

const percent = shareText;

function mostLine({ ranking, grain, totalsShown, facts, options }: Findings): string {
  const { rows, makeMost, total } = ranking;
  if (rows.length === 0) return `There is no counted line: nothing can be said about ${grain.many}.`;
  const all = totalsShown
    ? ` (${moneyText(ratio(total, CENTS)!, options.currency)} from ${counted(facts.orders, 'order')})`
    : '';
  if (makeMost === null)
    return `How many of ${counted(rows.length, grain.one)} make 80 % of net revenue cannot be told${all}.`;
  const verb = makeMost === 1 ? 'makes' : 'make';
  return `${makeMost} of ${rows.length} ${grain.many} ${verb} 80 % of net revenue${all}.`;
}

function shownRows({ ranking }: Findings): readonly RankedItem[] {
  return ranking.rows.filter(({ item }) => !item.hidden);
}

/** The first in revenue, and whether chance could have put another there. */
function leaderFinding(findings: Findings): Finding {
  const { grain, options, ranking } = findings;
  const [first, second, third] = shownRows(findings);
  if (first?.share == null || first.places === null)
    return noAnswer('leader', mostLine(findings), ranking.rows.length === 0 ? 'no counted line' : 'few patients');
  const { item, label, share, places } = first;
  const amount = moneyText(ratio(item.net, CENTS)!, options.currency);
  const others = [second, third].flatMap((row) => (row === undefined ? [] : [row.label]));
  const next = others.length === 0 ? '' : `, before ${listing(others)}`;
  const sure =
    places.high === 1
      ? 'no other comes near by chance'
      : `but by chance its place could be anything from ${places.low} to ${places.high} of ${ranking.rows.length}`;
  return {
    ...{ id: 'leader', verdict: places.high === 1 ? 'shown' : 'cannot-tell', direction: 'none' },
    ...{ size: ratio(item.net, CENTS), low: null, high: null, unit: 'money' },
    text: `${label} sells most: ${amount}, ${shareText(share)} of net revenue${next}; ${sure}.`,
    about: { [grain.one]: label, rank_low: places.low, rank_high: places.high },
  };
}

/** Who is ordered again most often within the same time, and whether that is more than chance. */
function repeatFinding(findings: Findings): Finding[] {
  const { grain, options } = findings;
  const told = shownRows(findings).filter(
    ({ item, within }) =>
      !item.hiddenWithin && within.rate !== null && item.repeat.n >= PATIENTS_NEEDED && item.id !== UNKNOWN,
  );
  if (told.length < 2) return [];
  const [top, ...rest] = [...told].sort((a, b) => b.within.rate! - a.within.rate!);
  const { label, within } = top!;
  const clear = rest.every((other) => other.within.high! < within.low!);
  const near = rest.filter((other) => other.within.high! >= within.low!).length;
  const sure = clear ? 'more than any other' : `but ${near} of ${rest.length} others may be as good by chance`;
  return [
    {
      ...{ id: 'repeat', verdict: clear ? 'shown' : 'cannot-tell', direction: 'none', unit: 'share' },
      ...{ size: within.rate, low: within.low, high: within.high },
      text: `Ordered again within ${options.repeatDays} days most often: ${label}, by ${shareText(within.rate!)} of its patients (${shareText(within.low!)} to ${shareText(within.high!)}), ${sure}.`,
      about: { [grain.one]: label },
    },
  ];
}

function growthLine(findings: Findings): string[] {
  const { compared, grain, options } = findings;
  if (!compared) return [];
  const told = shownRows(findings).filter(({ item, growth }) => growth !== null && !item.hiddenBefore);
  if (told.length === 0) return [];
  const say = ({ label, growth }: RankedItem): string => `${label} ${growth! > 0 ? '+' : ''}${percent(growth!)}`;
  const sorted = [...told].sort((a, b) => b.growth! - a.growth!);
  return [`Against the ${options.days} days before, ${grain.many} from ${say(sorted.at(-1)!)} to ${say(sorted[0]!)}.`];
}

function unknownLine({ ranking, grain }: Findings): string[] {
  const row = ranking.rows.find(({ item }) => item.id === UNKNOWN);
  if (row === undefined) return [];
  const share = row.item.hidden || row.share === null ? '' : ` (${percent(row.share)} of net revenue)`;
  return [`Lines whose ${grain.one} the log does not know stand in the row ${UNKNOWN}${share}.`];
}

function basisLine({ facts, totalsShown, options }: Findings): string[] {
  if (!facts.basis.has('assumed') || !totalsShown) return [];
  const { proven = 0, assumed = 0 } = printedCounts(shownCounts(facts.basis, options.small));
  return [
    `Lines with their product as the log shows it as of the order: ${proven}; with the first known version assumed: ${assumed}.`,
  ];
}

/** What the report says: who sells most and how sure that is, how few make most of it, who is ordered again. */
export function tell(findings: Findings, hiddenCells: number): Told {
  const { grain, compared, options } = findings;
  const leader = leaderFinding(findings);
  const [repeat] = repeatFinding(findings);
  const growth = growthLine(findings);
  return {
    findings: [leader, ...(repeat === undefined ? [] : [repeat])],
    doubt: `${leader.verdict === 'no-answer' ? '' : `${mostLine(findings)} `}What sells most need not earn most: what the shop pays for it is not in this table.`,
    next:
      repeat === undefined
        ? `Next, compare ${grain.many} with the time before: --days 90.`
        : `Next, see what patients come back for. ${repeat.text}`,
    more: [
      ...(compared || options.days !== null
        ? growth
        : [`Growth of each ${grain.one}: --days 90 compares the last 90 days with the 90 before.`]),
      ...unknownLine(findings),
      ...basisLine(findings),
      ...(hiddenCells === 0 ? [] : [`Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}
