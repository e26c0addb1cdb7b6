import { hideRows } from '../../disclosure/hide-rows.js';
import { bannerOf } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { hiddenPractitioners } from '../practitioner-type/hiding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { percentText } from '../words.js';
import { type Closed, judge } from './judge.js';
import type { Options } from './options.js';
import { dropLines, type Pairs, patientsBehind, prepareLines, readPairs } from './pairs.js';
import { notesOf, tell } from './summary.js';
import { chartsOf, pairTable } from './tables.js';

/** Brands as `brand-performance` hides them, practitioners as `practitioner-type` does, and those of few patients. */
async function closedSides(context: ReportContext, all: Pairs, options: Options): Promise<Closed> {
  const { k } = options.small;
  const hidden = await hideRows(
    all.brands.map(({ patients }) => patients),
    k,
    (rows) =>
      patientsBehind(
        context,
        rows.map((i) => all.brands[i]!.id),
      ),
  );
  const few = all.practitioners.filter(({ patients }) => isSmall(patients, k)).map(({ id }) => id);
  return {
    practitioners: new Set([...few, ...(await hiddenPractitioners(context, options))]),
    brands: new Set(all.brands.flatMap(({ id }, i) => (hidden[i] ? [id] : []))),
  };
}

const CAVEAT = 'These are observed differences, not effects: who prescribes what is no accident.';

/** What the report says, beside its name, title and question. */
export async function runPairs(context: ReportContext, options: Options) {
  try {
    await prepareLines(context, options);
    const all = await readPairs(context);
    const closed = await closedSides(context, all, options);
    const { pairs, habit, visibleLift } = judge(all, closed, options);
    const tables = [pairTable(pairs, options)];
    const hiddenCells = hiddenCellsOf(tables);
    const findings = { options, all, pairs, visibleLift, hiddenCells };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(all, pairs, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'habit of patients', value: percentText(habit) },
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
