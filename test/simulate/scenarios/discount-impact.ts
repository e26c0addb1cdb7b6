import { discountImpact } from '../../../src/reports/discount-impact.js';
import type { Finding } from '../../../src/reports/finding.js';
import { type SeededRandom, seededRandom } from '../../../src/statistics/seeded-random.js';
import type { Scenario } from '../scenario.js';
import { contextOver, DAY, START } from '../tables.js';

/** A shop in which everything is known. Money in whole units, discounts in percentage points. */
interface Shop {
  readonly patients?: number;
  /** Share of orders before which the discount of the patient changes. */
  readonly change?: number;
  /** Are discounts given to patients whose orders are worth more anyhow? */
  readonly confounded?: boolean;
  /** What a level adds to an order of a patient. */
  readonly effect?: (level: number, patient: number) => number;
  /** Growth of prices over the year, and by how many levels discounts rise over it. */
  readonly prices?: number;
  readonly rising?: number;
  /** What orders are worth more from the seventh month on. */
  readonly mix?: number;
  /** Patients beside the others: so many orders, at one level where it is given. */
  readonly large?: readonly { readonly orders: number; readonly level?: number }[];
}

const LEVELS = [0, 4, 5, 7.5, 10, 12, 15];
const YEAR = 365;

/** Lognormal with mean 0 and deviation 1: orders are skewed. */
function chance({ normal }: SeededRandom): number {
  return (Math.exp(0.6 * normal()) - Math.exp(0.18)) / (Math.exp(0.18) * Math.sqrt(Math.exp(0.36) - 1));
}

const levelAt = (place: number): number => LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.round(place)))]!;

/**
 * 300 patients with 4 to 12 orders within a year, worth 150 on average: patients differ by 40, orders by 45 (standard deviations). Each patient's
 * discount changes at random times, around what the patient is given.
 */
function ordersOf(shop: Shop, seed: number): readonly (readonly [number, number, number, number])[] {
  const random = seededRandom(seed);
  const { next, below, normal } = random;
  const orders: [number, number, number, number][] = [];
  const add = (patient: number, count: number, own: number, fixed?: number): void => {
    const given = 3 + (shop.confounded === true ? own / 30 : normal()) + 0.8 * normal();
    let level = fixed ?? levelAt(given);
    const days = Array.from({ length: count }, () => next() * YEAR).sort((a, b) => a - b);
    for (const day of days) {
      if (fixed === undefined && next() < (shop.change ?? 0.25))
        level = levelAt(given + 1.2 * normal() + (shop.rising ?? 0) * (day / YEAR - 0.5));
      const worth =
        150 + own + (shop.effect?.(level, patient) ?? 0) + 45 * chance(random) + (day > 181 ? (shop.mix ?? 0) : 0);
      const amount = Math.max(5, worth * (1 + ((shop.prices ?? 0) * day) / YEAR));
      orders.push([patient, level, Math.round(amount * 100) / 100, START + Math.floor(day * DAY)]);
    }
  };
  const patients = shop.patients ?? 300;
  for (let patient = 1; patient <= patients; patient++) add(patient, 4 + below(9), 40 * normal());
  for (const [i, { orders: count, level }] of (shop.large ?? []).entries())
    add(patients + 1 + i, count, 40 * normal(), level);
  return orders;
}

const COLUMNS = {
  ORDER_ID: 'id',
  PATIENT_ID: 'id',
  PRACTITIONER_ID: 'id',
  DISCOUNT: 'percent',
  DISCOUNT_BASIS: 'text',
  AMOUNT_TOTAL: 'money',
  AMOUNT_SUBTOTAL: 'money',
  STATUS: 'text',
  EVENT_TS: 'time',
} as const;

const run =
  (shop: Shop): Scenario['run'] =>
  async (engine, seed) => {
    const rows = ordersOf(shop, seed).map(([patient, level, amount, at], i) => [
      ...[i + 1, patient, 1 + (patient % 20), -level, 'proven', amount, amount, 'paid', at],
    ]);
    const context = await contextOver(engine, { ORDERS_WITH_DISCOUNT: { columns: COLUMNS, rows } }, YEAR);
    return (await discountImpact.run(context)).findings;
  };

const shown = (findings: readonly Finding[], ...ids: string[]): boolean =>
  findings.some(({ id, verdict }) => ids.includes(id) && verdict === 'shown');

