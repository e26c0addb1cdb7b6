import { suppress } from '../../disclosure/suppression.js';
import { type PairAssociation, pairAssociations } from '../../statistics/pair-association.js';
import type { Options } from './options.js';
import type { Pair, Pairs, Side } from './pairs.js';

/** A pair with how it stands to chance, and whether it is shown. */
export interface JudgedPair extends Pair, PairAssociation {
  readonly practitionerSide: Side;
  readonly brandSide: Side;
  readonly hidden: boolean;
}

/** Practitioners and brands whose totals are hidden in the reports on them; ids as text. */
export interface Closed {
  readonly practitioners: ReadonlySet<string>;
  readonly brands: ReadonlySet<string>;
}

/**
 * Every practitioner with every brand, also pairs of no order: a brand that somebody never prescribes is a finding. Hidden:
 * pairs of few patients, as many others as the totals of practitioner and brand ask for, and all of a practitioner or brand
 * whose own total is hidden elsewhere: expected orders and shares would tell it. By shrunk lift, hidden ones last.
 */
export function judge(
  { orders, practitioners, brands, pairs }: Pairs,
  closed: Closed,
  { prior, small }: Options,
): JudgedPair[] {
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
  const width = brands.length;
  const lines = [
    ...practitioners.map((_, r) => brands.map((_b, c) => r * width + c)),
    ...brands.map((_, c) => practitioners.map((_p, r) => r * width + c)),
  ];
  const { hidden } = suppress({ patients: cells.map(({ patients }) => patients), lines }, small.k);
  return cells
    .map((cell, i) => ({
      ...cell,
      ...made[i]!,
      hidden: hidden[i]! || closed.practitioners.has(cell.practitioner) || closed.brands.has(cell.brand),
    }))
    .sort(
      (a, b) => Number(a.hidden) - Number(b.hidden) || (a.hidden ? 0 : b.shrunkLift! - a.shrunkLift!) || byId(a, b),
    );
}

function byId(a: JudgedPair, b: JudgedPair): number {
  const compare = (x: string, y: string): number => x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
  return compare(a.practitioner, b.practitioner) || compare(a.brand, b.brand);
}
