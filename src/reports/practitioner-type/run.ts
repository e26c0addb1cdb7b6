import { bannerOf } from '../../disclosure/small-numbers.js';
import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { said } from '../finding.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { readShown } from './hiding.js';
import type { Options } from './options.js';
import { type Findings, notesOf, tell } from './summary.js';
import { chartsOf, pairTable, testTable, typeTable, unitTable } from './tables.js';
import { testTypes } from './tests.js';
import { dropOrders, prepareOrders, readFacts } from './units.js';

const CAVEAT =
  'These are observed differences, not effects of the type: who goes to which practitioner, where and with what complaint is no accident.';

/** What the report says, beside its name, title and question. */
export async function runTypes(context: ReportContext, options: Options) {
  try {
    await prepareOrders(context, options);
    const { units, types, shown } = await readShown(context, options);
    const tested = units.filter(({ type }) => !types.some((one) => one.hidden && one.type === type));
    const tests = testTypes(tested, options);
    const tables = [
      typeTable(types, units, options),
      testTable(tests, options),
      pairTable(tests, options),
      unitTable(shown, options),
    ];
    const hiddenCells = hiddenCellsOf(tables);
    const findings: Findings = { options, types, tests, facts: await readFacts(context), hiddenCells };
    return {
      order: context.replay.order,
      asOf: asOf(context),
      tables,
      ...said(tell(findings)),
      notes: notesOf(findings, context.notes),
      caveat: CAVEAT,
      banner: bannerOf(options.small),
      charts: chartsOf(types, shown, options),
      provenance: [
        ...replayProvenance(context),
        { name: 'practitioner', value: options.own ? 'own' : 'responsible' },
        { name: 'type', value: options.latest ? 'latest' : 'as of the order' },
        { name: 'enough', value: `${options.minOrders} orders, ${options.minPractitioners} practitioners` },
        await excludedOrders(context, 'ORDERS_WITH_PRACTITIONER', options),
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
