import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import type { Made } from '../kit.js';
import { orderProvenance } from '../provenance.js';
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

/** Makes the report. */
export async function makeRepeat(context: ReportContext, options: Options): Promise<Made> {
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
    const excluded = await excludedOrders(context, 'ORDERS_PLACED', options);
    return {
      tables,
      tell: (hiddenCells) => tell(findings, hiddenCells),
      notes: notesOf(findings, context.replay.timeZone),
      charts: chartsOf(findings),
      provenance: (hiddenCells) => [
        { name: 'days', value: options.days.join(', ') },
        { name: 'by', value: options.by },
        { name: 'at', value: options.at },
        { name: 'counted orders', value: findings.counts.orders },
        excluded,
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
