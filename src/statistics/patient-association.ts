import { normalQuantile } from './distributions.js';
import { seededRandom } from './seeded-random.js';

/** One patient at one practitioner: how often each brand was in an order (sparse), practitioners and brands as numbers from 0. */
export interface PatientBaskets {
  readonly practitioner: number;
  readonly brands: readonly number[];
  /** Orders with each of `brands`. */
  readonly counts: readonly number[];
}

/** How a practitioner and a brand stand to each other when patients are what is counted. */
export interface PatientAssociation {
  /** How often the brand would be ordered if these patients chose as all do, given how much they order. */
  readonly expected: number;
  /** The share of the brand in their orders / its share in all; null where there is nothing to compare. */
  readonly lift: number | null;
  /** The lift drawn to 1 by what chance alone would make of it (empirical Bayes), and its interval. */
  readonly shrunk: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How far from chance, as a standard normal value, skewness taken into account. */
  readonly score: number | null;
  /** p (one-sided, towards the side where it stands) for all tested pairs together: patients dealt anew to practitioners; null where not tested. */
  readonly p: number | null;
}

/** All pairs, by practitioner and then brand, and what the data can show. */
export interface PatientAssociations {
  readonly pairs: readonly PatientAssociation[];
  /** Share of a patient's choices that are that patient's own habit (intraclass correlation), 0.05 at least. */
  readonly habit: number;
  /** The lift that a pair of middling size must have to be found in most cases; null where none is tested. */
  readonly visibleLift: number | null;
}

/** A patient's habit counts as at least this much, so that one who orders a thousand times is worth twenty who order once. */
const LEAST_HABIT = 0.05;
/** Patients are dealt anew among those who order about as much: so many classes. */
const CLASSES = 4;
const DRAWS = { most: 999, least: 199, work: 1e8 };

interface Unit extends PatientBaskets {
  readonly total: number;
  readonly weight: number;
}

/** Overall shares of brands, every unit by its weight. */
function sharesOf(units: readonly Unit[], brands: number): Float64Array {
  const shares = new Float64Array(brands);
  let all = 0;
  for (const { brands: own, counts, total, weight } of units) {
    all += weight;
    for (const [i, brand] of own.entries()) shares[brand]! += (weight * counts[i]!) / total;
  }
  return shares.map((share) => (all === 0 ? 0 : share / all));
}

function habitOf(units: readonly Unit[], brands: number): number {
  const shares = sharesOf(units, brands);
  const squares = shares.reduce((sum, share) => sum + share * share, 0);
  let [above, scale] = [0, 0];
  for (const { brands: own, counts, total } of units) {
    if (total < 2) continue;
    let apart = squares;
    for (const [i, brand] of own.entries()) {
      const share = counts[i]! / total;
      apart += (share - shares[brand]!) ** 2 - shares[brand]! ** 2;
    }
    above += apart - (1 - squares) / total;
    scale += (1 - squares) * (1 - 1 / total);
  }
  return scale <= 0 ? 1 : Math.min(1, Math.max(LEAST_HABIT, above / scale));
}

/** Units by how much they order, in classes of about equal size. */
function classesOf(units: readonly Unit[]): number[][] {
  const order = units.map((_, i) => i).sort((a, b) => units[a]!.weight - units[b]!.weight || a - b);
  const size = Math.max(8, Math.ceil(order.length / CLASSES));
  const classes: number[][] = [];
  for (let at = 0; at < order.length; at += size) classes.push(order.slice(at, at + size));
  const last = classes.at(-1);
  if (classes.length > 1 && last!.length < 8) classes.splice(-2, 2, [...classes.at(-2)!, ...last!]);
  return classes;
}

interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly third: Float64Array;
}

