import { normalQuantile, tQuantile } from '../../statistics/distributions.js';
import type { SeriesTerm } from '../../statistics/log-series.js';
import type { Interval } from '../../statistics/mean.js';
import { type AveragedEffect, averagedEffect } from '../../statistics/season-average.js';
import { type Day, dayNumber, type Measure, openDays, seriesOf } from '../daily.js';
import type { Options } from './options.js';

/** The same test on a day on which nothing was changed. */
export interface Placebo {
  readonly day: string;
  readonly relative: number;
  readonly p: number;
}

/** What a change did to a measure: shares of what was to be expected without it. */
export interface ChangeEffect extends Interval {
  readonly measure: Measure;
  readonly relative: number;
  readonly p: number;
  /** The smallest change that would be seen in four of five such comparisons. */
  readonly smallest: number;
  /** A day, in the unit of the measure. */
  readonly perDay: number;
  /** How likely a season is behind the series; 1 where it is shorter than a year. */
  readonly season: number;
  /** From the first day to the last. */
  readonly span: number;
  /** Open days that it rests on. */
  readonly before: number;
  readonly after: number;
  /** Days left out: closed, holidays, promotions. */
  readonly leftOut: number;
  /**
   * Does it stand when the last two, or the last four, weeks before the change are left out (a promotion lifts what is expected)?
   * Null where nothing is beyond chance anyway.
   */
  readonly stands: boolean | null;
  /** Of the measure asked for only. */
  readonly placebos: readonly Placebo[];
  /** By open day: what the model says, and what it expects without the change. */
  readonly line: readonly { readonly day: string; readonly model: number; readonly expected: number }[];
}

/** Weeks just before the change without which it must stand. */
const WITHOUT_WEEKS = [2, 4];
/** p that is asked for then: half of it in each direction. */
const STILL = 0.3;
/** Days before it from which on weeks may be left out. */
const ENOUGH_BEFORE = 84;
/** A change that four of five times is seen. */
const POWER = 0.8;
/** With a larger error on the log scale a change by any factor would fit: there is no answer. */
const LARGEST_ERROR = 1.5;
/** At the start of a log everybody is new: so many days of it tell nothing about new patients. */
const START = 90;

interface Window {
  readonly open: readonly Day[];
  readonly change: string;
  readonly measure: Measure;
  readonly lasting: readonly string[];
  readonly confidence: number;
}

/** Steps of other lasting events, as far as both sides of each are among the days. */
function steps(days: readonly Day[], lasting: readonly string[]): SeriesTerm[] {
  return [...new Set(lasting)].flatMap((from) => {
    const values = days.map(({ day }) => (day >= from ? 1 : 0));
    return values[0] === 1 || values.at(-1) !== 1 ? [] : [{ name: `event-${from}`, values, prior: null }];
  });
}

interface Fitted {
  readonly effect: AveragedEffect;
  readonly days: readonly Day[];
  readonly terms: readonly SeriesTerm[];
}

function fitLevel({ open, change, measure, lasting, confidence }: Window): Fitted | null {
  const series = seriesOf(open, measure);
  const { days } = series;
  if (days.length === 0 || !days.some(({ day }) => day < change) || days.at(-1)!.day < change) return null;
  const level = { name: 'level', values: days.map(({ day }) => (day >= change ? 1 : 0)), prior: null };
  const terms = [...series.terms, ...steps(days, lasting), level];
  const span = dayNumber(days.at(-1)!.day) - dayNumber(days[0]!.day) + 1;
  const effect = averagedEffect({ ...series, terms }, 'level', span, confidence);
  return effect === null || effect.p === null || effect.error > LARGEST_ERROR ? null : { effect, days, terms };
}

/** Days at a quarter, the half and three quarters of the time before the change, where nothing is known to have changed. */
function placebosOf(window: Window): Placebo[] {
  const before = window.open.filter(({ day }) => day < window.change);
  return [1, 2, 3].flatMap((quarter) => {
    const day = before[Math.floor((before.length * quarter) / 4)]?.day;
    const made = day === undefined ? null : fitLevel({ ...window, open: before, change: day });
    return made === null ? [] : [{ day: day!, relative: Math.exp(made.effect.value) - 1, p: made.effect.p! }];
  });
}

function standsWithout(window: Window, effect: AveragedEffect): boolean {
  const before = window.open.filter(({ day }) => day < window.change).length;
  return WITHOUT_WEEKS.every((weeks) => {
    if (before < ENOUGH_BEFORE) return true;
    const from = dayNumber(window.change) - 7 * weeks;
    const open = window.open.filter(({ day }) => day >= window.change || dayNumber(day) < from);
    const again = fitLevel({ ...window, open })?.effect;
    return again != null && again.value * effect.value > 0 && again.p! < STILL;
  });
}

function lineOf({ effect, days, terms }: Fitted): ChangeEffect['line'] {
  const level = effect.fit.coefficients[terms.findIndex(({ name }) => name === 'level')]!;
  const at = terms.at(-1)!.values;
  return days.map(({ day }, t) => {
    const expected = effect.fit.means[t]! * Math.exp(-level * at[t]!);
    return { day, model: effect.fit.means[t]!, expected };
  });
}

function effectOn(window: Window, leftOut: number, asked: boolean): ChangeEffect[] {
  const fitted = fitLevel(window);
  if (fitted === null) return [];
  const { effect, days } = fitted;
  const line = lineOf(fitted);
  const after = line.filter(({ day }) => day >= window.change);
  const share = (log: number): number => Math.exp(log) - 1;
  const relative = share(effect.value);
  const reach = tQuantile((1 + window.confidence) / 2, effect.df) + normalQuantile(POWER);
  return [
    {
      ...{ measure: window.measure, relative, p: effect.p!, low: share(effect.low!), high: share(effect.high!) },
      smallest: share(reach * effect.error),
      perDay: (relative * after.reduce((sum, { expected }) => sum + expected, 0)) / after.length,
      season: effect.season,
      span: dayNumber(days.at(-1)!.day) - dayNumber(days[0]!.day) + 1,
      before: days.length - after.length,
      ...{ after: after.length, leftOut },
      stands: effect.p! < 1 - window.confidence ? standsWithout(window, effect) : null,
      placebos: asked ? placebosOf(window) : [],
      line,
    },
  ];
}

/**
 * What the change did to every measure, the one asked for first: a step on the log scale beside trend, weekdays, a yearly wave and other lasting
 * events, on days that the shop was open and nothing else was going on. A measure that cannot be fitted is left out.
 */
export function changeEffects(days: readonly Day[], change: string, options: Options): readonly ChangeEffect[] {
  const { events, holidays, confidence, measure } = options;
  const isGoing = ({ day }: Day): boolean => events.some(({ from, to }) => to !== null && day >= from && day <= to);
  const open = openDays(days, holidays).filter((day) => !isGoing(day));
  const lasting = events.flatMap(({ from, to }) => (to === null && from !== change ? [from] : []));
  const measures: readonly Measure[] = ['net_revenue', 'orders', 'aov', 'new_patients'];
  return [measure, ...measures.filter((one) => one !== measure)].flatMap((one) => {
    const early = one === 'new_patients' && open.filter(({ day }) => day < change).length > 2 * START;
    const used = early ? open.slice(START) : open;
    const window = { open: used, change, measure: one, lasting, confidence };
    return effectOn(window, days.length - open.length, one === measure);
  });
}
