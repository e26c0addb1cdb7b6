import { shownCounts } from '../../disclosure/shown-counts.js';
import { bannerOf } from '../../disclosure/small-numbers.js';
import { CAUSE } from '../cause.js';
import type { ReportContext } from '../definition.js';
import { said } from '../finding.js';
import { dropLineSums, prepareLineSums } from '../order-lines.js';
import { asOf, replayProvenance } from '../provenance.js';
import { type ReportTable, SUPPRESSED } from '../report.js';
import type { Findings } from './findings.js';
import { isLined, readGrossFacts } from './gross.js';
import { hideLevels, shownBasis } from './hiding.js';
import { computeJumps, jumpTable } from './jumps.js';
import { levelChart, levelTable } from './levels.js';
import { notesOf } from './notes.js';
import type { Options } from './options.js';
import { dropOrders, excludedSql, prepareOrders, readExtent } from './orders.js';
import { impactProvenance } from './provenance.js';
import { compareSame, sameTable } from './same-table.js';
import { computeSlopes, differenceTable, slopeTable } from './slopes.js';
import { RELATION, roundingNotes } from './source.js';
import { countBasis, countExcluded, distinctDiscounts, readLevels } from './sums.js';
import { tell } from './tell.js';
import { proposeWidth } from './width.js';

function hiddenCells(tables: readonly ReportTable[]): number {
  return tables.flatMap((table) => table.rows.flat()).filter((cell) => cell === SUPPRESSED).length;
}

async function compute(context: ReportContext, options: Options) {
  const { engine } = context;
  const counted = Number((await readExtent(engine)).orders);
  const shown = await hideLevels(engine, await readLevels(engine, isLined(context, options)), options.small);
  const jumps = await computeJumps(engine, shown.levels, options);
  const slopes = await computeSlopes(engine, shown.levels, options);
  const same = await compareSame(context, shown.levels, options);
  const orders = shown.totalsShown ? counted : null;
  const facts = await readGrossFacts(context, options);
  const tables = [
    levelTable(shown.levels, orders, options),
    jumpTable(jumps, same.judged, options),
    slopeTable(slopes.rows, options),
    differenceTable(slopes, options),
    sameTable(same.same, options),
  ];
  const findings: Findings = {
    options,
    shown,
    jumps,
    slopes: slopes.rows,
    ...same,
    difference: slopes.differenceHidden ? null : slopes.difference,
    orders,
    basis: shownBasis(await countBasis(engine), shown, options.small),
    excluded: shownCounts(await countExcluded(engine, excludedSql(context, options)), options.small),
    gross:
      facts === null
        ? null
        : { basis: shownCounts(facts.basis, options.small), stored: shownCounts(facts.stored, options.small) },
    hiddenCells: hiddenCells(tables),
    proposedWidth: proposeWidth(await distinctDiscounts(engine), options.width),
  };
  return { tables, findings };
}

/** What the report says, beside its name, title and question. */
export async function runImpact(context: ReportContext, options: Options) {
  try {
    if (isLined(context, options)) await prepareLineSums(context);
    await prepareOrders(context, options);
    const { tables, findings } = await compute(context, options);
    const rounding = roundingNotes(context.columns(RELATION), options.amount);
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, rounding, context.notes),
      caveat: CAUSE,
      banner: bannerOf(options.small),
      charts: [levelChart(findings.shown.levels, options)],
      provenance: [...replayProvenance(context), ...impactProvenance(findings)],
    };
  } finally {
    await dropOrders(context);
    await dropLineSums(context);
  }
}
