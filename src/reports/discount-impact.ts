import type { ReportContext, ReportDefinition } from './definition.js';
import type { Findings } from './discount-impact/findings.js';
import { hideLevels, shownBasis, shownCounts } from './discount-impact/hiding.js';
import { computeJumps, jumpTable } from './discount-impact/jumps.js';
import { levelChart, levelTable } from './discount-impact/levels.js';
import { notesOf } from './discount-impact/notes.js';
import { type Options, PARAMETERS, readOptions } from './discount-impact/options.js';
import { impactProvenance } from './discount-impact/provenance.js';
import { computeSlopes, slopeTable } from './discount-impact/slopes.js';
import { COLUMNS, checkColumns, dropOrders, prepareOrders, RELATION, roundingNotes } from './discount-impact/source.js';
import { summarise } from './discount-impact/summary.js';
import { countBasis, countExcluded, countOrders, distinctDiscounts, readLevels } from './discount-impact/sums.js';
import { proposeWidth } from './discount-impact/width.js';
import { readParameters } from './parameters.js';
import { asOf, replayProvenance } from './provenance.js';
import { type Report, type ReportTable, SUPPRESSED } from './report.js';

const ID = 'discount-impact';
const TITLE = 'Discount impact';
const QUESTION = 'How does the discount relate to what an order is worth?';

function hiddenCells(tables: readonly ReportTable[]): number {
  return tables.flatMap((table) => table.rows.flat()).filter((cell) => cell === SUPPRESSED).length;
}

async function compute(context: ReportContext, options: Options) {
  const { engine } = context;
  const counted = await countOrders(engine);
  const shown = await hideLevels(engine, await readLevels(engine), options.small);
  const jumps = await computeJumps(engine, shown.levels, options);
  const slopes = await computeSlopes(engine, shown.levels, options);
  const orders = shown.totalsShown ? counted.orders : null;
  const tables = [levelTable(shown.levels, orders, options), jumpTable(jumps, options), slopeTable(slopes, options)];
  const findings: Findings = {
    options,
    shown,
    jumps,
    slopes,
    orders,
    basis: shownBasis(await countBasis(engine), shown, options.small),
    excluded: shownCounts(await countExcluded(engine), options.small),
    hiddenCells: hiddenCells(tables),
    proposedWidth: proposeWidth(await distinctDiscounts(engine), options.width),
  };
  return { tables, findings };
}

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(discountImpact, context.parameters));
  const columns = context.columns(RELATION);
  checkColumns(columns, options.amount);
  try {
    await prepareOrders(context, options);
    const { tables, findings } = await compute(context, options);
    return {
      id: ID,
      title: TITLE,
      question: QUESTION,
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      summary: summarise(findings),
      notes: notesOf(findings, roundingNotes(columns, options.amount), context.notes),
      charts: [levelChart(findings.shown.levels, options)],
      provenance: [...replayProvenance(context), ...impactProvenance(findings)],
    };
  } finally {
    await dropOrders(context);
  }
}

/** The report `discount-impact`: average order value by the discount that was in force when the order was placed. */
export const discountImpact: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: [{ relation: RELATION, columns: [...COLUMNS, 'AMOUNT_SUBTOTAL', 'AMOUNT_TOTAL'] }],
  run,
};
