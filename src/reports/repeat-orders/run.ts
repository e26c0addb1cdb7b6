import { bannerOf } from '../../disclosure/small-numbers.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { findingsOf } from './findings.js';
import { dropOrders, prepareOrders, readCounts } from './occasions.js';
import type { Options } from './options.js';
import { notesOf, tell } from './summary.js';
import {
  chartsOf,
  cohortTable,
  curveTable,
  frequencyTable,
  gapTable,
  groupTable,
  patientTable,
  proxyTable,
  repeatTable,
  testTable,
} from './tables.js';

const CAVEAT = 'These are observed differences, not effects: who comes back to whom is no accident.';

/** What the report says, beside its name, title and question. */
export async function runRepeat(context: ReportContext, options: Options) {
  try {
    await prepareOrders(context, options);
    const findings = await findingsOf(await readCounts(context, options), options);
    const compared = options.by === 'none' ? [] : [groupTable(findings), testTable(findings)];
    const tables = [
      repeatTable(findings),
      ...compared,
      ...[curveTable, cohortTable, gapTable, frequencyTable, proxyTable].map((table) => table(findings)),
      ...(options.small.profile === 'off' ? [patientTable(findings)] : []),
    ];
    const hiddenCells = hiddenCellsOf(tables);
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings, hiddenCells)),
      notes: notesOf(findings, context.replay.timeZone, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(findings),
      provenance: [
        ...replayProvenance(context),
        { name: 'days', value: options.days.join(', ') },
        { name: 'by', value: options.by },
        { name: 'at', value: options.at },
        { name: 'counted orders', value: findings.counts.orders },
        await excludedOrders(context, 'ORDERS_PLACED', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
