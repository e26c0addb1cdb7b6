import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { bannerOf, rulesText } from '../../disclosure/small-numbers.js';
import { CAUSE } from '../cause.js';
import type { ReportContext } from '../definition.js';
import { isLined } from '../discount-impact/gross.js';
import { hiddenLevels } from '../discount-impact/hiding.js';
import type { Options } from '../discount-impact/options.js';
import { dropOrders, excludedSql, prepareOrders } from '../discount-impact/orders.js';
import { RELATION, roundingNotes } from '../discount-impact/source.js';
import { countExcluded } from '../discount-impact/sums.js';
import { said } from '../finding.js';
import { dropLineSums, prepareLineSums } from '../order-lines.js';
import { asOf, replayProvenance } from '../provenance.js';
import { SUPPRESSED } from '../report.js';
import { percentText } from '../words.js';
import { hideYears } from './hiding.js';
import { compareMonths, sameMonthsTable } from './same-months.js';
import { notesOf, tell } from './summary.js';
import { changesOf, changeTable, yearCharts, yearTable } from './tables.js';
import { createBehind, dropBehind, readYear, readYears, type YearSums } from './years.js';

/** What the report says, beside its name, title and question. */
export async function runHistory(context: ReportContext, options: Options) {
  try {
    const lined = isLined(context, options);
    if (lined) await prepareLineSums(context);
    await createBehind(context);
    const found: YearSums[] = [];
    for (const year of await readYears(context)) {
      const sums = await readYear(context, options, year);
      if (sums !== null) found.push(sums);
    }
    await prepareOrders(context, options);
    const closed = await hiddenLevels(context.engine, options.small);
    const years = await hideYears(context, found, closed, options.small);
    const changes = changesOf(years);
    const compared = await compareMonths(context, years, options);
    const tables = [yearTable(years, options), sameMonthsTable(compared, options), changeTable(changes, options)];
    const hiddenCells = tables.flatMap((table) => table.rows.flat()).filter((cell) => cell === SUPPRESSED).length;
    const findings = { options, years, compared, hiddenCells };
    const rounding = roundingNotes(context.columns(RELATION), options.amount);
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, lined, context.replay.timeZone, [...rounding, ...context.notes]),
      caveat: CAUSE,
      banner: bannerOf(options.small),
      charts: yearCharts(years, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'counted statuses', value: options.statuses },
        {
          name: 'excluded orders',
          value: printedCounts(
            shownCounts(await countExcluded(context.engine, excludedSql(context, options)), options.small),
          ),
        },
        { name: 'amount', value: options.amount },
        { name: 'confidence', value: percentText(options.confidence) },
        { name: 'interval', value: options.interval },
        { name: 'enough', value: `${options.minOrders} orders, ${options.minPatients} patients` },
        { name: 'small numbers', value: rulesText(options.small) },
        { name: 'hidden cells', value: hiddenCells },
      ],
    };
  } finally {
    await dropBehind(context);
    await dropOrders(context);
    await dropLineSums(context);
  }
}
