import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'prescription-fill';

/** What prescriptions may be compared by. */
export type By = 'none' | 'practitioner' | 'type' | 'items' | 'discount';

/** The parameters of `prescription-fill`. What an order is worth does not matter: there is no `--amount`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'at-once-hours',
    type: 'number',
    default: '0',
    help: 'A prescription that is complete within so many hours of its first order is filled at once.',
  },
  {
    name: 'validity-days',
    type: 'integer',
    default: '365',
    help: 'How long a prescription without a valid_until is taken to hold.',
  },
  {
    name: 'by',
    type: 'choice',
    choices: ['none', 'practitioner', 'type', 'items', 'discount'],
    default: 'none',
    help: 'Compare prescriptions by practitioner, type of practitioner, number of items, or discount when issued.',
  },
  ...ORDER_PARAMETERS.filter(({ name }) => name !== 'amount'),
];

/** The same, read. */
export interface Options extends Omit<OrderOptions, 'amount'> {
  readonly atOnceHours: number;
  readonly validityDays: number;
  readonly by: By;
}

/** Reads them; throws a DiagnosticError (usage) for one out of range. */
export function readOptions(values: ParameterValues): Options {
  const text = (name: string): string | undefined => (name === 'amount' ? 'amount_subtotal' : values.text(name));
  const { statuses, confidence, small, currency } = readOrderOptions(ID, { ...values, text });
  return {
    ...{ statuses, confidence, small, currency },
    atOnceHours: values.number('at-once-hours'),
    validityDays: values.number('validity-days'),
    by: values.text('by') as By,
  };
}
