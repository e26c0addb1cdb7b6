import { hiddenCellsOf } from '../column.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { hideRows } from '../hide-rows.js';
import { asOf, orderProvenance, replayProvenance } from '../provenance.js';
import { isSmall, suppress } from '../statistics/suppression.js';
import type { Options } from './options.js';
import { type Findings, notesOf, summarise } from './summary.js';
import { chartsOf, pairTable, type ShownUnit, testTable, typeTable, unitTable } from './tables.js';
import { testTypes } from './tests.js';
import {
  dropOrders,
  patientsBehind,
  prepareOrders,
  readFacts,
  readTypes,
  readUnits,
  type TypeSums,
  type Unit,
} from './units.js';

/** Practitioners of few patients are hidden, and as many others of their type as its totals ask for. */
function hideUnits(units: readonly Unit[], { small }: Options): ShownUnit[] {
  const types = [...new Set(units.map(({ type }) => type))];
  const lines = types.map((type) => units.flatMap((unit, i) => (unit.type === type ? [i] : [])));
  const { hidden } = suppress({ patients: units.map(({ patients }) => patients), lines }, small.k);
  return units.map((unit, i) => ({
    ...unit,
    hidden: hidden[i]!,
    hiddenRepeat: hidden[i]! || isSmall(unit.eligible, small.k) || isSmall(unit.again, small.k),
  }));
}

/** What the report says, beside its name, title and question. */
export async function runTypes(context: ReportContext, options: Options) {
  try {
    await prepareOrders(context, options);
    const units = await readUnits(context, options);
    const sums: readonly TypeSums[] = await readTypes(context);
    const behind = (rows: readonly number[]): Promise<number> =>
      patientsBehind(
        context,
        rows.map((i) => sums[i]!.type),
      );
    const hidden = await hideRows(
      sums.map(({ patients }) => patients),
      options.small.k,
      behind,
    );
    const types = sums.map((type, i) => ({ ...type, hidden: hidden[i]! }));
    const shown = hideUnits(units, options).map((unit) => {
      const whole = types.some((type) => type.hidden && type.type === unit.type);
      return whole ? { ...unit, hidden: true, hiddenRepeat: true } : unit;
    });
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