/** Mean, variance and third central moment of each pair's sum when the units of each class are dealt anew to its practitioners. */
function momentsOf(
  units: readonly Unit[],
  classes: readonly (readonly number[])[],
  shares: Float64Array,
  practitioners: number,
): Moments {
  const brands = shares.length;
  const make = (): Float64Array => new Float64Array(practitioners * brands);
  const moments = { mean: make(), variance: make(), third: make() };
  for (const members of classes) {
    const size = members.length;
    const held = new Float64Array(practitioners);
    for (const i of members) held[units[i]!.practitioner]! += 1;
    const values = Array.from(shares, (share) => members.map((i) => -units[i]!.weight * share));
    for (const [at, i] of members.entries()) {
      const { brands: own, counts, total, weight } = units[i]!;
      for (const [k, brand] of own.entries()) values[brand]![at]! += (weight * counts[k]!) / total;
    }
    for (const [brand, list] of values.entries()) {
      const centre = list.reduce((sum, one) => sum + one, 0) / size;
      let [second, third] = [0, 0];
      for (const one of list) {
        const apart = one - centre;
        second += apart * apart;
        third += apart * apart * apart;
      }
      for (let p = 0; p < practitioners; p++) {
        const n = held[p]!;
        if (n === 0) continue;
        moments.mean[p * brands + brand]! += n * centre;
        if (size > 1) moments.variance[p * brands + brand]! += (n * (size - n) * second) / (size * (size - 1));
        if (size > 2)
          moments.third[p * brands + brand]! +=
            (n * (size - n) * (size - 2 * n) * third) / (size * (size - 1) * (size - 2));
      }
    }
  }
  return moments;
}

/** A sum with these moments as a standard normal value: Pearson's type III by Wilson and Hilferty. */
function scoreOf(value: number, { mean, variance, third }: Moments, pair: number): number {
  const spread = Math.sqrt(variance[pair]!);
  if (spread === 0) return 0;
  const t = (value - mean[pair]!) / spread;
  const skewness = third[pair]! / spread ** 3;
  if (Math.abs(skewness) < 1e-6) return t;
  const base = (skewness * t) / 2 + 1;
  if (base <= 0) return skewness > 0 ? Math.min(t, 0) : Math.max(t, 0);
  return (6 / skewness) * (Math.cbrt(base) - 1) + skewness / 6;
}

/** The sums of w (share - share of all) by practitioner and brand, with these practitioners of the units. */
function sumsOf(
  units: readonly Unit[],
  holders: Int32Array,
  shares: Float64Array,
  out: Float64Array,
  weights: Float64Array,
): void {
  const brands = shares.length;
  out.fill(0);
  weights.fill(0);
  for (const [i, { brands: own, counts, total, weight }] of units.entries()) {
    const base = holders[i]! * brands;
    weights[holders[i]!]! += weight;
    for (let k = 0; k < own.length; k++) out[base + own[k]!]! += (weight * counts[k]!) / total;
  }
  for (let pair = 0; pair < out.length; pair++)
    out[pair]! -= weights[Math.floor(pair / brands)]! * shares[pair % brands]!;
}

/** The largest and the smallest score among the tested pairs of each deal; the smallest without their sign; each ascending. */
interface Extremes {
  readonly above: Float64Array;
  readonly below: Float64Array;
}

function dealt(
  units: readonly Unit[],
  classes: readonly (readonly number[])[],
  extremes: (holders: Int32Array) => readonly [number, number],
  seed: number,
): Extremes {
  const random = seededRandom(seed);
  const work = units.reduce((sum, { brands }) => sum + brands.length, 0);
  const draws = Math.min(DRAWS.most, Math.max(DRAWS.least, Math.floor(DRAWS.work / Math.max(1, work))));
  const holders = Int32Array.from(units, ({ practitioner }) => practitioner);
  const found = Array.from({ length: draws }, () => {
    for (const members of classes)
      for (let i = members.length - 1; i > 0; i--) {
        const [a, b] = [members[i]!, members[random.below(i + 1)]!];
        [holders[a], holders[b]] = [holders[b]!, holders[a]!];
      }
    return extremes(holders);
  });
  return {
    above: Float64Array.from(found, ([above]) => above).sort(),
    below: Float64Array.from(found, ([, below]) => below).sort(),
  };
}

interface Raw {
  readonly expected: number;
  readonly apart: number;
  readonly variance: number;
  readonly score: number;
}

/** DerSimonian and Laird's variance of true lifts around 1. */
function betweenOf(raws: readonly Raw[]): number {
  const used = raws.filter(({ variance }) => variance > 0);
  const sum = (of: (raw: Raw) => number): number => used.reduce((all, raw) => all + of(raw), 0);
  const first = sum(({ variance }) => 1 / variance);
  const scale = first - sum(({ variance }) => 1 / variance ** 2) / first;
  return scale > 0 ? Math.max(0, (sum(({ apart, variance }) => apart ** 2 / variance) - used.length) / scale) : 0;
}

/**
 * Practitioner x brand with the patient as what is counted: a patient's shares of brands among the orders, weighted total / (1 + habit (total - 1)) so that
 * loyalty adds nothing; each pair's weighted sum against all ways to deal patients (among those who order about as much) to practitioners: mean,
 * variance and skewness of these in closed form, p for all pairs together from the largest score of 999 deals from `seed` (Westfall and Young
 * 1993). The shrunk lift is 1 + (lift - 1) tau^2 / (tau^2 + v). `isTested` says which pairs (practitioner * brands + brand) have
 * enough. Vector `patient-association` (moments by enumeration).
 */
