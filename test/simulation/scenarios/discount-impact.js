import { random, relationOf } from '../shop.js';

const LEVELS = [0, 4, 5, 7.5, 10, 12, 15];
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const YEAR = 365;

const levelAt = (place) => LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.round(place)))];

/** Lognormal with mean 0 and deviation 1: orders are skewed. */
const chance = (normal) =>
  (Math.exp(0.6 * normal()) - Math.exp(0.18)) / (Math.exp(0.18) * Math.sqrt(Math.exp(0.36) - 1));

/**
 * `patients` (300) with 4 to 12 orders within a year, worth 150 on average: patients differ by 40, orders by 45 (standard deviations). Each patient's
 * discount changes before a share `change` (0.25) of the orders, around what the patient is given: `confounded`: patients whose orders are worth more
 * anyhow are given more. `effect(level, patient)`: money that a level adds; `prices`: their growth over the year; `rising`: by how many levels
 * discounts rise over it; `mix`: what orders are worth more from the seventh month on; `large`: further patients with so many `orders`, at one
 * `level` where it is given. Rows: patient, level, amount, instant.
 */
function ordersOf(shop, seed) {
  const { uniform, normal } = random(seed);
  const orders = [];
  const add = (patient, count, own, fixed) => {
    const given = 3 + (shop.confounded ? own / 30 : normal()) + 0.8 * normal();
    let level = fixed ?? levelAt(given);
    const days = Array.from({ length: count }, () => uniform() * YEAR).sort((a, b) => a - b);
    for (const day of days) {
      if (fixed === undefined && uniform() < (shop.change ?? 0.25))
        level = levelAt(given + 1.2 * normal() + (shop.rising ?? 0) * (day / YEAR - 0.5));
      const worth = 150 + own + (shop.effect?.(level, patient) ?? 0) + 45 * chance(normal) + (day > 181 ? (shop.mix ?? 0) : 0);
      const amount = Math.max(5, worth * (1 + ((shop.prices ?? 0) * day) / YEAR));
      orders.push([patient, level, Math.round(amount * 100) / 100, START + Math.floor(day * DAY)]);
    }
  };
  const patients = shop.patients ?? 300;
  for (let patient = 1; patient <= patients; patient++) add(patient, 4 + Math.floor(9 * uniform()), 40 * normal());
  for (const [i, { orders: count, level }] of (shop.large ?? []).entries())
    add(patients + 1 + i, count, 40 * normal(), level);
  return orders;
}

const COLUMNS = {
  ...{ ORDER_ID: 'BIGINT', PATIENT_ID: 'BIGINT', PRACTITIONER_ID: 'BIGINT', DISCOUNT: 'DECIMAL(5,2)', DISCOUNT_BASIS: 'VARCHAR' },
  ...{ AMOUNT_TOTAL: 'DECIMAL(18,2)', AMOUNT_SUBTOTAL: 'DECIMAL(18,2)', STATUS: 'VARCHAR', EVENT_TS: 'BIGINT' },
};

const scenario = (name, shop, rule) => ({
  name,
  report: 'discount-impact',
  make: (seed) => {
    const rows = ordersOf(shop, seed).map(([patient, level, amount, at], i) => [
      ...[i + 1, patient, 1 + (patient % 20), -level, 'proven', amount, amount, 'paid', at],
    ]);
    return {
      relations: { ORDERS_WITH_DISCOUNT: relationOf(COLUMNS, rows) },
      firstEvent: START,
      lastEvent: START + YEAR * DAY - 1,
    };
  },
  ...rule,
});

const shown = (findings, ...ids) => findings.some(({ id, verdict }) => ids.includes(id) && verdict === 'shown');

const NO_EFFECT = {
  counts: 'an effect is claimed, or a step shown',
  isHit: (findings) => shown(findings, 'relation', 'within-patient', 'steps'),
  atMost: 0.08,
};
const DENIED = {
  counts: 'the effect is denied',
  isHit: (findings) => findings.some(({ verdict, direction }) => verdict === 'ruled-out' || (verdict === 'shown' && direction === 'down')),
  atMost: 0,
};
const SHOWN = {
  counts: 'the effect is shown',
  isHit: ([first]) => first.verdict === 'shown' && first.direction === 'up',
  atLeast: 0.8,
};

const perPoint = (effect) => (level) => effect * level;
const opposed = (level, patient) => (patient % 2 === 0 ? 4 : -4) * level;
const hump = (level) => (level === 7.5 || level === 10 ? 40 : 0);
const large = (...levels) => ({ large: levels.map((level) => ({ orders: 500, level })) });

export default [
  scenario('nothing', {}, NO_EFFECT),
  scenario('nothing, one patient with 1,155 orders at one level', { large: [{ orders: 1155, level: 15 }] }, NO_EFFECT),
  scenario('nothing, one patient with 1,200 orders', { large: [{ orders: 1200 }] }, NO_EFFECT),
  scenario('nothing, four patients with 500', large(undefined, undefined, undefined, undefined), NO_EFFECT),
  scenario('nothing, four patients with 500 at one level each', large(0, 5, 10, 15), NO_EFFECT),
  scenario('nothing, prices rise by a fifth as discounts rise', { prices: 0.2, rising: 4 }, NO_EFFECT),
  scenario('nothing, another mix as discounts rise', { mix: 40, rising: 4 }, NO_EFFECT),
  scenario('nothing, discounts to big buyers', { confounded: true }, NO_EFFECT),
  scenario('nothing, discounts to big buyers, prices rise', { confounded: true, prices: 0.2, rising: 4 }, NO_EFFECT),
  scenario('+1.5 a point to big buyers, seldom changed', { confounded: true, effect: perPoint(1.5), change: 0.05 }, DENIED),
  scenario('+3 a point to big buyers, seldom changed', { confounded: true, effect: perPoint(3), change: 0.02 }, DENIED),
  scenario('+1.5 a point, 500 orders a level', { confounded: true, effect: perPoint(1.5), change: 0.4, patients: 440 }, SHOWN),
  scenario('+3 a point, 500 orders a level', { confounded: true, effect: perPoint(3), change: 0.4, patients: 440 }, SHOWN),
  scenario('half of the patients +4, half -4', { confounded: true, effect: opposed }, {
    counts: 'mixed, with no common direction',
    isHit: ([first]) => first.direction === 'mixed' && /no common direction/.test(first.text),
    atLeast: 0.8,
  }),
  scenario('half of the patients +4, half -4, denied', { confounded: true, effect: opposed }, {
    ...DENIED,
    isHit: (findings) => findings.some(({ verdict }) => verdict === 'ruled-out'),
  }),
  scenario('a hump at 7.5 and 10', { effect: hump }, {
    counts: 'the shape is shown',
    isHit: (findings) => findings[0].verdict === 'shown' && shown(findings, 'steps'),
    atLeast: 0.8,
  }),
  scenario('a hump at 7.5 and 10, not shown first', { effect: hump }, { ...DENIED, isHit: ([first]) => first.verdict !== 'shown', atMost: 0.01 }),
];
