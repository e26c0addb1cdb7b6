import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, percentText } from '../words.js';
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
  readonly hiddenCells: number;
}

/** A rate is told from so many patients on. */
const PATIENTS_NEEDED = 30;

const percent = (value: number): string => `${decimals(value * 100, 1)} %`;
const money = (cents: bigint): string => decimals(ratio(cents, CENTS)!, 2);

function mostLine({ ranking, grain, totalsShown, facts }: Findings): string {
  const { rows, makeMost, total } = ranking;
  if (rows.length === 0) return `There is no counted line: nothing can be said about ${grain.many}.`;
  const all = totalsShown ? ` (${money(total)} from ${counted(facts.orders, 'order')})` : '';
  if (makeMost === null)
    return `How many of ${counted(rows.length, grain.one)} make 80 % of net revenue cannot be told${all}.`;
  const verb = makeMost === 1 ? 'makes' : 'make';
  return `${makeMost} of ${rows.length} ${grain.many} ${verb} 80 % of net revenue${all}.`;
}

function shownRows({ ranking }: Findings): readonly RankedItem[] {
  return ranking.rows.filter(({ item }) => !item.hidden);
}

function bestLine(findings: Findings): string[] {
  const best = shownRows(findings).slice(0, 3);
  if (best.length === 0 || best[0]!.share === null) return [];
  const words = best.map(({ item, label, share }) => `${label} ${money(item.net)} (${percent(share!)})`);
  return [`Best ${findings.grain.many} by net revenue: ${words.join(', ')}.`];
}

function indexLine({ ranking, grain }: Findings): string[] {
  const { herfindahl } = ranking;
  if (herfindahl === null || herfindahl <= 0) return [];
  const equal = decimals(1 / herfindahl, 1);
  return [`Herfindahl index ${decimals(herfindahl, 4)}: as concentrated as ${equal} ${grain.many} of equal size.`];
}

function repeatLine(findings: Findings): string[] {
  const { grain, options } = findings;
  const told = shownRows(findings).filter(
    ({ item, repeatRate }) =>
      !item.hiddenRate && repeatRate !== null && item.repeat.n >= PATIENTS_NEEDED && item.id !== UNKNOWN,
  );
  if (told.length === 0) return [`No repeat rate rests on ${PATIENTS_NEEDED} patients: none is told here.`];
  const top = told.reduce((best, row) => (row.repeatRate! > best.repeatRate! ? row : best));
  const interval = `${percentText(options.confidence)}: ${percent(top.low!)} to ${percent(top.high!)}`;
  return [
    `Highest repeat rate among ${grain.many} with ${PATIENTS_NEEDED} patients: ${top.label}, ${percent(top.repeatRate!)} (${interval}).`,
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

function hiddenLine({ hiddenCells, ranking, grain }: Findings): string[] {
  if (hiddenCells === 0) return [];
  const rows = ranking.rows.filter(({ item }) => item.hidden).length;
  const whole = rows === 0 ? '' : `, among them all of ${rows} ${rows === 1 ? grain.one : grain.many}`;
  return [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}${whole}.`];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  return [
    mostLine(findings),
    ...bestLine(findings),
    ...indexLine(findings),
    ...repeatLine(findings),
    ...growthLine(findings),
    ...unknownLine(findings),
    ...basisLine(findings),
    ...hiddenLine(findings),
  ];
}

const SPOKEN = {
  doubt: 'What sells most is not what earns most: margin is not in this table.',
  next: 'Look at the repeat rate and, with --days, at the growth.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'leaders', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}
