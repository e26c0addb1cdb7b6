import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText, pText, signedMoney } from '../words.js';
import type { Analysis, NotAnalysed } from './analyse.js';
import type { Options } from './options.js';
import { MEASURES } from './tables.js';
import { warningsOf } from './warnings.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly analyses: readonly Analysis[];
  readonly failed: readonly NotAnalysed[];
  readonly hiddenCells: number;
}

/**
 * The p that an effect is asked for. The test is made at the day of the change and at the placebo days, of which any may look like
 * an effect (Bonferroni); and with an estimated phi it finds something in 4 to 8 % of series without an effect instead of 5.
 */
function askedFor({ placebos }: Pick<Analysis, 'placebos'>, { confidence }: Pick<Options, 'confidence'>): number {
  return (1 - confidence) / (1 + placebos.length);
}

function headline(analysis: Analysis, options: Options): string {
  const { change, results, placebos } = analysis;
  const { words } = MEASURES[options.measure];
  const one = results.find(({ method }) => method === 'ar1');
  if (one === undefined || one.p === null)
    return `${change}: nothing can be tested, because the days do not vary around the model.`;
  const relative = one.relative === null ? '' : `, ${one.relative > 0 ? '+' : ''}${decimals(one.relative * 100, 1)} %`;
  const interval = `${percentText(options.confidence)} of the total: ${signedMoney(one.low!)} to ${signedMoney(one.high!)}`;
  const effect = `${signedMoney(one.perDay)} a day${relative} (${interval}; p ${pText(one.p)})`;
  if (one.p >= 1 - options.confidence)
    return `${change}: no effect on ${words.toLowerCase()} can be told from chance: ${effect}.`;
  const asked = askedFor(analysis, options);
  if (one.p >= asked)
    return `${change}: no effect on ${words.toLowerCase()} can be told from chance: ${effect}; at ${placebos.length + 1} days tested, p below ${decimals(asked, 4)} is asked for.`;
  const equal = placebos.filter(({ p }) => p !== null && p <= one.p!).map(({ day }) => day);
  if (equal.length > 0)
    return `${change}: no effect on ${words.toLowerCase()} can be told from chance: ${effect}, but the same test finds as much where nothing was changed (${listing(equal)}).`;
  return `${change}: ${words.toLowerCase()} ${one.total > 0 ? 'rose' : 'fell'} against what was expected: ${effect}.`;
}

function comparison(analysis: Analysis, options: Options): string[] {
  const { change, results } = analysis;
  const shown = 1 - options.confidence;
  const asked = askedFor(analysis, options);
  const [ar1, plain] = (['ar1', 'before-after'] as const).map((name) => results.find(({ method }) => method === name));
  if (ar1?.p == null || plain?.p == null || ar1.p < asked === plain.p < shown) return [];
  return plain.p < shown
    ? [
        `${change}: a plain comparison of before and after says ${signedMoney(plain.perDay)} a day (p ${pText(plain.p)}): it takes trend and weekdays for an effect.`,
      ]
    : [
        `${change}: a plain comparison of before and after sees nothing (p ${pText(plain.p)}): trend and weekdays hide the effect from it.`,
      ];
}

/** The report in at most ten lines; the first ones answer its question. */
function summarise({ options, analyses, failed, hiddenCells }: Findings): string[] {
  const lines = [
    ...analyses.map((one) => headline(one, options)),
    ...failed.map(({ change, why }) => `${change}: not computed, ${why}.`),
    ...analyses.flatMap((one) => {
      const warnings = warningsOf(one, options);
      return warnings.length === 0 ? [] : [`${one.change}, with caution: ${listing(warnings)}.`];
    }),
    ...analyses.flatMap((one) => comparison(one, options)),
    ...(hiddenCells === 0
      ? []
      : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}; the model uses those days.`]),
  ];
  return lines.length <= 10
    ? lines
    : [...lines.slice(0, 9), `${lines.length - 9} more lines: every change stands in the tables.`];
}

const SPOKEN = {
  doubt: 'Whatever else happened on these days is in the numbers.',
  next: 'Look at the placebo days in the table of checks.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'change', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options }: Findings, timeZone: string, replayNotes: readonly string[]): string[] {
  const { small, control } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}. Days are those of the calendar in ${timeZone}; a day without orders is 0; only complete days are used.`,
    'Model: y = b0 + b1*t + b2*post + b3*(t - t0)*post + day of week. ar1 (the headline): Prais-Winsten; newey-west: least squares with Bartlett weights, lag 7, which finds too much on short series; before-after: Welch t of daily means, for comparison only.',
    'Each change is analysed alone, on the days between the change before it and the change after it. Effects are sums of b2 + b3*(t - t0) over the days from the change on.',
    ...(control === null
      ? []
      : [
          `Control: orders with ${control.kind} ${control.value}; they are taken out of the series. difference-in-differences holds only if both went in parallel before the change.`,
        ]),
    'Placebo days: the same test at quarters of the time before the change, where nothing was changed. An effect is told only where its p is smaller than theirs, and below 1 - confidence divided by the number of days tested.',
    ...(small.profile === 'off'
      ? []
      : [
          `Days of 1 to ${small.k - 1} patients are hidden (*) in the table and the chart, and the next smallest where a total would give them away.`,
        ]),
    ...replayNotes,
  ];
}
