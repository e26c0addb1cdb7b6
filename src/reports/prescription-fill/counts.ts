import type { PatientsOfDay } from '../../disclosure/pool-steps.js';
import { pseudonymSql } from '../../privacy/run-secret.js';
import {
  type FillCounts,
  type FillStatus,
  fillCountsSql,
  fillFollowUpSql,
} from '../../statistics/prescription-fills.js';
import { repeatFillsSql } from '../../statistics/repeat-fills.js';
import type { SurvivalCounts } from '../../statistics/survival-counts.js';
import { survivalCountsSql } from '../../statistics/survival-counts.js';
import { endOf } from '../clock.js';
import type { ReportContext } from '../definition.js';
import type { Options } from './options.js';
import { FILLS, ITEMS, LINES, PRESCRIPTIONS } from './sources.js';

/** Prescriptions that have something in common, and the distinct patients behind them. */
export interface Behind {
  readonly prescriptions: number;
  readonly patients: number;
}

/** A prescription: what became of it. Instants in epoch milliseconds. */
export interface Fill {
  readonly hash: string;
  readonly issuedAt: bigint;
  readonly validEnd: bigint;
  readonly items: number;
  readonly itemsOrdered: number;
  readonly itemsFilled: number;
  readonly prescribed: number;
  readonly filled: number;
  readonly orders: number;
  readonly firstAt: bigint | null;
  readonly fullAt: bigint | null;
  readonly status: FillStatus;
  readonly matured: boolean;
}

/** A day of follow-up with the patients behind its numbers. */
export interface FollowUpCounts extends SurvivalCounts {
  readonly behind: readonly PatientsOfDay[];
}

/** Matured prescriptions of a group of `--by`: how many, and how many were filled, at once or at all. */
export interface Group extends Behind {
  readonly label: string;
  readonly filled: number;
  readonly atOnce: number;
  /** Distinct patients behind the filled ones, and behind the others. */
  readonly filledPatients: number;
  readonly otherPatients: number;
}

/** Fills of prescriptions with repeats. */
export interface Repeats extends Behind {
  readonly items: number;
  readonly used: number;
  readonly allowed: number;
}

/**
 * What was ordered of matured prescriptions: all in the full quantity (`filled`), every product but not the full quantity of each (`ordered`), some
 * products, none.
 */
export const ORDERED = ['filled', 'ordered', 'some', 'none'] as const;

/** Everything the report counts. */
export interface Counts {
  readonly statuses: readonly (Behind & { readonly status: FillStatus; readonly matured: boolean })[];
  readonly matured: readonly FillCounts[];
  readonly fills: readonly Fill[];
  readonly first: readonly FollowUpCounts[];
  readonly full: readonly FollowUpCounts[];
  readonly months: readonly (Behind & { readonly month: string; readonly status: FillStatus })[];
  readonly groups: readonly Group[];
  readonly repeats: Repeats;
  /** Of matured prescriptions that were not cancelled, by what was ordered of them; disjoint. */
  readonly ordered: Readonly<Record<(typeof ORDERED)[number], Behind>>;
  readonly assumedEnd: Behind;
  readonly withoutItems: Behind;
}

