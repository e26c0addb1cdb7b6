import { bannerOf } from '../../disclosure/small-numbers.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { adherenceTable, readSupplies } from './adherence.js';
import { readCounts } from './counts.js';
import { findingsOf } from './findings.js';
import type { Options } from './options.js';
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

const CAVEAT = 'These are observed differences, not effects: who gets which prescription from whom is no accident.';

/** What the report says, beside its name, title and question. */
export async function runFills(context: ReportContext, options: Options) {
  try {
    await prepareFills(context, options);
    const findings = await findingsOf(context, await readCounts(context, options), options);
    const compared = options.by === 'none' ? [] : [groupTable];
    const supplies = hasSupply(context) ? await readSupplies(context) : null;
    const tables = [
      ...[maturedTable, ...compared, statusTable, curveTable, repeatTable].map((table) => table(findings)),
      ...(supplies === null ? [] : [adherenceTable(supplies, options)]),
      prescriptionTable(findings),
    ];
    const hiddenCells = hiddenCellsOf(tables);
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings, hiddenCells)),
      notes: notesOf(findings, supplies, context.replay.timeZone, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(findings),
      provenance: [
        ...replayProvenance(context),
        { name: 'at once hours', value: options.atOnceHours },
        { name: 'validity days', value: options.validityDays },
        { name: 'by', value: options.by },
        await excludedOrders(context, 'PRESCRIPTION_FILLS', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropFills(context);
  }
}
