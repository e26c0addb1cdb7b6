import type { Design } from '../../statistics/absorbed-design.js';
import { type ClusteredFit, type ContrastEstimate, clusteredFit } from '../../statistics/clustered-fit.js';
import { type SlopeHeterogeneity, slopeHeterogeneity } from '../../statistics/slope-heterogeneity.js';
import type { Panel, Prescribed } from './panel.js';

/** What is measured of an order. */
export type Measure = 'net' | 'gross' | 'lines';

/** The change of a measure per percentage point between orders of the same patients, months taken out. */
export interface SamePatientsSlope {
  readonly measure: Measure;
  readonly orders: Prescribed | 'all';
  readonly n: number;
  readonly patients: number;
  readonly estimate: ContrastEstimate;
  /** The same without the patient who has most orders at known discounts; null where nothing is left without them, or none of these is theirs. */
  readonly withoutLargest: number | null;
}

/** All that the same patients tell: slopes, steps between levels, whether patients differ in their slope, and the patient with most orders. */
export interface SamePatients {
  readonly slopes: readonly SamePatientsSlope[];
  /** From each level to the next, by hundredths of a percentage point. */
  readonly steps: readonly { readonly from: bigint; readonly to: bigint; readonly estimate: ContrastEstimate }[];
  readonly heterogeneity: SlopeHeterogeneity;
  /** The slope over all orders, every patient's and month's own average left in. */
  readonly naive: SamePatientsSlope;
  /** Patients (with and without prescription apart) at two or more discounts: only they tell anything. */
  readonly varying: number;
  readonly largest: { readonly share: number; readonly shareOfAll: number };
}

/** The levels of the panel (hundredths of a percentage point), and between which of them a step is asked for. */
export interface Compared {
  readonly levels: readonly bigint[];
  readonly pairs: readonly (readonly [bigint, bigint])[];
}

type Cells = Pick<
  Panel,
  'patients' | 'groups' | 'months' | 'monthCount' | 'x' | 'levels' | 'orders' | 'net' | 'spread'
>;

/** The cells for which something holds, patients and groups numbered anew. */
function some(panel: Panel, holds: (cell: number) => boolean): Panel {
  const kept = Array.from(panel.x, (_, i) => i).filter(holds);
  const numbers = (of: Float64Array): Float64Array => Float64Array.from(kept, (i) => of[i]!);
  const dense = (of: Int32Array): Int32Array => {
    let number = -1;
    return Int32Array.from(kept, (i, at) => {
      if (at === 0 || of[i] !== of[kept[at - 1]!]) number += 1;
      return number;
    });
  };
  const patients = dense(panel.patients);
  const largest = kept.findIndex((i) => panel.patients[i] === panel.largest.patient);
  return {
    ...panel,
    patients,
    largest: { ...panel.largest, patient: largest < 0 ? null : patients[largest]! },
    groups: dense(panel.groups),
    prescribed: kept.map((i) => panel.prescribed[i]!),
    months: Int32Array.from(kept, (i) => panel.months[i]!),
    levels: numbers(panel.levels),
    x: numbers(panel.x),
    orders: numbers(panel.orders),
    net: numbers(panel.net),
    spread: numbers(panel.spread),
    gross: panel.gross === null ? null : numbers(panel.gross),
    lines: panel.lines === null ? null : numbers(panel.lines),
  };
}

const base = ({ patients, groups, months, monthCount, orders }: Cells): Design => ({
  clusters: patients,
  groups,
  weights: orders,
  terms: [{ columns: months }],
  columns: monthCount,
});

/** Months, then the discount as one number. */
function lineDesign(panel: Cells): Design {
  const made = base(panel);
  return {
    ...made,
    terms: [...made.terms, { columns: panel.months.map(() => panel.monthCount), values: panel.x }],
    columns: panel.monthCount + 1,
  };
}

const last = (columns: number): number[] => Array.from({ length: columns }, (_, i) => (i === columns - 1 ? 1 : 0));

function slopeFit(panel: Panel, y: Float64Array): ClusteredFit {
  return clusteredFit(lineDesign(panel), y);
}

function slopeOf(
  measure: Measure,
  orders: SamePatientsSlope['orders'],
  part: Panel,
  estimate: ContrastEstimate,
): SamePatientsSlope {
  const { patient } = part.largest;
  return {
    ...{ measure, orders, estimate, n: sum(part.orders), patients: 1 + (part.patients.at(-1) ?? -1) },
    withoutLargest: patient === null ? null : (estimate.leaveOneOut?.each[patient] ?? null),
  };
}

