import { hideRows } from '../../disclosure/hide-rows.js';
import { hideNewPatients } from '../../disclosure/new-patients.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import type { ReportContext } from '../definition.js';
import { type Period, patientsBehind } from './periods.js';

/** A period with the decision what of it is shown. */
export interface ShownPeriod extends Period {
  readonly hidden: boolean;
  /** `new_patients` is a number of patients itself: it may be small where the period is not. */
  readonly newHidden: boolean;
}

/**
 * Hides periods of few patients and the next smallest ones for as long as all hidden ones together have few: their sum
 * would follow from any total. The same for the numbers of new patients, which add up to all patients.
 */
export async function hidePeriods(
  context: ReportContext,
  periods: readonly Period[],
  rules: SmallNumbers,
): Promise<readonly ShownPeriod[]> {
  const starts = (rows: readonly number[]): string[] => rows.map((i) => periods[i]!.start);
  const patients = periods.map((period) => Number(period.patients));
  const hidden = await hideRows(patients, rules.k, (rows) => patientsBehind(context, starts(rows)));
  const newOnes = hideNewPatients(
    periods.map(({ newPatients, known }) => ({ fresh: Number(newPatients), returning: Number(known - newPatients) })),
    rules.k,
  );
  return periods.map((period, i) => ({ ...period, hidden: hidden[i]!, newHidden: hidden[i]! || newOnes[i]! }));
}
