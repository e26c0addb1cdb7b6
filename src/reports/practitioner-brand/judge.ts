import { suppress } from '../../disclosure/suppression.js';
import { type PairAssociation, pairAssociations } from '../../statistics/pair-association.js';
import { type PatientAssociation, patientAssociations } from '../../statistics/patient-association.js';
import type { Options } from './options.js';
import type { Pair, Pairs, Side } from './pairs.js';

/** A pair is named from 5 expected choices of at least 5 patients on. */
const ENOUGH = 5;
/** Deals of patients begin with this seed: the same data give the same p. */
const SEED = 20_261_129;
/** How one chance of a false claim is shared between links and brands that somebody avoids; the rest is left for what the deals do not hold. */
const FOR_MORE = 0.7;
const FOR_FEWER = 0.1;

/** More or fewer than chance once each patient counts once, or neither; null where not tested. */
export type PairVerdict = 'more' | 'fewer' | 'not shown';

/** A pair with how it stands to chance, by orders and by patients, and whether it is shown. */
export interface JudgedPair extends Pair, PairAssociation {
  readonly byPatients: PatientAssociation;
  readonly verdict: PairVerdict | null;
  readonly practitionerSide: Side;
  readonly brandSide: Side;
  readonly hidden: boolean;
}

/** Practitioners and brands whose totals are hidden in the reports on them; ids as text. */
export interface Closed {
  readonly practitioners: ReadonlySet<string>;
  readonly brands: ReadonlySet<string>;
}

/** All pairs, how much of a patient's choice is habit, and the lift that could have been seen. */
export interface Judged {
  readonly pairs: readonly JudgedPair[];
  readonly habit: number;
  readonly visibleLift: number | null;
}

/**
 * Every practitioner with every brand, also pairs of no order: a brand that somebody never prescribes is a finding. Hidden:
 * pairs of few patients, as many others as the totals of practitioner and brand ask for, and all of a practitioner or brand
 * whose own total is hidden elsewhere: expected orders and shares would tell it. By the lift that counts patients, hidden ones last.
 */
export function judge(
  { orders, practitioners, brands, pairs, baskets }: Pairs,
  closed: Closed,
  options: Options,
): Judged {
  const { prior, small, confidence } = options;
  const found = new Map(pairs.map((pair) => [`${pair.practitioner}\n${pair.brand}`, pair]));
  const cells = practitioners.flatMap((p) =>
    brands.map((b) => {
      const none: Pair = { practitioner: p.id, brand: b.id, orders: 0n, patients: 0, net: 0n };
      return { practitionerSide: p, brandSide: b, ...(found.get(`${p.id}\n${b.id}`) ?? none) };
    }),
  );
  const made = pairAssociations(
    cells.map((cell) => ({
      both: cell.orders,
      rows: cell.practitionerSide.orders,
      columns: cell.brandSide.orders,
      all: orders,
    })),
    prior,
  );
  const byPatients = patientAssociations(
    baskets,
    { practitioners: practitioners.length, brands: brands.length },
    (expected, patients) => expected >= ENOUGH && patients >= ENOUGH,
    { confidence, seed: SEED },
  );
  const width = brands.length;
  const lines = [
    ...practitioners.map((_, r) => brands.map((_b, c) => r * width + c)),
    ...brands.map((_, c) => practitioners.map((_p, r) => r * width + c)),
  ];
  const { hidden } = suppress({ patients: cells.map(({ patients }) => patients), lines }, small.k);
  const judged = cells
    .map((cell, i) => ({
      ...cell,
      ...made[i]!,
      byPatients: byPatients.pairs[i]!,
      verdict: verdictOf(byPatients.pairs[i]!, 1 - confidence),
      hidden: hidden[i]! || closed.practitioners.has(cell.practitioner) || closed.brands.has(cell.brand),
    }))
    .sort(
      (a, b) =>
        Number(a.hidden) - Number(b.hidden) ||
        (a.hidden ? 0 : (b.byPatients.shrunk ?? 1) - (a.byPatients.shrunk ?? 1) || b.shrunkLift! - a.shrunkLift!) ||
        byId(a, b),
    );
  return { pairs: judged, habit: byPatients.habit, visibleLift: byPatients.visibleLift };
}

function verdictOf({ p, score }: PatientAssociation, alpha: number): PairVerdict | null {
  if (p === null || score === null) return null;
  if (p >= alpha * (score > 0 ? FOR_MORE : FOR_FEWER)) return 'not shown';
  return score > 0 ? 'more' : 'fewer';
}

function byId(a: JudgedPair, b: JudgedPair): number {
  const compare = (x: string, y: string): number => x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
  return compare(a.practitioner, b.practitioner) || compare(a.brand, b.brand);
}
