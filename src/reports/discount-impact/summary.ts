import { mean } from '../../statistics/mean.js';
import type { Slope } from '../../statistics/slopes.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { counted, decimals, listing, percentText, pText, signedMoney } from '../words.js';
import type { Findings } from './findings.js';
import { hasEnough, levelText } from './levels.js';
import { CLUSTERS_NEEDED, type SlopeRow, tooFewClusters } from './slopes.js';
import type { LevelSums } from './sums.js';

const PER_POINT = 'per percentage point of discount';

function slopeText(slope: Slope, confidence: number): string {
  const middle = signedMoney(slope.slope!);
  if (slope.low === null || slope.high === null) return `${middle} ${PER_POINT}`;
  return `${middle} ${PER_POINT} (${percentText(confidence)}: ${signedMoney(slope.low)} to ${signedMoney(slope.high)})`;
}

function outside(value: number, { low, high }: Slope): boolean {
  return low !== null && high !== null && (value < low || value > high);
}

/** Do the slope over all orders and the one within patients contradict each other: in sign, or beyond an interval? */
function contradict(naive: Slope, within: Slope): boolean {
  if (naive.slope === null || within.slope === null) return false;
  if (naive.slope * within.slope < 0) return true;
  return outside(naive.slope, within) || outside(within.slope, naive);
}

function rowOf(findings: Findings, name: SlopeRow['row']): SlopeRow {
  return findings.slopes.find(({ row }) => row === name)!;
}

const readable = (row: SlopeRow): boolean => !row.hidden && row.slope.slope !== null;

const WORTH = { 1: 'more', [-1]: 'less' } as const;

/** The first sentence makes three claims at once (over all orders, within patients, that they differ): so each is asked more. */
const CLAIMS = 3;

const isShown = (p: number | null, confidence: number): boolean => p !== null && p < (1 - confidence) / CLAIMS;

/** The sign of a slope that chance does not explain; 0 for none. */
function signOf({ slope, hidden }: SlopeRow, confidence: number): 1 | -1 | 0 {
  if (hidden || slope.slope === null || !isShown(slope.p, confidence)) return 0;
  return slope.slope > 0 ? 1 : -1;
}

const goes = (sign: 1 | -1): string => `higher discount goes with orders that are worth ${WORTH[sign]}`;
const NOTHING = 'No relation between the discount and what an order is worth can be told from chance';

/**
 * Two slopes that chance alone sets apart contradict each other often: the interval of the sharper one leaves out the other.
 * So "patients differ" is said of a difference that its own test shows, and "not the discount" where nothing is left of the
 * relation within patients; a contradiction without such a test is named as what it is.
 */
function answer(findings: Findings): string {
  const { confidence } = findings.options;
  const naive = rowOf(findings, 'naive');
  const within = rowOf(findings, 'within patient');
  if (findings.shown.levels.length === 0) return 'There is no counted order: nothing can be said about the discount.';
  if (!readable(naive))
    return 'How the discount relates to what an order is worth was not computed: too few discounts or patients to compare.';
  const over = `over all orders ${slopeText(naive.slope, confidence)}`;
  const sign = signOf(naive, confidence);
  if (!readable(within))
    return `${sign === 0 ? NOTHING : `A ${goes(sign)}`}: ${over}; within patients it was not computed.`;
  const inside = `within the same patient ${slopeText(within.slope, confidence)}`;
  const own = signOf(within, confidence);
  const apart = isShown(findings.difference?.p ?? null, confidence);
  const how =
    naive.slope.slope! * within.slope.slope! < 0
      ? ', the opposite sign'
      : contradict(naive.slope, within.slope)
        ? ", outside the other's interval"
        : '';
  if (apart && own !== 0 && own === sign)
    return `Patients differ too, but also within the same patient a ${goes(own)}: ${over}, ${inside}.`;
  if (apart && own !== 0 && sign === 0)
    return `Patients differ, which hides it: within the same patient a ${goes(own)}: ${inside}, ${over}${how}.`;
  if (apart) return `Patients differ, not the discount: ${over}, but ${inside}${how}.`;
  if (own !== 0 && own === sign) return `A ${goes(own)}: ${over}, also ${inside}.`;
  if (own !== 0) return `Within the same patient a ${goes(own)}: ${inside}, ${over}${how}.`;
  if (sign === 0) return `${NOTHING}: ${over}, ${inside}${how}.`;
  return `A ${goes(sign)}, but whether that is the discount or that patients differ cannot be told: ${over}, ${inside}${how}.`;
}

function practitionerLine(findings: Findings): string[] {
  const row = rowOf(findings, 'within practitioner');
  if (!readable(row)) return [];
  return [`Between orders of one practitioner: ${slopeText(row.slope, findings.options.confidence)}.`];
}

function levelWords(sums: LevelSums): string {
  return `${decimals(mean(sums.power)!, 2)} at ${levelText(sums)} (${counted(Number(sums.power.n), 'order')})`;
}

