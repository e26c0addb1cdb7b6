import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import type { Made } from '../kit.js';
import { orderProvenance } from '../provenance.js';
import { adherenceTable, readSupplies } from './adherence.js';
import { readCounts } from './counts.js';
import { type Findings, findingsOf } from './findings.js';
import type { Options } from './options.js';
import { orderedShares, orderedTable } from './ordered.js';
import { dropFills, hasSupply, prepareFills } from './sources.js';
import { notesOf, tell } from './summary.js';
import {
  chartsOf,
  curveTable,
  groupTable,
  maturedTable,
  prescriptionTable,
  repeatTable,
  statusTable,
} from './tables.js';

/** Is the number of those without any order hidden among the statuses? */
function isClosed({ counts, hiddenStatuses }: Findings): boolean {
  return counts.statuses.some(({ status, matured }, i) => hiddenStatuses[i] && matured && status.startsWith('not'));
}

/** Makes the report. */
export async function makeFills(context: ReportContext, options: Options): Promise<Made> {
  try {
    await prepareFills(context, options);
    const findings = await findingsOf(context, await readCounts(context, options), options);
    const compared = options.by === 'none' ? [] : [groupTable];
    const supplies = hasSupply(context) ? await readSupplies(context) : null;
    const ordered = orderedShares(findings.counts, isClosed(findings), options);
    const tables = [
      orderedTable(ordered, options),
      ...[maturedTable, ...compared, statusTable, curveTable, repeatTable].map((table) => table(findings)),
      ...(supplies === null ? [] : [adherenceTable(supplies, options)]),
      prescriptionTable(findings),
    ];
    const excluded = await excludedOrders(context, 'PRESCRIPTION_FILLS', options);
    return {
      tables,
      tell: (hiddenCells) => tell(findings, ordered, hiddenCells),
      notes: notesOf(findings, supplies, context.replay.timeZone),
      charts: chartsOf(findings),
      provenance: (hiddenCells) => [
        { name: 'at once hours', value: options.atOnceHours },
        { name: 'validity days', value: options.validityDays },
        { name: 'by', value: options.by },
        excluded,
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropFills(context);
  }
}
