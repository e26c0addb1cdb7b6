import type { Order } from '../orders-table.js';
import { random } from './random.js';

/** A shop in which everything is known: what a percentage point of discount does to an order, and who is given discounts. */
export interface Shop {
  /** Money that an order is worth more for each percentage point of discount. */
  readonly effect: number;
  /** Are discounts given to patients, and by practitioners, whose orders are worth more anyhow? */
  readonly confounded: boolean;
}

const LEVELS = [0, 400, 500, 750, 1000, 1200, 1500];
const PRACTITIONERS = 20;
const PATIENTS = 15;

/**
 * 300 patients of 20 practitioners with 4 to 12 orders each, worth 150 on average: practitioners differ by 25, patients by 40,
 * orders by 45 (standard deviations), skewed as amounts are. Each patient's discount changes at random times, around what
 * the patient is given.
 */
export function ordersOf({ effect, confounded }: Shop, seed: number): readonly Order[] {
  const { next, below, normal } = random(seed);
  const orders: Order[] = [];
  for (let practitioner = 1; practitioner <= PRACTITIONERS; practitioner++) {
    const ofPractitioner = 25 * normal();
    for (let i = 0; i < PATIENTS; i++) {
      const ofPatient = ofPractitioner + 40 * normal();
      const given = 3 + (confounded ? ofPatient / 30 : normal()) + 0.8 * normal();
      const patient = practitioner * 1000 + i;
      let level = LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.round(given)))]!;
      for (let n = 4 + below(9); n > 0; n--) {
        if (next() < 0.25)
          level = LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.round(given + 1.2 * normal())))]!;
        // Lognormal with mean 0 and deviation 1: orders are skewed.
        const chance = (Math.exp(0.6 * normal()) - Math.exp(0.18)) / (Math.exp(0.18) * Math.sqrt(Math.exp(0.36) - 1));
        const amount = 150 + ofPatient + (effect * level) / 100 + 45 * chance;
        orders.push({ patient, practitioner, discount: level, amount: Math.max(500, Math.round(amount * 100)) });
      }
    }
  }
  return orders;
}
