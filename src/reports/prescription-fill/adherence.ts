import { enoughForQuantiles, titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { type Adherence, adherence, adherenceDaysSql } from '../../statistics/adherence.js';
import { median } from '../../statistics/median.js';
import { share, wilson } from '../../statistics/proportions.js';
import { repeatFillsSql } from '../../statistics/repeat-fills.js';
import { endOf, localTime } from '../clock.js';
import { column } from '../column.js';
import type { ReportContext } from '../definition.js';
import { type Cell, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { Options } from './options.js';
import { ITEMS, LINES, PRESCRIPTIONS } from './sources.js';

/** From this share of days covered on, a course counts as adherent: the limit that the field has agreed on. */
const ADHERENT = 0.8;

/** One item of a prescription with repeats and known days of supply, from its first fill on. */
export interface Course extends Adherence {
  /** As text; null for none. Never printed: it counts who stands behind a number. */
  readonly patient: string | null;
}

/** Supplies of prescriptions with repeats. */
export interface Supplies {
  readonly courses: readonly Course[];
  /** Days late of every fill after the first of its item (negative: early), with the patient. */
  readonly late: readonly { readonly days: number; readonly patient: string | null }[];
}

/**
 * Reads them; after `prepareFills`. A course is one item; its window starts at its first fill and ends with the validity, the
 * withdrawal or the log, whichever is first. A course whose window has no whole day is none.
 */
export async function readSupplies(context: ReportContext): Promise<Supplies> {
  const { engine, replay } = context;
  const items = `(SELECT item, quantity, repeats + 1 AS allowed, supply FROM ${ITEMS} JOIN ${PRESCRIPTIONS} USING (prescription)
WHERE repeats > 0 AND quantity > 0 AND supply > 0)`;
  const fills = `(${repeatFillsSql({ items, lines: LINES })})`;
  const day = (instant: string): string => `CAST(${localTime(instant, replay.timeZone)} AS DATE)`;
  const owner = `(SELECT item, CAST(patient AS VARCHAR) AS patient,
  ${day(`least(valid_end, coalesce(cancelled_at, valid_end), ${BigInt(endOf(context) ?? 0)})`)} AS ends
FROM ${ITEMS} JOIN ${PRESCRIPTIONS} USING (prescription))`;
  const supplies = `(SELECT item AS course, "day" - DATE '1970-01-01' AS "day", supply, ends - min("day") OVER (PARTITION BY item) AS window_days
FROM ${fills} JOIN ${owner} USING (item))`;
  const courses = await engine.rows(`SELECT patient, window_days, supplied, covered, covered_plain, longest_gap
FROM (${adherenceDaysSql(supplies)}) JOIN ${owner} ON item = course WHERE window_days > 0 ORDER BY course`);
  const late = await engine.rows(
    `SELECT patient, late FROM ${fills} JOIN ${owner} USING (item) WHERE late IS NOT NULL ORDER BY item, fill`,
  );
  const whose = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    courses: courses.map((row) => {
      const [window, supplied, covered, coveredPlain, longestGap] = row.slice(1).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { patient: whose(row[0]), ...adherence({ window, supplied, covered, coveredPlain, longestGap }) };
    }),
    late: late.map((row) => ({ patient: whose(row[0]), days: Number(row[1]) })),
  };
}

const COLUMNS: readonly ReportColumn[] = [
  column('measure', 'Measure', 'text', 'What is measured of each course, or of each fill after the first.', true),
  column(
    'n',
    'All',
    'count',
    'Courses (items with repeats and days of supply, from their first fill on), or fills.',
    true,
  ),
  column('patients', 'Patients', 'count', 'Distinct patients behind them.'),
  column('mean', 'Mean', 'statistic', 'Over courses or fills.', true),
  column('median', 'Median', 'statistic', 'The middle one.', true),
  column('k', 'With it', 'count', 'Courses with 80 % of their days covered or more, or fills that were late.', true),
  column('share', 'Share', 'share', 'With it / all.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
  column('suppressed', 'Hidden', 'bool', 'True where numbers are hidden because few patients stand behind them.'),
];

interface Measured {
  readonly patient: string | null;
  readonly value: number;
  readonly has: boolean;
}

function distinct(rows: readonly Measured[]): number {
  return new Set(rows.map(({ patient }) => patient)).size;
}

function rowOf(name: string, rows: readonly Measured[], counted: boolean, { small, confidence }: Options): Cell[] {
  const { k } = small;
  const patients = distinct(rows);
  const having = rows.filter(({ has }) => has);
  const hidden = isSmall(patients, k);
  const split = [having, rows.filter(({ has }) => !has)].some((part) => isSmall(distinct(part), k));
  const part = { k: having.length, n: rows.length };
  const { low, high } = wilson(part, confidence);
  const mean = rows.length === 0 ? null : rows.reduce((sum, { value }) => sum + value, 0) / rows.length;
  const middle = median(rows.map(({ value }) => value));
  const parts: Cell[] = counted ? [part.k, share(part), low, high] : [null, null, null, null];
  const hide = (cells: readonly Cell[], is: boolean): Cell[] => cells.map((cell) => (is ? SUPPRESSED : cell));
  return [
    name,
    ...hide([rows.length, patients, mean], hidden),
    ...hide([middle], hidden || !enoughForQuantiles(patients, small)),
    ...hide(parts, counted && (hidden || split)),
    hidden || (counted && split),
  ];
}

/** The table `adherence`: PDC, MPR and days late; no row where no fill has days of supply. */
export function adherenceTable({ courses, late }: Supplies, options: Options): ReportTable {
  const of = (value: (one: Course) => number | null): Measured[] =>
    courses.map((one) => ({ patient: one.patient, value: value(one)!, has: value(one)! >= ADHERENT }));
  const rows = [
    rowOf(
      'proportion of days covered',
      of(({ pdc }) => pdc),
      true,
      options,
    ),
    rowOf(
      'medication possession ratio',
      of(({ mpr }) => mpr),
      false,
      options,
    ),
    rowOf(
      'days late',
      late.map(({ patient, days }) => ({ patient, value: days, has: days > 0 })),
      true,
      options,
    ),
  ];
  return {
    name: 'adherence',
    title: titled('Are repeats fetched in time?', options.small),
    columns: COLUMNS,
    rows: courses.length === 0 ? [] : rows,
    unit: 'course, fill',
  };
}
