import type { ReportDefinition } from '../definition.js';
import { defineReport } from '../kit.js';
import { OPTIONAL_LINES } from '../order-lines.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { Grain } from './data.js';

/** What the report is asked for. */
export interface Options extends OrderOptions {
  readonly grain: Grain;
}

const ID = 'sales-trend';

/** The report `sales-trend`: orders, patients and revenue by month, week or day, their direction, and what moved. */
export const salesTrend: ReportDefinition = defineReport<Options>({
  id: ID,
  title: 'Sales trend',
  question: 'How do sales and revenue move?',
  caveat: 'This is what was sold, not why: season, prices, stock and everything else that moved are in it.',
  parameters: [
    {
      name: 'by',
      type: 'choice',
      choices: ['month', 'week', 'day'],
      default: 'month',
      help: 'Calendar unit of a row, in --time-zone; weeks begin on Monday.',
    },
    ...ORDER_PARAMETERS,
  ],
  requires: [
    {
      relation: 'ORDERS_WITH_DISCOUNT',
      columns: [
        ...['ORDER_ID', 'PATIENT_ID', 'DISCOUNT', 'DISCOUNT_BASIS', 'AMOUNT_TOTAL', 'AMOUNT_SUBTOTAL', 'STATUS'],
        'EVENT_TS',
      ],
    },
  ],
  optional: OPTIONAL_LINES,
  options: (values) => ({ ...readOrderOptions(ID, values), grain: values.text('by') as Grain }),
  load: async () => (await import('./tables.js')).makeTrend,
});