function slopesOf(panel: Panel, confidence: number): SamePatientsSlope[] {
  const kinds = (['without', 'with'] as const).filter((kind) => panel.prescribed.includes(kind));
  const parts = [
    { orders: 'all' as const, part: panel },
    ...kinds.map((orders) => ({ orders, part: some(panel, (i) => panel.prescribed[i] === orders) })),
  ];
  return (['net', 'gross', 'lines'] as const).flatMap((measure) =>
    parts.flatMap(({ orders, part }) => {
      const y = part[measure];
      if (y === null) return [];
      const [estimate] = slopeFit(part, y).contrasts([last(part.monthCount + 1)], confidence);
      return [slopeOf(measure, orders, part, estimate!)];
    }),
  );
}

const sum = (values: Float64Array): number => values.reduce((all, one) => all + one, 0);

/** Months, then a column for each level: steps are differences of neighbours. */
function profileFit(panel: Panel, levels: readonly bigint[]): ClusteredFit {
  const places = new Map(levels.map((level, i) => [Number(level), panel.monthCount + i]));
  const made = base(panel);
  const columns = Int32Array.from(panel.levels, (level) => places.get(level)!);
  const terms = [...made.terms, { columns }];
  return clusteredFit({ ...made, terms, columns: panel.monthCount + levels.length }, panel.net);
}

function stepsOf(
  fit: ClusteredFit,
  { monthCount }: Panel,
  { levels, pairs }: Compared,
  confidence: number,
): SamePatients['steps'] {
  const contrasts = pairs.map(([from, to]) => {
    const weights = new Array<number>(monthCount + levels.length).fill(0);
    weights[monthCount + levels.indexOf(from)] = -1;
    weights[monthCount + levels.indexOf(to)] = 1;
    return weights;
  });
  return fit
    .contrasts(contrasts, confidence)
    .map((estimate, i) => ({ from: pairs[i]![0], to: pairs[i]![1], estimate }));
}

function varyingGroups({ groups, x }: Cells): ReadonlySet<number> {
  const varying = new Set<number>();
  let first = 0;
  for (let i = 1; i < x.length; i++) {
    if (groups[i] !== groups[i - 1]) first = i;
    else if (x[i] !== x[first]) varying.add(groups[i]!);
  }
  return varying;
}

/** Do patients differ in their slope, beyond the profile that they have in common? Only those at two or more discounts tell. */
function heterogeneityOf(panel: Panel, rest: Float64Array): SlopeHeterogeneity {
  const varying = varyingGroups(panel);
  const x = clusteredFit(
    base(panel),
    panel.x.map((one, i) => one * panel.orders[i]!),
  ).residuals();
  const kept = Array.from(panel.groups, (_, i) => i).filter((i) => varying.has(panel.groups[i]!));
  const of = (values: Float64Array): Float64Array => Float64Array.from(kept, (i) => values[i]!);
  return slopeHeterogeneity({
    groups: Int32Array.from(kept, (i) => panel.groups[i]!),
    ...{ weights: of(panel.orders), x: of(x), rest: of(rest), spread: of(panel.spread) },
  });
}

/**
 * Compares orders of the same patient (with and without prescription apart) at different discounts, what all patients do in a month taken out; errors by
 * patient (CR2). Nothing here compares one patient with another, so that who is given discounts does not matter; a discount that changes when a
 * patient buys more for another reason does.
 */
export function samePatients(panel: Panel, compared: Compared, confidence: number): SamePatients {
  const slopes = slopesOf(panel, confidence);
  const profile = profileFit(panel, compared.levels);
  const ones = panel.patients.map(() => 0);
  const [naive] = clusteredFit(
    {
      ...{ clusters: panel.patients, groups: null, weights: panel.orders, columns: 2 },
      terms: [{ columns: ones }, { columns: ones.map(() => 1), values: panel.x }],
    },
    panel.net,
  ).contrasts([[0, 1]], confidence);
  return {
    slopes,
    steps: stepsOf(profile, panel, compared, confidence),
    heterogeneity: heterogeneityOf(panel, profile.residuals()),
    naive: slopeOf('net', 'all', panel, naive!),
    largest: { share: panel.largest.share, shareOfAll: panel.largest.shareOfAll },
    varying: varyingGroups(panel).size,
  };
}