function rangeLine({ shown, options }: Findings): string[] {
  const visible = shown.levels.filter(({ hidden }) => !hidden).map(({ sums }) => sums);
  const usable = visible.filter((sums) => sums.kind === 'discount' && hasEnough(sums, options));
  const none = visible
    .filter((sums) => sums.kind === 'none')
    .map(
      (sums) => `; without a discount ${decimals(mean(sums.power)!, 2)} (${counted(Number(sums.power.n), 'order')})`,
    );
  if (usable.length < 2) return none.length === 0 ? [] : [`AOV${none[0]!.slice(1)}.`];
  // Compared as fractions: equal doubles could hide which is larger, and the first of equals must win everywhere.
  const higher = (a: LevelSums, b: LevelSums): boolean => a.power.sum * b.power.n > b.power.sum * a.power.n;
  const lowest = usable.reduce((best, sums) => (higher(best, sums) ? sums : best));
  const highest = usable.reduce((best, sums) => (higher(sums, best) ? sums : best));
  return [`AOV runs from ${levelWords(lowest)} to ${levelWords(highest)}${none.join('')}.`];
}

function jumpLine({ jumps, options }: Findings): string[] {
  const top = jumps.find(({ rank }) => rank === 1);
  if (top === undefined) return [];
  const { difference } = top;
  const alpha = 1 - options.confidence;
  const real = jumps.filter(({ holm }) => holm !== null && holm < alpha).length;
  const test = top.holm === null ? 'not tested' : `p ${pText(top.holm)} after Holm`;
  const relative = difference.relative === null ? '' : ` (${decimals(difference.relative * 100, 2)} %)`;
  const name =
    difference.difference! > 0 ? 'Largest rise between neighbours' : 'No rise between neighbours; smallest fall';
  const rest = `${real} of ${counted(jumps.length, 'jump')} ${real === 1 ? 'differs' : 'differ'} from 0 at ${percentText(options.confidence)}`;
  return [
    `${name}: ${levelText(top.from)} to ${levelText(top.to)}, ${signedMoney(difference.difference!)}${relative}, ${test}; ${rest}.`,
  ];
}

function basisLine({ basis, orders }: Findings): string {
  const say = (name: string): string => (basis[name] === null ? '*' : String(basis[name] ?? 0));
  const all = orders === null ? 'the counted orders' : counted(orders, 'counted order');
  return `Of ${all}, the discount of ${say('proven')} is proven by the log, of ${say('assumed')} assumed, of ${say('unknown')} unknown.`;
}

function clustersLine({ slopes }: Findings): string[] {
  const few = slopes.filter((row) => row.row !== 'within patient' && readable(row) && tooFewClusters(row) !== null);
  if (few.length === 0) return [];
  const which = few.map((row) => `${tooFewClusters(row)!} (${row.slope.clusters} of ${CLUSTERS_NEEDED})`);
  return [`Slopes rest on ${listing(which)}.`];
}

function weakLine({ shown, options }: Findings): string[] {
  const few = shown.levels.filter(({ sums, hidden }) => !hidden && !hasEnough(sums, options));
  if (few.length === 0) return [];
  return [`Too few orders or patients for a test at ${listing(few.map(({ sums }) => levelText(sums)))}.`];
}

function hiddenLine({ shown, hiddenCells }: Findings): string[] {
  const rows = shown.levels.filter(({ hidden }) => hidden).length;
  if (hiddenCells === 0) return [];
  const whole = rows === 0 ? '' : `, among them all of ${counted(rows, 'level')}`;
  return [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}${whole}.`];
}

function widthLine({ proposedWidth, shown }: Findings): string[] {
  if (proposedWidth === null) return [];
  return [`${shown.levels.length} levels are many: --level-width ${proposedWidth} rounds them to 30 or fewer.`];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  return [
    answer(findings),
    ...practitionerLine(findings),
    ...rangeLine(findings),
    ...jumpLine(findings),
    basisLine(findings),
    ...clustersLine(findings),
    ...weakLine(findings),
    ...hiddenLine(findings),
    ...widthLine(findings),
  ];
}

const SPOKEN = {
  doubt: 'Who is given which discount is no accident: patients who get more may buy more anyway.',
  next: 'Look at the steps between neighbouring discounts, and at the same patients before and after a change (discount-sweet-spot).',
};

/** What the report says; the headline is the relation within patients. */
export function tell(findings: Findings): Told {
  const lines = summarise(findings);
  const within = rowOf(findings, 'within patient');
  const over = rowOf(findings, 'naive');
  const row = findings.shown.levels.length > 0 && readable(within) ? within : over;
  const question = 'relation';
  if (findings.shown.levels.length === 0 || !readable(row))
    return {
      ...SPOKEN,
      findings: [noAnswer(question, lines[0]!, 'too few discounts or patients')],
      more: lines.slice(1),
    };
  const sign = signOf(row, findings.options.confidence);
  const { slope, low, high } = row.slope;
  const headline: Finding = {
    id: question,
    verdict: sign === 0 ? 'cannot-tell' : 'shown',
    direction: sign === 0 ? 'none' : sign > 0 ? 'up' : 'down',
    size: slope,
    low,
    high,
    unit: 'money',
    text: lines[0]!,
  };
  return { ...SPOKEN, findings: [headline], more: lines.slice(1) };
}