const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** Distinct patients behind the prescriptions for which `where` holds (SQL over FILLS). */
export async function patientsBehind({ engine }: ReportContext, where: string): Promise<number> {
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${FILLS} WHERE ${where}`);
  return Number(row![0]);
}

async function readFollowUp(context: ReportContext, until: 'first_at' | 'full_at'): Promise<readonly FollowUpCounts[]> {
  const { engine } = context;
  const followed = fillFollowUpSql(FILLS, until, BigInt(endOf(context) ?? 0));
  const counts = await engine.rows(survivalCountsSql(`(SELECT '' AS "group", "day", event FROM ${followed})`));
  const rows = await engine.rows(`SELECT "day", event, before, count(*) FROM (
  SELECT "day", event, coalesce(lag("day") OVER (PARTITION BY patient, event ORDER BY "day"), -1) AS before
  FROM (SELECT DISTINCT "day", event, patient FROM ${followed} JOIN (SELECT prescription, patient FROM ${FILLS}) USING (prescription))
) GROUP BY ALL ORDER BY ALL`);
  const behind = new Map<number, PatientsOfDay[]>();
  for (const row of rows) {
    const list = behind.get(Number(row[0])) ?? [];
    behind.set(Number(row[0]), list);
    list.push({ event: row[1] === true, before: Number(row[2]), patients: Number(row[3]) });
  }
  return counts.map((row) => {
    const [day, atRisk, events, censored] = row.slice(1).map(Number) as [number, number, number, number];
    return { day, atRisk, events, censored, behind: behind.get(day) ?? [] };
  });
}

async function readFills({ engine }: ReportContext): Promise<readonly Fill[]> {
  const rows =
    await engine.rows(`SELECT substr(${pseudonymSql('prescription', [FILLS])}, 1, 16), issued_at, valid_end, items,
  items_ordered, items_filled, quantity_prescribed, quantity_filled, orders, first_at, full_at, status, matured
FROM ${FILLS} ORDER BY issued_at, prescription`);
  return rows.map((row) => {
    const [items, itemsOrdered, itemsFilled, prescribed, filled, orders] = row.slice(3, 9).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      hash: String(row[0]),
      issuedAt: row[1] as bigint,
      validEnd: row[2] as bigint,
      ...{ items, itemsOrdered, itemsFilled, prescribed, filled, orders },
      firstAt: row[9] as bigint | null,
      fullAt: row[10] as bigint | null,
      status: String(row[11]) as FillStatus,
      matured: row[12] === true,
    };
  });
}

async function readGroups({ engine }: ReportContext): Promise<readonly Group[]> {
  const filled = `status IN ('filled-at-once', 'filled-over-time')`;
  const rows = await engine.rows(`SELECT label, count(*), ${PATIENTS}, count(*) FILTER (${filled}),
  count(*) FILTER (status = 'filled-at-once'), count(DISTINCT patient) FILTER (${filled}), count(DISTINCT patient) FILTER (NOT ${filled})
FROM ${FILLS} WHERE matured AND status <> 'cancelled' GROUP BY label ORDER BY length(label), label`);
  return rows.map((row) => {
    const [prescriptions, patients, all, atOnce, filledPatients, otherPatients] = row.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { label: String(row[0]), prescriptions, patients, filled: all, atOnce, filledPatients, otherPatients };
  });
}

async function readOrdered({ engine }: ReportContext): Promise<Counts['ordered']> {
  const rows =
    await engine.rows(`SELECT CASE WHEN status LIKE 'filled%' THEN 'filled' WHEN items > 0 AND items_ordered = items THEN 'ordered'
  WHEN items_ordered > 0 THEN 'some' ELSE 'none' END AS kind, count(*), ${PATIENTS}
FROM ${FILLS} WHERE matured AND status <> 'cancelled' GROUP BY kind ORDER BY kind`);
  const found = new Map(
    rows.map((row) => [String(row[0]), { prescriptions: Number(row[1]), patients: Number(row[2]) }]),
  );
  const of = (kind: (typeof ORDERED)[number]): Behind => found.get(kind) ?? { prescriptions: 0, patients: 0 };
  return { filled: of('filled'), ordered: of('ordered'), some: of('some'), none: of('none') };
}

async function readRepeats({ engine }: ReportContext): Promise<Repeats> {
  const items = `(SELECT item, quantity, repeats + 1 AS allowed, CAST(NULL AS BIGINT) AS supply
FROM ${ITEMS} JOIN ${PRESCRIPTIONS} USING (prescription) WHERE repeats > 0 AND quantity > 0)`;
  const [row] = await engine.rows(`SELECT (SELECT count(*) FROM ${PRESCRIPTIONS} WHERE repeats > 0),
  (SELECT ${PATIENTS} FROM ${PRESCRIPTIONS} WHERE repeats > 0), (SELECT count(*) FROM ${items}),
  (SELECT count(*) FROM (${repeatFillsSql({ items, lines: LINES })})), (SELECT coalesce(CAST(sum(allowed) AS BIGINT), 0) FROM ${items})`);
  const [prescriptions, patients, n, used, allowed] = row!.map(Number) as [number, number, number, number, number];
  return { prescriptions, patients, items: n, used, allowed };
}

/** Counts everything; after `prepareFills`. */
export async function readCounts(context: ReportContext, options: Options): Promise<Counts> {
  const { engine } = context;
  const statuses = await engine.rows(
    `SELECT status, matured, count(*), ${PATIENTS} FROM ${FILLS} GROUP BY status, matured ORDER BY status, matured`,
  );
  const sums = await engine.rows(fillCountsSql(FILLS));
  const months = await engine.rows(
    `SELECT CAST(month AS VARCHAR), status, count(*), ${PATIENTS} FROM ${FILLS} GROUP BY month, status ORDER BY month, status`,
  );
  const [odd] = await engine.rows(
    `SELECT (SELECT count(*) FROM ${PRESCRIPTIONS} WHERE assumed_end), (SELECT ${PATIENTS} FROM ${PRESCRIPTIONS} WHERE assumed_end),
  (SELECT count(*) FROM ${FILLS} WHERE items = 0), (SELECT ${PATIENTS} FROM ${FILLS} WHERE items = 0)`,
  );
  return {
    statuses: statuses.map((row) => ({
      status: String(row[0]) as FillStatus,
      matured: row[1] === true,
      prescriptions: Number(row[2]),
      patients: Number(row[3]),
    })),
    matured: sums.map((row) => {
      const [prescriptions, items, itemsOrdered, quantityPrescribed, quantityFilled] = row.slice(2).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return {
        status: String(row[0]) as FillStatus,
        matured: row[1] === true,
        prescriptions,
        items,
        itemsOrdered,
        quantityPrescribed,
        quantityFilled,
      };
    }),
    fills: options.small.profile === 'off' ? await readFills(context) : [],
    first: await readFollowUp(context, 'first_at'),
    full: await readFollowUp(context, 'full_at'),
    months: months.map((row) => ({
      month: String(row[0]),
      status: String(row[1]) as FillStatus,
      prescriptions: Number(row[2]),
      patients: Number(row[3]),
    })),
    groups: options.by === 'none' ? [] : await readGroups(context),
    repeats: await readRepeats(context),
    ordered: await readOrdered(context),
    assumedEnd: { prescriptions: Number(odd![0]), patients: Number(odd![1]) },
    withoutItems: { prescriptions: Number(odd![2]), patients: Number(odd![3]) },
  };
}
