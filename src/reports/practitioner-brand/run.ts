import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { judge } from './judge.js';
import type { Options } from './options.js';
import { dropLines, prepareLines, readPairs } from './pairs.js';
import { notesOf, summarise } from './summary.js';
import { chartsOf, pairTable } from './tables.js';

/** What the report says, beside its name, title and question. */
export async function runPairs(context: ReportContext, options: Options) {
  try {
    await prepareLines(context, options);
    const all = await readPairs(context);
    const pairs = judge(all, options);
    const tables = [pairTable(pairs, options)];
    const hiddenCells = hiddenCellsOf(tables);
    const findings = { options, all, pairs, hiddenCells };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      summary: summarise(findings),
      notes: notesOf(findings, context.notes),
      charts: chartsOf(all, pairs, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'prior', value: Number(options.prior) },
        { name: 'pairs', value: options.all ? 'all' : 'with 5 expected orders or more' },
        await excludedOrders(context, 'ORDER_LINES', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropLines(context);
  }
}
