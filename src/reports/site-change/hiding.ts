import { hideRows } from '../../disclosure/hide-rows.js';
import type { ReportContext } from '../definition.js';
import { type Day, patientsBehind } from './days.js';
import type { Options } from './options.js';

/**
 * Fewer hidden days could be solved for: the lines of the model that are drawn rest on ten coefficients, the means before and
 * after on two, the placebo days on three more, and every one of them is an equation in the days.
 */
const FEWEST = 30;

/**
 * Days of few patients, as `YYYY-MM-DD`; and more: where a month's or year's total (report `sales-trend`) would tell one, and up to
 * FEWEST days, the smallest first.
 */
export async function hideDays(
  context: ReportContext,
  days: readonly Day[],
  { measure, small }: Pick<Options, 'measure' | 'small'>,
): Promise<ReadonlySet<string>> {
  const patients = days.map((day) =>
    measure === 'new_patients' && day.newPatients > 0 ? day.newPatients : day.patients,
  );
  const behind = (rows: readonly number[]): Promise<number> =>
    patientsBehind(
      context,
      rows.map((i) => days[i]!.day),
    );
  const hidden = [...(await hideRows(patients, small.k, behind))];
  const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))];
  const lines = months.map((month) => days.flatMap(({ day }, i) => (day.startsWith(month) ? [i] : [])));
  const smallest = (of: readonly number[]): number | undefined =>
    of.filter((i) => patients[i]! > 0 && !hidden[i]).sort((a, b) => patients[a]! - patients[b]! || a - b)[0];
  const hideOne = (of: readonly number[]): boolean => {
    const next = smallest(of);
    if (next !== undefined) hidden[next] = true;
    return next !== undefined;
  };
  const all = patients.map((_, i) => i);
  if (hidden.includes(true)) while (hidden.filter(Boolean).length < FEWEST && hideOne(all));
  for (const line of lines) {
    const inside = (): readonly number[] => line.filter((i) => hidden[i]);
    const sum = (): number => inside().reduce((n, i) => n + patients[i]!, 0);
    if (inside().length > 0) while ((inside().length < 2 || sum() < small.k) && hideOne(line));
  }
  return new Set(days.flatMap(({ day }, i) => (hidden[i] ? [day] : [])));
}
