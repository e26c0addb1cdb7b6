import { dailyOrders, dayOf, wave } from '../shop.js';

const START = '2025-02-03';

/** A shop that changes its site after `before` days and goes on for `after` days. */
function scenario(name, { before, after, rate, spread }, factor, bound, isHit) {
  return {
    name,
    report: 'site-change',
    parameters: { 'change-at': dayOf(START, before) },
    make(seed) {
      const made = dailyOrders({ seed, start: START, days: before + after, rate, spread, factor: (t, day) => factor(t - before, day) });
      return { ...made, relations: { ORDERS_PLACED: { sql: made.sql, columns: [] } } };
    },
    counts: bound.atMost === undefined ? 'a rise shown' : 'a change shown',
    isHit: isHit ?? (([{ verdict }]) => verdict === 'shown'),
    ...bound,
  };
}

const SHORT = { before: 120, after: 60 };
const HALF = { before: 180, after: 60 };
const LONG = { before: 365, after: 180 };
const FALSE = { atMost: 0.1 };
const rose = ([{ verdict, direction }]) => verdict === 'shown' && direction === 'up';

/** What nothing, seasons, growth, promotions and closed days do to a change that did nothing; and one that did. */
export default [
  scenario('nothing', LONG, () => 1, FALSE),
  scenario('nothing, three orders a day', { ...SHORT, rate: 3 }, () => 1, FALSE),
  scenario('a season of 15 %, 180 and 60 days', HALF, (_, day) => wave(0.15, day), FALSE),
  scenario('a season of 15 %, 365 and 60 days', { before: 365, after: 60 }, (_, day) => wave(0.15, day), FALSE),
  scenario('a season of 15 %, 365 and 180 days', LONG, (_, day) => wave(0.15, day), FALSE),
  scenario('growth of half a per cent a day', SHORT, (t) => Math.exp(0.005 * t), FALSE),
  scenario('growth of 40 % a year', LONG, (t) => Math.exp((0.34 * t) / 365), FALSE),
  scenario('two promotion weeks just before', SHORT, (t) => (t >= -14 && t < 0 ? 1.4 : 1), FALSE),
  scenario('two promotion weeks just before, long', LONG, (t) => (t >= -14 && t < 0 ? 1.5 : 1), FALSE),
  scenario('a price step 60 days before', SHORT, (t) => (t < -60 ? 0.87 : 1), FALSE),
  scenario('closed for ten days after it', SHORT, (t) => (t >= 15 && t < 25 ? 0 : 1), FALSE),
  scenario('+20 %, twelve orders a day', LONG, (t) => (t >= 0 ? 1.2 : 1), { atLeast: 0.75 }, rose),
];
