import type { ContrastEstimate } from '../../statistics/clustered-fit.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { decimals, listing, percentText, signedMoney } from '../words.js';
import type { Findings } from './findings.js';
import type { Judged, JudgedStep } from './judge.js';
import { levelText } from './levels.js';
import type { SamePatients } from './same-patients.js';
import { furtherLines } from './summary.js';

/** From this share of the orders on one patient is named, and the unknown discounts stand in the answer. */
const A_TENTH = 0.1;

const level = (hundredths: bigint): string => levelText({ kind: 'discount', level: hundredths });
const wholePercent = (share: number): string => `${decimals(share * 100, 0)} %`;

function range({ low, high }: Pick<ContrastEstimate, 'low' | 'high'>, confidence: number): string {
  if (low === null || high === null) return '';
  return ` (${signedMoney(low)} to ${signedMoney(high)}, ${percentText(confidence)} sure)`;
}

function stepText({ from, to, estimate }: JudgedStep, confidence: number): string {
  return `${level(from)} to ${level(to)}: ${signedMoney(estimate.value!)}${range(estimate, confidence)}`;
}

const isShownStep = ({ verdict }: JudgedStep): boolean => verdict === 'rise' || verdict === 'fall';

/** What all orders together say, patients of all kinds: an association, never an effect. */
function overall({ naive }: SamePatients, confidence: number): string {
  const { value, p } = naive.estimate;
  if (value === null) return '';
  const isShown = p !== null && p < 1 - confidence;
  if (!isShown) return `Over all orders nothing is to be seen (${signedMoney(value)} a point).`;
  return `Orders at a higher discount are ${value > 0 ? 'larger' : 'smaller'} (${signedMoney(value)} a point), which may be the patients.`;
}

/** Where all orders together say something else than the same patients do: that they differ, not why. */
function otherwise({ naive, slopes }: SamePatients): string {
  const { low, high } = slopes[0]!.estimate;
  const { value } = naive.estimate;
  if (value === null || low === null || high === null || (value >= low && value <= high)) return '';
  return ` All orders together say ${signedMoney(value)}.`;
}

/** The steps that a sentence has room for. */
function largest(steps: readonly JudgedStep[]): readonly JudgedStep[] {
  const size = ({ estimate }: JudgedStep): number => Math.abs(estimate.value!);
  return steps.length < 3 ? steps : [...steps].sort((a, b) => size(b) - size(a)).slice(0, 2);
}

function smallest({ visibleStep }: Judged): string {
  return visibleStep === null ? '' : ` A step below about ${decimals(visibleStep, 0)} could hardly have been seen.`;
}

/** The answer, its verdict and where it points: the steps first, then the line. */
function headline(
  same: SamePatients,
  judged: Judged,
  confidence: number,
): Pick<Finding, 'verdict' | 'direction' | 'text'> {
  const line = same.slopes[0]!.estimate;
  const steps = judged.steps.filter(isShownStep);
  const value = line.value!;
  const points = value > 0 ? 'up' : 'down';
  const perPoint = `${signedMoney(value)} a percentage point${range(line, confidence)}`;
  const steep = largest(steps)
    .map((step) => stepText(step, confidence))
    .join('; ');
  if (judged.isMixed)
    return {
      verdict: 'shown',
      direction: 'mixed',
      text: `The discount differs between patients, with no common direction: about ${wholePercent(judged.against)} of patients go against the average of ${perPoint}.`,
    };
  if (judged.isLineShown) {
    const isOpposed = steps.some(({ verdict }) => (verdict === 'rise') !== value > 0);
    const also = steps.length === 0 ? '' : ` ${steps.length === 1 ? 'One step stands' : 'Steps stand'} out: ${steep}.`;
    return {
      verdict: 'shown',
      direction: isOpposed ? 'mixed' : points,
      text: `At a higher discount the same patients order ${value > 0 ? 'more' : 'less'}: ${perPoint}.${also}${otherwise(same)}`,
    };
  }
  if (steps.length > 0) {
    const kinds = new Set(steps.map(({ verdict }) => verdict));
    const direction = kinds.size > 1 ? 'mixed' : kinds.has('rise') ? 'up' : 'down';
    return {
      verdict: 'shown',
      direction,
      text: `What the same patients order changes at ${steps.length === 1 ? 'one step' : 'some steps'} of the discount, ${steep}; a straight line does not describe it.`,
    };
  }
  if (judged.isRuledOut)
    return {
      verdict: 'ruled-out',
      direction: 'none',
      text: `The discount makes next to no difference to what the same patients order: more than ${decimals(Math.max(Math.abs(line.low ?? 0), Math.abs(line.high ?? 0)), 2)} a percentage point, up or down, is ruled out.`,
    };
  const isDivided = same.heterogeneity.deviation > Math.abs(value);
  const doubtful = isDivided
    ? 'no common direction can be told'
    : 'too uncertain to say whether the discount makes the difference';
  return {
    verdict: 'cannot-tell',
    direction: isDivided ? 'mixed' : points,
    text: `${overall(same, confidence)} Compared with themselves at another discount, patients order ${perPoint} more: ${doubtful}.${smallest(judged)}`.trim(),
  };
}

