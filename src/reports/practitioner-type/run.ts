import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { readShown } from './hiding.js';
import type { Options } from './options.js';
import { type Findings, notesOf, summarise } from './summary.js';
import { chartsOf, pairTable, testTable, typeTable, unitTable } from './tables.js';
import { testTypes } from './tests.js';
import { dropOrders, prepareOrders, readFacts } from './units.js';

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
      summary: summarise(findings),
      notes: notesOf(findings, context.notes),
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
