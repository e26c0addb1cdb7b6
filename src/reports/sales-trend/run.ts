import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { bannerOf } from '../../disclosure/small-numbers.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { dropLineSums, hasLines, prepareLineSums } from '../order-lines.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { hidePeriods } from './hiding.js';
import type { Options } from './options.js';
import { dropOrders, prepareOrders, readGrossBasis, readPeriods } from './periods.js';
import { notesOf, tell } from './summary.js';
import { chartsOf, periodTable, rowsOf, trendTable } from './tables.js';
import { trendOf } from './trend.js';

const CAVEAT = 'This is what was sold, not why: season, prices, stock and everything else that moved are in it.';

/** What the report says, beside its name, title and question. */
export async function runTrend(context: ReportContext, options: Options) {
  try {
    if (hasLines(context)) await prepareLineSums(context);
    await prepareOrders(context, options);
    const periods = await hidePeriods(context, await readPeriods(context, options), options.small);
    const rows = rowsOf(periods, options);
    const trend = trendOf(periods, options);
    const tables = [periodTable(rows, options), trendTable(trend, options)];
    const hiddenCells = hiddenCellsOf(tables);
    const findings = {
      options,
      rows,
      trend,
      basis: await readGrossBasis(context),
      lined: hasLines(context),
      hiddenCells,
    };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, context.replay.timeZone, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(rows, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'by', value: options.grain },
        { name: 'before discount by', value: printedCounts(shownCounts(findings.basis, options.small)) },
        await excludedOrders(context, 'ORDERS_WITH_DISCOUNT', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
    await dropLineSums(context);
  }
}
