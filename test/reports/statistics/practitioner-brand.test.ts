import { describe, expect, test } from 'vitest';
import { pairAssociations } from '../../../src/statistics/pair-association.js';
import { type PatientBaskets, patientAssociations } from '../../../src/statistics/patient-association.js';
import { CONFIDENCE, type Dictionary, onInput, runVectors } from './vectors.js';

type Counts = Readonly<Record<string, number>>;

interface PairInput {
  readonly prior: number;
  readonly orders_total: number;
  readonly orders_by_practitioner: Counts;
  readonly orders_with_brand: Counts;
  readonly orders_with_both: Readonly<Record<string, Counts>>;
}

function practitionerBrand(input: Dictionary) {
  const given = input as unknown as PairInput;
  const pairs = Object.entries(given.orders_with_both).flatMap(([practitioner, brands]) =>
    Object.entries(brands).map(([brand, orders]) => ({ practitioner, brand, orders })),
  );
  const counts = pairs.map(({ practitioner, brand, orders }) => ({
    both: BigInt(orders),
    rows: BigInt(given.orders_by_practitioner[practitioner]!),
    columns: BigInt(given.orders_with_brand[brand]!),
    all: BigInt(given.orders_total),
  }));
  return pairAssociations(counts, BigInt(given.prior)).map((one, i) => ({
    ...pairs[i],
    ...one,
    shrunk_lift: one.shrunkLift,
    pearson_residual: one.pearsonResidual,
    adjusted_residual: one.adjustedResidual,
    q_bh: one.q,
  }));
}

runVectors('practitioner-brand', onInput(practitionerBrand));

runVectors(
  'patient-association',
  onInput(({ units, practitioners, brands }) =>
    patientAssociations(
      units as unknown as readonly PatientBaskets[],
      { practitioners: practitioners as number, brands: brands as number },
      () => true,
      { confidence: CONFIDENCE, seed: 1 },
    ),
  ),
);

describe('patients dealt anew', () => {
  /** Twelve patients a practitioner; brand 0 is in every order of those of practitioner 0, in half of the others'. */
  const baskets = Array.from({ length: 36 }, (_, i) => {
    const practitioner = Math.floor(i / 12);
    return { practitioner, brands: [0, 1], counts: practitioner === 0 ? [8, 1] : [4, 4 + (i % 3)] };
  });

  test('find a link that all patients of a practitioner share, and give the same p again', () => {
    const made = () =>
      patientAssociations(baskets, { practitioners: 3, brands: 2 }, () => true, { confidence: CONFIDENCE, seed: 1 });
    expect(made().pairs[0]!.p).toBeLessThan(0.01);
    expect(made()).toEqual(made());
  });

  test('a patient who orders a thousand times is no link', () => {
    const one = { practitioner: 1, brands: [1], counts: [1000] };
    const others = baskets.map((basket, i) => ({ ...basket, brands: [0, 1], counts: [4, 3 + ((i * 7) % 5)] }));
    const { pairs } = patientAssociations([...others, one], { practitioners: 3, brands: 2 }, () => true, {
      confidence: CONFIDENCE,
      seed: 1,
    });
    expect(Math.min(...pairs.map(({ p }) => p!))).toBeGreaterThan(0.05);
  });
});

describe('pairs', () => {
  test('below five expected orders are not tested, nor counted among the tests', () => {
    // E = 10*49/100 = 4.9 and 10*50/100 = 5.
    const rare = { both: 9n, rows: 10n, columns: 49n, all: 100n };
    const common = { both: 9n, rows: 10n, columns: 50n, all: 100n };
    const [one, two] = pairAssociations([rare, common], 5n);
    expect(one).toMatchObject({ expected: 4.9, enough: false, p: null, q: null });
    expect(one!.adjustedResidual).toBeGreaterThan(2);
    expect(two).toMatchObject({ expected: 5, lift: 1.8, shrunkLift: 1.4, enough: true });
    expect(two!.q).toBe(two!.p);
  });

  test('the square of the adjusted residual is the chi-square of the two by two table', () => {
    const [a, b, c, d] = [12, 5, 29, 74];
    const n = a + b + c + d;
    const [one] = pairAssociations(
      [{ both: BigInt(a), rows: BigInt(a + b), columns: BigInt(a + c), all: BigInt(n) }],
      5n,
    );
    const chiSquare = (n * (a * d - b * c) ** 2) / ((a + b) * (c + d) * (a + c) * (b + d));
    expect(one!.adjustedResidual! ** 2).toBeCloseTo(chiSquare, 10);
  });

  test('with a brand that is in every order have no residual, and of no orders have no lift', () => {
    const [always, never] = pairAssociations(
      [
        { both: 30n, rows: 30n, columns: 60n, all: 60n },
        { both: 0n, rows: 0n, columns: 0n, all: 0n },
      ],
      5n,
    );
    expect(always).toMatchObject({ lift: 1, adjustedResidual: null, p: null, q: null });
    expect(never).toMatchObject({ expected: 0, lift: null, adjustedResidual: null, enough: false, p: null });
  });
});
