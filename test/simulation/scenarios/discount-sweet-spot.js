import { random, relationOf } from '../shop.js';

const LEVELS = [0, 4, 5, 7.5, 10, 12, 15];
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const YEAR = 365;

/**
 * `patients` (400) over a year; each one's discount changes about every 80 days. A patient places about one order a month, worth 100; patients
 * differ in how often by a factor (standard deviation 0.5 of its logarithm). `confounded`: those who order more are given more. `effect(level)`:
 * the factor by which orders are more frequent at a level.
 */
function shopOf({ patients = 400, confounded = false, effect = () => 1 }, seed) {
  const { uniform, normal, poisson } = random(seed);
  const [changes, orders] = [[], []];
  for (let patient = 1; patient <= patients; patient++) {
    const own = 0.5 * normal();
    const centre = 3 + (confounded ? 3 * own : normal());
    for (let day = 0; day < YEAR; ) {
      const level = LEVELS[Math.min(6, Math.max(0, Math.round(centre + 1.3 * normal())))];
      const until = Math.min(YEAR, day + 30 + Math.floor(100 * uniform()));
      changes.push([patient, START + day * DAY, -level, 1 + (patient % 20), START]);
      for (let n = poisson(((until - day) / 30) * Math.exp(own) * effect(level)); n > 0; n--) {
        const at = START + Math.floor((day + (until - day) * uniform()) * DAY);
        const amount = Math.round(10_000 * Math.exp(0.5 * normal() - 0.125)) / 100;
        orders.push([orders.length + 1, patient, 1 + (patient % 20), -level, 'proven', amount, amount, 'paid', at]);
      }
      day = until;
    }
  }
  return { changes, orders };
}

const ID = 'BIGINT';
const ORDERS = {
  ...{ ORDER_ID: ID, PATIENT_ID: ID, PRACTITIONER_ID: ID, DISCOUNT: 'DECIMAL(5,2)', DISCOUNT_BASIS: 'VARCHAR' },
  ...{ AMOUNT_TOTAL: 'DECIMAL(18,2)', AMOUNT_SUBTOTAL: 'DECIMAL(18,2)', STATUS: 'VARCHAR', EVENT_TS: ID },
};
const CHANGES = { PATIENT_ID: ID, CHANGED_AT: ID, DISCOUNT: 'DECIMAL(5,2)', PRACTITIONER_ID: ID, REGISTERED_AT: ID };

const scenario = (name, shop, rule) => ({
  name,
  report: 'discount-sweet-spot',
  make: (seed) => {
    const { changes, orders } = shopOf(shop, seed);
    const held = orders.map(([order, , practitioner]) => [order, practitioner]);
    return {
      relations: {
        DISCOUNT_HISTORY: relationOf(CHANGES, changes),
        PATIENTS_LEFT: {
          sql: 'SELECT CAST(NULL AS BIGINT) AS "PATIENT_ID", CAST(NULL AS BIGINT) AS "LEFT_AT" WHERE false',
          columns: [],
        },
        ORDERS_WITH_DISCOUNT: relationOf(ORDERS, orders),
        ORDERS_HELD_EVER: relationOf({ ORDER_ID: ID, PRACTITIONER_ID: ID }, held),
      },
      firstEvent: START,
      lastEvent: START + YEAR * DAY - 1,
    };
  },
  ...rule,
});

const FALSE = {
  counts: 'a level called worse',
  isHit: ([{ id, about }]) => id === 'best-level' && (about?.worse ?? '') !== '',
  atMost: 0.08,
};
const LEFT_OUT = {
  counts: 'the true level called worse',
  isHit: ([{ about }]) => (about?.worse ?? '').split(', ').includes('10'),
  atMost: 0.1,
};
const peak = (level) => 1 + 0.4 * (1 - ((level - 10) / 10) ** 2);

export default [
  scenario('nothing', {}, FALSE),
  scenario('nothing, those who order more are given more', { confounded: true }, FALSE),
  scenario('a peak at 10 %', { effect: peak }, LEFT_OUT),
  scenario('a peak at 10 %, those who order more are given more', { confounded: true, effect: peak }, LEFT_OUT),
];
