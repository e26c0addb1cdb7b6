import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventShare, kaplanMeier } from '../../../src/statistics/kaplan-meier.js';
import { logRank } from '../../../src/statistics/log-rank.js';
import { type SurvivalCounts, survivalCountsSql } from '../../../src/statistics/survival-counts.js';
import { query, rowsSql } from './engine.js';
import { CONFIDENCE, type Dictionary, runVectors } from './vectors.js';

/** The counts of the shipped SQL. */
async function countsOf(followed: readonly { day: number; event: boolean }[]): Promise<SurvivalCounts[]> {
  const columns = { group: 'VARCHAR', day: 'INTEGER', event: 'BOOLEAN' };
  const rows = followed.map(({ day, event }) => ["'all'", String(day), String(event)]);
  const counts = await query(survivalCountsSql(rowsSql(columns, rows)));
  return counts.map(({ day, at_risk, events, censored }) => ({
    day: Number(day),
    atRisk: Number(at_risk),
    events: Number(events),
    censored: Number(censored),
  }));
}

async function timeToSecond({ input, expected }: Dictionary) {
  const { days, event } = input as unknown as { days: readonly number[]; event: readonly boolean[] };
  const curve = kaplanMeier(await countsOf(days.map((day, i) => ({ day, event: event[i]! }))), CONFIDENCE);
  const asked = (expected as unknown as { at: readonly { day: number }[] }).at;
  return {
    steps: curve.steps
      .filter(({ events }) => events > 0)
      .map((step) => ({ ...step, at_risk: step.atRisk, ci_low: step.low, ci_high: step.high })),
    at: asked.map(({ day }) => {
      const at = eventShare(curve, day)!;
      const limits = { ci_low: at.low, ci_high: at.high };
      return { day, repeat_share: at.share, ...limits, beyond_follow_up: at.beyondFollowUp };
    }),
    median_days: curve.medianDays,
  };
}

runVectors('kaplan-meier', timeToSecond);

/** Days of follow-up, one per patient; with a plus where it ended without the event. */
const follow = (text: string) =>
  text.split(' ').map((day) => ({ day: Number.parseInt(day, 10), event: !day.endsWith('+') }));

describe('survival', () => {
  test('counts somebody censored on a day as at risk on it, and a curve that reaches one half has its median there', async () => {
    const counts = await countsOf(follow('1 2+ 2 3'));
    expect(counts).toEqual([
      { day: 1, atRisk: 4, events: 1, censored: 0 },
      { day: 2, atRisk: 3, events: 1, censored: 1 },
      { day: 3, atRisk: 1, events: 1, censored: 0 },
    ]);
    const curve = kaplanMeier(counts, CONFIDENCE);
    expect(curve.steps.map(({ survival }) => survival)).toEqual([0.75, 0.5, 0]);
    expect(curve.medianDays).toBe(2);
  });

  test('of nobody is nothing, and before the first event it is whole', async () => {
    expect(await countsOf([])).toEqual([]);
    expect(kaplanMeier([], CONFIDENCE)).toEqual({ steps: [], medianDays: null });
    expect(eventShare(kaplanMeier([], CONFIDENCE), 30)).toBeNull();
    const curve = kaplanMeier(await countsOf(follow('40 50+')), CONFIDENCE);
    expect(eventShare(curve, 39)).toEqual({ share: 0, low: 0, high: 0, beyondFollowUp: false });
    expect(eventShare(curve, 51)).toMatchObject({ share: 0.5, beyondFollowUp: true });
  });

  test('without censoring is the share of those who have not had the event yet', () => {
    const days = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(days, (values) => {
        const distinct = [...new Set(values)].sort((a, b) => a - b);
        const counts = distinct.map((day) => ({
          day,
          atRisk: values.filter((value) => value >= day).length,
          events: values.filter((value) => value === day).length,
          censored: 0,
        }));
        for (const { day, survival, low, high } of kaplanMeier(counts, CONFIDENCE).steps) {
          expect(survival).toBe(values.filter((value) => value > day).length / values.length);
          expect(low <= survival && survival <= high).toBe(true);
        }
      }),
    );
  });
});

describe('log-rank test', () => {
  // Freireich and others 1963, weeks in remission: 6-MP against placebo.
  const TREATED = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+';
  const PLACEBO = '1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23';

  test('gives the published figures of the 6-MP trial', async () => {
    const made = logRank([await countsOf(follow(TREATED)), await countsOf(follow(PLACEBO))]);
    // Chi-square and expected numbers as R's survdiff prints them, and in Kleinbaum and Klein.
    expect(made.chiSquare).toBeCloseTo(16.793, 3);
    expect(made.expected[0]).toBeCloseTo(19.251, 3);
    expect(made.expected[1]).toBeCloseTo(10.749, 3);
    expect(made).toMatchObject({ df: 1 });
    expect(made.p).toBeCloseTo(4.17e-5, 7);
  });

  test('finds nothing between equal groups, in any number', async () => {
    const one = await countsOf(follow(TREATED));
    const made = logRank([one, one, one]);
    expect(made.df).toBe(2);
    expect(made.chiSquare).toBeCloseTo(0, 12);
    expect(made.p).toBeCloseTo(1, 12);
  });

  test('of one group, or beside one that was never at risk, cannot be made', async () => {
    const [one, late] = [await countsOf(follow('3 5 9+')), await countsOf(follow('1+ 2+'))];
    expect(logRank([one])).toMatchObject({ chiSquare: null, df: 0, p: null });
    expect(logRank([one, late])).toMatchObject({ chiSquare: null, df: 0, p: null });
  });
});
