import { hideRows } from '../../disclosure/hide-rows.js';
import { bannerOf } from '../../disclosure/small-numbers.js';
import { isSmall, suppress } from '../../disclosure/suppression.js';
import { CAUSE } from '../cause.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { hiddenLevels } from '../discount-impact/hiding.js';
import { dropOrders, prepareOrders } from '../discount-impact/orders.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import {
  ALL,
  dropStretches,
  type Exposure,
  type LeftOut,
  patientsBehind,
  prepareStretches,
  readExposures,
  readLeftOut,
  type ShownLeftOut,
} from './exposure.js';
import type { Options } from './options.js';
import { type SameLevels, sameLevels } from './same-level.js';
import { type Spot, spotOf } from './spot.js';
import { notesOf, tell } from './summary.js';
import { answerTable, chartsOf, curveTable, levelTable, perPointTable, type ShownSpot } from './tables.js';

/** Patients behind a level's numbers: those with orders, where there are fewer of them. */
function patientsOf({ sums, buyers }: Exposure): number {
  return buyers === 0 ? Number(sums.clusters) : Math.min(buyers, Number(sums.clusters));
}

/** The same patients at the visible levels; nothing where few of them were at two. */
async function compareSame(
  context: ReportContext,
  { levels }: Spot,
  hidden: readonly boolean[],
  options: Options,
): Promise<SameLevels | null> {
  const shown = levels.filter((_, i) => !hidden[i]);
  const enough = new Set(shown.flatMap(({ level, enough: is }) => (is ? [level] : [])));
  const same = await sameLevels(
    context,
    shown.map(({ level }) => level),
    enough,
    options,
  );
  return same === null || isSmall(same.movers, options.small.k) ? null : same;
}

/** Practitioners by level are a table whose levels add up to those of the shop; both are published. */
async function hideSpots(
  context: ReportContext,
  spots: readonly Spot[],
  elsewhere: ReadonlySet<bigint>,
  options: Options,
): Promise<ShownSpot[]> {
  const { small } = options;
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  const single = spots.filter(({ practitioner }) => practitioner !== ALL);
  const levels = all?.levels ?? [];
  const few = await hideRows(levels.map(patientsOf), small.k, (rows) =>
    patientsBehind(
      context,
      rows.map((i) => levels[i]!.level),
    ),
  );
  const hiddenLevels = few.map((is, i) => is || elsewhere.has(levels[i]!.level));
  const cells = single.flatMap((spot, s) =>
    spot.levels.map((one) => ({ s, level: one.level, patients: patientsOf(one) })),
  );
  const lineOf = (is: (cell: (typeof cells)[number]) => boolean): number[] =>
    cells.flatMap((cell, i) => (is(cell) ? [i] : []));
  const lines = [
    ...levels.map(({ level }) => lineOf((cell) => cell.level === level)),
    ...single.map((_, s) => lineOf((cell) => cell.s === s)),
  ];
  const { hidden } = suppress({ patients: cells.map(({ patients }) => patients), lines }, small.k);
  const closed = new Set(levels.flatMap(({ level }, i) => (hiddenLevels[i] ? [level] : [])));
  return [
    ...(all === undefined
      ? []
      : [{ ...all, name: ALL, hidden: hiddenLevels, same: await compareSame(context, all, hiddenLevels, options) }]),
    ...single.map((spot, s) => ({
      ...spot,
      same: null,
      // Outsiders see practitioners by their place, which is that of their patients' time.
      name: small.profile === 'external' && !spot.practitioner.startsWith('(') ? `#${s + 1}` : spot.practitioner,
      hidden: lineOf((cell) => cell.s === s).map((i) => hidden[i]! || closed.has(cells[i]!.level)),
    })),
  ];
}

/** The levels that `discount-impact` hides of the same orders: what is left of a level here would tell it. */
async function closedLevels(context: ReportContext, options: Options) {
  if (options.small.profile === 'off') return [];
  try {
    await prepareOrders(context, { ...options, interval: 't' });
    return await hiddenLevels(context.engine, options.small);
  } finally {
    await dropOrders(context);
  }
}

/** Orders without a level are levels of their own in `discount-impact`: told where they are told there. */
function hideLeftOut(all: LeftOut, closed: Awaited<ReturnType<typeof closedLevels>>, { small }: Options): ShownLeftOut {
  const shown = (kind: 'none' | 'unknown'): number | null =>
    closed.some((one) => one.kind === kind) ? null : all[kind];
  const few = isSmall(all.withoutTimePatients, small.k);
  return { none: shown('none'), unknown: shown('unknown'), withoutTime: few ? null : all.withoutTime };
}

/** What the report says, beside its name, title and question. */
export async function runSweetSpot(context: ReportContext, options: Options) {
  try {
    await prepareStretches(context, options);
    const exposures = await readExposures(context);
    const names = [...new Set(exposures.map(({ practitioner }) => practitioner))];
    const made = names.map((name) => {
      const own = exposures.filter(({ practitioner }) => practitioner === name);
      return spotOf(name, own, options);
    });
    const closed = await closedLevels(context, options);
    const spots = await hideSpots(
      context,
      made,
      new Set(closed.flatMap(({ kind, level }) => (kind === 'discount' ? [level] : []))),
      options,
    );
    const all = spots.find(({ practitioner }) => practitioner === ALL);
    const tables = [
      levelTable(spots, options),
      answerTable(spots, options),
      perPointTable(all, options),
      curveTable(all, options),
    ];
    const hiddenCells = hiddenCellsOf(tables);
    const findings = {
      options,
      spots,
      leftOut: hideLeftOut(await readLeftOut(context, options), closed, options),
      hiddenCells,
    };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, context.notes),
      caveat: CAUSE,
      banner: bannerOf(options.small),
      charts: chartsOf(spots, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'level width', value: options.width === null ? 'as stored' : String(Number(options.width) / 100) },
        { name: 'margin', value: options.margin ? 'wholesale' : 'none' },
        { name: 'enough', value: `${options.minOrders} orders, ${options.minPatients} patients` },
        await excludedOrders(context, 'ORDERS_WITH_DISCOUNT', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropStretches(context);
  }
}
