import { bannerOf } from '../../disclosure/small-numbers.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { analyse } from './analyse.js';
import { dropOrders, prepareOrders, readDays } from './days.js';
import { hideDays } from './hiding.js';
import type { Options } from './options.js';
import { notesOf, tell } from './summary.js';
import { chartsOf, checkTable, dayTable, methodTable } from './tables.js';

const CAVEAT = 'These are observed differences: whatever else happened on these days is in them too.';

/** What the report says, beside its name, title and question. */
export async function runSite(context: ReportContext, options: Options) {
  try {
    await prepareOrders(context, options);
    const days = await readDays(context);
    const hidden = await hideDays(context, days, options);
    const all = options.changes.map((change) => analyse(days, change, options));
    const analyses = all.flatMap((one) => ('why' in one ? [] : [one]));
    const failed = all.flatMap((one) => ('why' in one ? [one] : []));
    const tables = [methodTable(analyses, options), checkTable(analyses, options), dayTable(analyses, hidden, options)];
    const hiddenCells = hiddenCellsOf(tables);
    const findings = { options, analyses, failed, hiddenCells };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, context.replay.timeZone, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(analyses, hidden, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'changes', value: options.changes },
        { name: 'measure', value: options.measure },
        { name: 'window', value: options.window ?? 'all complete days' },
        {
          name: 'control',
          value: options.control === null ? 'none' : `${options.control.kind}=${options.control.value}`,
        },
        { name: 'holidays', value: options.holidays },
        await excludedOrders(context, 'ORDERS_PLACED', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