const NO_EFFECT = {
  counted: 'an effect is claimed, or a step shown',
  isCounted: (findings) => shown(findings, 'relation', 'within-patient', 'steps'),
  atMost: 0.08,
} as const satisfies Partial<Scenario>;

const DENIED = {
  counted: 'the effect is denied',
  isCounted: (findings) =>
    findings.some(({ verdict, direction }) => verdict === 'ruled-out' || (verdict === 'shown' && direction === 'down')),
  atMost: 0,
} as const satisfies Partial<Scenario>;

const SHOWN = {
  counted: 'the effect is shown',
  isCounted: (findings) => findings[0]!.verdict === 'shown' && findings[0]!.direction === 'up',
  atLeast: 0.8,
} as const satisfies Partial<Scenario>;

const perPoint =
  (effect: number): NonNullable<Shop['effect']> =>
  (level) =>
    effect * level;
const opposed: NonNullable<Shop['effect']> = (level, patient) => (patient % 2 === 0 ? 4 : -4) * level;
const hump: NonNullable<Shop['effect']> = (level) => (level === 7.5 || level === 10 ? 40 : 0);

/** The planted truths of discount-impact. */
export const DISCOUNT_IMPACT: readonly Scenario[] = [
  { name: 'no effect', run: run({}), ...NO_EFFECT },
  {
    name: 'no effect, one patient with 1,155 orders at one level',
    run: run({ large: [{ orders: 1155, level: 15 }] }),
    ...NO_EFFECT,
  },
  { name: 'no effect, one patient with 1,200 orders', run: run({ large: [{ orders: 1200 }] }), ...NO_EFFECT },
  {
    name: 'no effect, four patients with 500',
    run: run({ large: [500, 500, 500, 500].map((orders) => ({ orders })) }),
    ...NO_EFFECT,
  },
  {
    name: 'no effect, four patients with 500 at one level each',
    run: run({ large: [0, 5, 10, 15].map((level) => ({ orders: 500, level })) }),
    ...NO_EFFECT,
  },
  { name: 'no effect, prices rise by a fifth as discounts rise', run: run({ prices: 0.2, rising: 4 }), ...NO_EFFECT },
  { name: 'no effect, another mix as discounts rise', run: run({ mix: 40, rising: 4 }), ...NO_EFFECT },
  { name: 'no effect, discounts to big buyers', run: run({ confounded: true }), ...NO_EFFECT },
  {
    name: 'no effect, discounts to big buyers, prices rise',
    run: run({ confounded: true, prices: 0.2, rising: 4 }),
    ...NO_EFFECT,
  },
  {
    name: '+1.5 a point to big buyers, seldom changed',
    run: run({ confounded: true, effect: perPoint(1.5), change: 0.05 }),
    ...DENIED,
  },
  {
    name: '+3 a point to big buyers, seldom changed',
    run: run({ confounded: true, effect: perPoint(3), change: 0.02 }),
    ...DENIED,
  },
  {
    name: '+1.5 a point, 500 orders a level',
    run: run({ confounded: true, effect: perPoint(1.5), change: 0.4, patients: 440 }),
    ...SHOWN,
  },
  {
    name: '+3 a point, 500 orders a level',
    run: run({ confounded: true, effect: perPoint(3), change: 0.4, patients: 440 }),
    ...SHOWN,
  },
  {
    name: 'half of the patients +4, half -4',
    run: run({ confounded: true, effect: opposed }),
    counted: 'mixed, or no common direction',
    isCounted: ([first]) => first!.direction === 'mixed' && /no common direction/.test(first!.text),
    atLeast: 0.8,
  },
  {
    name: 'half of the patients +4, half -4',
    run: run({ confounded: true, effect: opposed }),
    ...DENIED,
    isCounted: (findings) => findings.some(({ verdict }) => verdict === 'ruled-out'),
  },
  {
    name: 'a hump at 7.5 and 10',
    run: run({ effect: hump }),
    counted: 'the shape is shown',
    isCounted: (findings) => findings[0]!.verdict === 'shown' && shown(findings, 'steps'),
    atLeast: 0.8,
  },
  {
    name: 'a hump at 7.5 and 10',
    run: run({ effect: hump }),
    ...DENIED,
    isCounted: ([first]) => first!.verdict !== 'shown',
    atMost: 0.01,
  },
];
