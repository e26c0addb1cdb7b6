import type { ReportParameter } from '../definition.js';
import { readWidth } from '../level-width.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'discount-sweet-spot';

/** The parameters of `discount-sweet-spot`. */
export const PARAMETERS: readonly ReportParameter[] = [
  { name: 'level-width', type: 'number', help: 'Round discounts to multiples of so many percentage points.' },
  {
    name: 'margin',
    type: 'choice',
    choices: ['none', 'wholesale'],
    default: 'none',
    help: 'Also what is left of net revenue after the wholesale prices of the lines (needs order lines and products).',
  },
  { name: 'min-orders', type: 'integer', default: '30', help: 'Orders that a level needs to be compared.' },
  { name: 'min-patients', type: 'integer', default: '11', help: 'Patients that a level needs to be compared.' },
  ...ORDER_PARAMETERS,
];

/** The same, read. `width` is in hundredths of a percentage point, null for levels as stored. */
export interface Options extends OrderOptions {
  readonly width: bigint | null;
  readonly margin: boolean;
  readonly minOrders: number;
  readonly minPatients: number;
}

/** Reads them; throws a DiagnosticError (usage) for one out of range. */
export function readOptions(values: ParameterValues): Options {
  return {
    ...readOrderOptions(ID, values),
    width: readWidth(ID, values),
    margin: values.text('margin') === 'wholesale',
    minOrders: values.number('min-orders'),
    minPatients: values.number('min-patients'),
  };
}
