import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';
import type { Grain } from './calendar.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'sales-trend';

/** The parameters of `sales-trend`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'by',
    type: 'choice',
    choices: ['month', 'week', 'day'],
    default: 'month',
    help: 'Calendar unit of a row, in --time-zone; weeks begin on Monday.',
  },
  ...ORDER_PARAMETERS,
];

/** The same, read. */
export interface Options extends OrderOptions {
  readonly grain: Grain;
}

/** Reads the parameters; throws a DiagnosticError for one out of range. */
export function readOptions(values: ParameterValues): Options {
  return { ...readOrderOptions(ID, values), grain: values.text('by') as Grain };
}