export function patientAssociations(
  baskets: readonly PatientBaskets[],
  size: { readonly practitioners: number; readonly brands: number },
  isTested: (expected: number, patients: number) => boolean,
  { confidence, seed }: { readonly confidence: number; readonly seed: number },
): PatientAssociations {
  const counted = baskets.map((one) => ({ ...one, total: one.counts.reduce((sum, n) => sum + n, 0), weight: 1 }));
  const habit = habitOf(counted, size.brands);
  const units = counted.map((one) => ({ ...one, weight: one.total / (1 + habit * (one.total - 1)) }));
  const shares = sharesOf(units, size.brands);
  const classes = classesOf(units);
  const moments = momentsOf(units, classes, shares, size.practitioners);
  const [sums, weights] = [new Float64Array(size.practitioners * size.brands), new Float64Array(size.practitioners)];
  sumsOf(
    units,
    Int32Array.from(units, ({ practitioner }) => practitioner),
    shares,
    sums,
    weights,
  );
  const [totals, patients] = [new Float64Array(size.practitioners), new Float64Array(size.practitioners)];
  for (const { practitioner, total } of units) {
    totals[practitioner]! += total;
    patients[practitioner]! += 1;
  }
  const raws = Array.from(sums, (value, pair): Raw => {
    const [p, b] = [Math.floor(pair / size.brands), pair % size.brands];
    const scale = weights[p]! * shares[b]!;
    return {
      expected: totals[p]! * shares[b]!,
      apart: scale === 0 ? 0 : value / scale,
      variance: scale === 0 ? 0 : moments.variance[pair]! / (scale * scale),
      score: scoreOf(value, moments, pair),
    };
  });
  const tested = raws.flatMap(({ expected, variance }, pair) =>
    variance > 0 && isTested(expected, patients[Math.floor(pair / size.brands)]!) ? [pair] : [],
  );
  const drawn =
    tested.length === 0
      ? { above: new Float64Array(0), below: new Float64Array(0) }
      : dealt(units, classes, extremesOver(units, shares, moments, tested), seed);
  const among = new Set(tested);
  const between = betweenOf(tested.map((pair) => raws[pair]!));
  const q = normalQuantile(0.5 + confidence / 2);
  return {
    habit,
    visibleLift: visibleOf(
      tested.map((pair) => raws[pair]!),
      drawn.above,
      confidence,
    ),
    pairs: raws.map(({ expected, apart, variance, score }, pair) => {
      if (variance === 0) return { expected, lift: null, shrunk: null, low: null, high: null, score: null, p: null };
      const kept = between / (between + variance);
      const shrunk = 1 + apart * kept;
      const half = q * Math.sqrt(variance * kept);
      const side = score > 0 ? drawn.above : drawn.below;
      const p = among.has(pair) ? (1 + side.length - firstAtLeast(side, Math.abs(score))) / (1 + side.length) : null;
      return { expected, lift: 1 + apart, shrunk, low: Math.max(0, shrunk - half), high: shrunk + half, score, p };
    }),
  };
}

function extremesOver(units: readonly Unit[], shares: Float64Array, moments: Moments, tested: readonly number[]) {
  const practitioners = moments.mean.length / shares.length;
  const [sums, weights] = [new Float64Array(moments.mean.length), new Float64Array(practitioners)];
  return (holders: Int32Array): readonly [number, number] => {
    sumsOf(units, holders, shares, sums, weights);
    let [above, below] = [0, 0];
    for (const pair of tested) {
      const score = scoreOf(sums[pair]!, moments, pair);
      if (score > above) above = score;
      else if (-score > below) below = -score;
    }
    return [above, below];
  };
}

/** How many of the ascending values are below `value`. */
function firstAtLeast(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 1 + (limit of the largest score + 0.84) errors of the pair in the middle. */
function visibleOf(raws: readonly Raw[], drawn: Float64Array, confidence: number): number | null {
  if (raws.length === 0) return null;
  const errors = raws.map(({ variance }) => Math.sqrt(variance)).sort((a, b) => a - b);
  const limit = drawn[Math.min(drawn.length - 1, Math.floor(confidence * drawn.length))]!;
  return 1 + (limit + normalQuantile(0.8)) * errors[Math.floor(errors.length / 2)]!;
}
