import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import type { Made } from '../kit.js';
import { orderProvenance } from '../provenance.js';
import { readShown } from './hiding.js';
import type { Options } from './options.js';
import { type Findings, notesOf, tell } from './summary.js';
import { chartsOf, pairTable, testTable, typeTable, unitTable } from './tables.js';
import { testTypes } from './tests.js';
import { dropOrders, prepareOrders, readFacts } from './units.js';

/** Makes the report. */
export async function makeTypes(context: ReportContext, options: Options): Promise<Made> {
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
    const excluded = await excludedOrders(context, 'ORDERS_WITH_PRACTITIONER', options);
    const findings: Findings = { options, types, tests, facts: await readFacts(context) };
    return {
      tables,
      tell: (hiddenCells) => tell(findings, hiddenCells),
      notes: notesOf(findings),
      charts: chartsOf(types, shown, options),
      provenance: (hiddenCells) => [
        { name: 'practitioner', value: options.own ? 'own' : 'responsible' },
        { name: 'type', value: options.latest ? 'latest' : 'as of the order' },
        { name: 'enough', value: `${options.minOrders} orders, ${options.minPractitioners} practitioners` },
        excluded,
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