/** How many of the orders have a discount that the log does not know, where that is more than a tenth and may be told. */
function unknownText({ shown, orders }: Findings): string {
  const unknown = shown.levels.find(({ sums, hidden }) => sums.kind === 'unknown' && !hidden);
  if (unknown === undefined || orders === null || orders === 0) return '';
  const share = Number(unknown.sums.power.n) / orders;
  return share <= A_TENTH
    ? ''
    : ` The discount of ${wholePercent(share)} of the orders is not known; they are not in this.`;
}

function relationOf(findings: Findings): Finding {
  const { same, judged, shown, options } = findings;
  if (shown.levels.length === 0)
    return noAnswer(
      'relation',
      'There is no counted order: nothing can be said about the discount.',
      'no counted order',
    );
  const line = same?.slopes[0]?.estimate;
  if (same === null || judged === null || line === undefined || line.value === null) {
    const reason = 'too few patients have orders at two discounts';
    const over = same === null ? '' : `${overall(same, options.confidence)} `;
    const text = `${over}Whether the discount or the patient makes the difference cannot be told: ${reason}.${unknownText(findings)}`;
    return noAnswer('relation', text, reason);
  }
  const { text, ...told } = headline(same, judged, options.confidence);
  return {
    id: 'relation',
    ...told,
    size: line.value,
    low: line.low,
    high: line.high,
    unit: 'money',
    text: text + unknownText(findings),
  };
}

function stepFindings({ judged, options }: Findings): Finding[] {
  return (judged?.steps ?? []).filter(isShownStep).map((step) => {
    const { value, low, high } = step.estimate;
    return {
      id: 'steps',
      verdict: 'shown',
      direction: step.verdict === 'rise' ? 'up' : 'down',
      ...{ size: value, low, high, unit: 'money' as const },
      text: `From ${stepText(step, options.confidence)} between orders of the same patients.`,
      about: { from: Number(step.from) / 100, to: Number(step.to) / 100 },
    };
  });
}

function withinFinding({ same, judged, options }: Findings): Finding[] {
  const line = same?.slopes[0]?.estimate;
  if (judged === null || line === undefined || line.value === null) return [];
  const verdict = judged.isLineShown && !judged.isMixed ? 'shown' : judged.isRuledOut ? 'ruled-out' : 'cannot-tell';
  const direction = judged.isRuledOut ? 'none' : judged.isMixed ? 'mixed' : line.value > 0 ? 'up' : 'down';
  const { value: size, low, high } = line;
  const text = `The same patients, months taken out: ${signedMoney(size)} a percentage point${range(line, options.confidence)}.`;
  return [{ id: 'within-patient', verdict, direction, size, low, high, unit: 'money', text }];
}

/** The patient with most orders, where that is a tenth or more; outsiders are told no figure. */
function onePatient({ same, options }: Findings): Finding[] {
  if (same === null || same.largest.share < A_TENTH) return [];
  const { share, shareOfAll } = same.largest;
  const [within, naive] = [same.slopes[0]!.withoutLargest, same.naive.withoutLargest];
  const open = options.small.profile !== 'external';
  const all = same.naive.estimate.value;
  const compared = [
    ...(naive === null || all === null
      ? []
      : [`all orders together say ${signedMoney(naive)} a point, not ${signedMoney(all)}`]),
    ...(within === null || same.slopes[0]!.estimate.value === null
      ? []
      : [`the same patients ${signedMoney(within)}, not ${signedMoney(same.slopes[0]!.estimate.value!)}`]),
  ];
  const text = open
    ? `One patient makes ${wholePercent(share)} of these orders (${wholePercent(shareOfAll)} of all that count)${compared.length === 0 ? '' : `; without them ${listing(compared)}`}.`
    : 'One patient makes more than a tenth of these orders.';
  return [
    {
      id: 'one-patient',
      verdict: 'shown',
      direction: 'none',
      size: open ? Number(decimals(shareOfAll, 2)) : null,
      ...{ low: null, high: null, unit: 'share', text },
    },
  ];
}

const DOUBT = 'A discount that is changed because a patient buys more or less would look the same.';

function nextOf({ judged }: Findings): string {
  if (judged?.steps.some(isShownStep))
    return 'Look at the step in the table of jumps, and whether more revenue a month comes with it (discount-sweet-spot).';
  return 'To learn more, change the discounts of some patients on purpose; discount-sweet-spot shows what changes were followed by.';
}

/** What the report says: the answer, each step that is shown, and who stands behind it. */
export function tell(findings: Findings): Told {
  const one = onePatient(findings);
  return {
    findings: [relationOf(findings), ...stepFindings(findings), ...withinFinding(findings), ...one],
    doubt: one.length === 0 ? DOUBT : `${one[0]!.text} ${DOUBT}`,
    next: nextOf(findings),
    more: furtherLines(findings),
  };
}
