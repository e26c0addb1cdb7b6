import { dailyOrders, wave } from '../shop.js';

/** A shop of so many days from a day on. */
function scenario(name, { start, days, rate }, factor, bound, isHit = ([{ verdict }]) => verdict === 'shown') {
  return {
    name,
    report: 'sales-trend',
    make(seed) {
      const made = dailyOrders({ seed, start, days, rate, factor });
      return { ...made, relations: { ORDERS_WITH_DISCOUNT: { sql: made.sql, columns: [] } } };
    },
    counts: bound.atMost === undefined ? 'a rise shown' : 'a trend shown',
    isHit,
    ...bound,
  };
}

const SPRING = { start: '2026-04-01', days: 275 };
const FALSE = { atMost: 0.1 };
const rises = ([{ verdict, direction }]) => verdict === 'shown' && direction === 'up';
/** Least in the first days of the series, most in December. */
const towardsChristmas = (size, { at }) => 1 - size * Math.cos((2 * Math.PI * (at / 86_400_000 - 20_620)) / 365.2425);

/** Seasons and nothing make no trend; growth does. */
export default [
  scenario('nothing, twelve months', { start: '2026-01-01', days: 365 }, () => 1, FALSE),
  scenario('a season of 20 %, April to December', SPRING, (_, day) => wave(0.2, day), FALSE),
  scenario('a season of 20 % that rises, April to December', SPRING, (_, day) => towardsChristmas(0.2, day), FALSE),
  scenario('a season of 20 %, 18 months', { start: '2025-04-01', days: 550 }, (_, day) => wave(0.2, day), FALSE),
  scenario('growth of 2 % a month, 24 months', { start: '2025-01-01', days: 730 }, (t) => 1.02 ** (t / 30.4), { atLeast: 0.95 }, rises),
];
