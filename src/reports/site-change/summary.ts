import { MEASURES, type Measure } from '../daily.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { changeText, counted, listing, percentText, shareText, signedAmount } from '../words.js';
import type { Analysis, NotAnalysed } from './analyse.js';
import type { Options } from './options.js';
import type { Judged } from './verdict.js';
import { warningsOf } from './warnings.js';

/** All that sentences are made of. */
export interface Facts {
  readonly options: Options;
  readonly analyses: readonly Analysis[];
  readonly judged: readonly Judged[];
  readonly failed: readonly NotAnalysed[];
  readonly hiddenCells: number;
}

const NAMES: Readonly<Record<Measure, string>> = {
  net_revenue: 'revenue',
  orders: 'the number of orders',
  aov: 'the average order',
  new_patients: 'the number of new patients',
};

/** Less than a year: nothing can tell a season from a change. */
const YEAR = 365;

function textOf({ change, effect, verdict, elsewhere, shaky }: Judged, currency: string | null): string {
  const { measure, relative, low, high, smallest, perDay } = effect;
  const what = `Since ${change} ${NAMES[measure]}`;
  const range = `anything from ${changeText(low!)} to ${changeText(high!)} fits`;
  const amount =
    MEASURES[measure].unit === 'money' && measure !== 'aov' ? `, about ${signedAmount(perDay, currency)} a day` : '';
  const direction = relative > 0 ? 'higher' : 'lower';
  const against = `${what} is ${shareText(Math.abs(relative))} ${direction} than expected without the change`;
  if (verdict === 'shown') return `${against}${amount} (${range}): more than chance explains.`;
  if (verdict === 'ruled-out') {
    const most = Math.max(Math.abs(low!), Math.abs(high!));
    return `${what} is as expected without the change: a rise or fall of more than ${shareText(most)} is ruled out.`;
  }
  const why =
    elsewhere.length > 0
      ? `days on which nothing was changed (${listing(elsewhere)}) look as different`
      : shaky
        ? 'it goes away without the last weeks before the change, in which something else may have been going on'
        : `that can be chance; with these days a change below ${shareText(smallest)} cannot be seen`;
  return `${against} (${range}), but ${why}.`;
}

function findingOf(one: Judged, currency: string | null): Finding {
  const { change, effect, asked, verdict } = one;
  const { relative, low, high, smallest, measure, pHolm } = { ...effect, pHolm: one.pHolm };
  const shown = verdict === 'shown';
  return {
    id: asked ? 'change' : `change-${measure.replaceAll('_', '-')}`,
    verdict,
    direction: !shown ? 'none' : relative > 0 ? 'up' : 'down',
    ...{ size: relative, low, high, unit: 'share', text: textOf(one, currency) },
    about: { change, measure, smallest, p: pHolm },
  };
}

function doubtOf({ judged, options }: Facts): string {
  const first = judged[0]?.effect;
  if (first === undefined) return 'Without enough whole days on both sides, nearly anything could be true.';
  const { leftOut, span, season } = first;
  const out =
    leftOut === 0
      ? ''
      : ` ${counted(leftOut, 'day')} (closed, holidays, promotions) ${leftOut === 1 ? 'is' : 'are'} left out.`;
  const said =
    options.events.length === 0 ? ' Promotions that are not named (--other-events FILE) are taken for the change.' : '';
  if (span < YEAR)
    return `There is less than a year of days: seasons cannot be told apart from the change, so a swing of 25 % over the year is allowed for.${out}${said}`;
  return `${season > 0.5 ? 'A season is taken out' : 'A season was looked for and is unlikely'}; whatever else happened on that day is in the number.${out}${said}`;
}

const NEXT =
  'Next, look at the picture: does the line break at the change, or somewhere else; the table of checks has the same test on days without a change.';

/** What the report says, the answer first. */
export function tell(facts: Facts): Told {
  const { options, analyses, judged, failed, hiddenCells } = facts;
  const asked = judged.filter((one) => one.asked).map((one) => findingOf(one, options.currency));
  const others = judged.filter((one) => !one.asked).map((one) => findingOf(one, options.currency));
  const none = [
    ...failed,
    ...analyses.flatMap(({ change, effects }) =>
      effects.length > 0 ? [] : [{ change, why: 'the days do not vary around the model, or other events hide it' }],
    ),
  ].map(
    ({ change, why }): Finding => ({
      ...noAnswer('change', `What the change of ${change} did cannot be said: ${why}.`, why),
      about: { change },
    }),
  );
  const [headline, ...rest] = [...asked, ...none, ...others];
  return {
    findings: [headline!, ...rest],
    doubt: doubtOf(facts),
    next: NEXT,
    more: [
      ...analyses.flatMap((one) => {
        const warnings = warningsOf(one, options);
        return warnings.length === 0 ? [] : [`${one.change}, with caution: ${listing(warnings)}.`];
      }),
      ...(hiddenCells === 0
        ? []
        : [
            `Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}; the model uses those days.`,
          ]),
    ],
  };
}

/** Definitions and warnings. */
export function notesOf({ small, control, statuses, amount, confidence }: Options, zone: string): string[] {
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(statuses)}. Amount: ${amount}. Days are those of the calendar in ${zone}; only complete days are used.`,
    `Headline: the series on the log scale (quasi-likelihood, so that days without an order need no repair): a step at the change beside a steady growth in per cent, weekdays, a yearly wave (from two years on also a half-yearly one) and other lasting events; neighbouring days may go together (first order). The wave is drawn to 0 with a standard deviation of 25 %; from a year on, models with and without it are averaged. Intervals are ${percentText(confidence)}.`,
    'Left out: days without an order where many are usual (closed), --holidays, and the days of promotions of --other-events. New patients are counted from the 91st day of the log on, where it is long enough: before, everybody is new.',
    'A change is shown where it is beyond chance, stays without the last two and four weeks before it, and no day without a change (quarters of the time before) looks as different. The measure asked for is corrected for several changes, the others for each other (Holm). Ruled out is more than the interval holds, where that is within 10 %.',
    'The table methods has models on the raw scale, y = b0 + b1*t + b2*post + b3*(t - t0)*post + day of week: ar1 (Prais-Winsten), newey-west (lag 7, finds too much on short series), before-after (Welch t of daily means). They take a season for an effect.',
    'Each change is analysed alone, on the days between the change before it and the change after it.',
    ...(control === null
      ? []
      : [
          `Control: orders with ${control.kind} ${control.value}; they are taken out of the series. difference-in-differences holds only if both went in parallel before the change.`,
        ]),
    ...(small.profile === 'off'
      ? []
      : [
          `Days of 1 to ${small.k - 1} patients are hidden (*) in the table and the chart, and the next smallest where a sum of days, weeks or months would give them away, in whatever table.`,
        ]),
  ];
}
