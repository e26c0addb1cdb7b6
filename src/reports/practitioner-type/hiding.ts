import { hideRows } from '../../disclosure/hide-rows.js';
import { isSmall, suppress } from '../../disclosure/suppression.js';
import type { ReportContext } from '../definition.js';
import type { Options } from './options.js';
import type { ShownType, ShownUnit } from './tables.js';
import { dropOrders, patientsBehind, prepareOrders, readTypes, readUnits, type Unit } from './units.js';

/** Practitioners and types with the decision what of them is shown. */
export interface Shown {
  readonly units: readonly Unit[];
  readonly types: readonly ShownType[];
  readonly shown: readonly ShownUnit[];
}

/** Practitioners of few patients are hidden, and as many others of their type as its totals ask for. */
function hideUnits(units: readonly Unit[], { small }: Options): ShownUnit[] {
  const types = [...new Set(units.map(({ type }) => type))];
  const lines = types.map((type) => units.flatMap((unit, i) => (unit.type === type ? [i] : [])));
  const { hidden } = suppress({ patients: units.map(({ patients }) => patients), lines }, small.k);
  return units.map((unit, i) => ({
    ...unit,
    hidden: hidden[i]!,
    hiddenRepeat:
      [unit.eligible, unit.again, unit.eligible - unit.again].some((n) => isSmall(n, small.k)) || hidden[i]!,
  }));
}

/** Reads and decides; after `prepareOrders`. */
export async function readShown(context: ReportContext, options: Options): Promise<Shown> {
  const units = await readUnits(context, options);
  const sums = await readTypes(context);
  const hidden = await hideRows(
    sums.map(({ patients }) => patients),
    options.small.k,
    (rows) =>
      patientsBehind(
        context,
        rows.map((i) => sums[i]!.type),
      ),
  );
  const types = sums.map((type, i) => ({ ...type, hidden: hidden[i]! }));
  const shown = hideUnits(units, options).map((unit) => {
    const whole = types.some((type) => type.hidden && type.type === unit.type);
    return whole ? { ...unit, hidden: true, hiddenRepeat: true } : unit;
  });
  return { units, types, shown };
}

/** The practitioners of whom the report hides anything with its defaults: other reports must not tell their totals either. */
export async function hiddenPractitioners(
  context: ReportContext,
  { statuses, confidence, small }: Pick<Options, 'statuses' | 'confidence' | 'small'>,
): Promise<ReadonlySet<string>> {
  if (small.profile === 'off' || context.columns('ORDERS_WITH_PRACTITIONER').length === 0) return new Set();
  const common = { statuses, confidence, small, amount: 'AMOUNT_SUBTOTAL', currency: null, own: false, latest: false };
  const options: Options = { ...common, minOrders: 30, minPractitioners: 5, repeatDays: 90 };
  try {
    await prepareOrders(context, options);
    const { shown } = await readShown(context, options);
    return new Set(shown.flatMap(({ hidden, practitioner }) => (hidden ? [practitioner] : [])));
  } finally {
    await dropOrders(context);
  }
}
