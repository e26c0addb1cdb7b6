import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'repeat-orders';

/** What patients may be compared by: whom or what their first order was for. */
export type By = 'none' | 'practitioner' | 'brand' | 'discount';

/** The parameters of `repeat-orders`. What an order is worth stands in the table of single patients alone. */
export const PARAMETERS: readonly ReportParameter[] = [
  { name: 'days', type: 'list', default: '30,60,90,180', help: 'Repeat rates within so many days.' },
  {
    name: 'by',
    type: 'choice',
    choices: ['none', 'practitioner', 'brand', 'discount'],
    default: 'none',
    help: 'Compare patients by the practitioner, the brand (of the line with most revenue) or the discount of their first order.',
  },
  { name: 'at', type: 'integer', default: '90', help: 'Day at which the groups of --by are compared.' },
  ...ORDER_PARAMETERS,
];

/** The same, read. */
export interface Options extends OrderOptions {
  readonly days: readonly number[];
  readonly by: By;
  readonly at: number;
}

/** Reads them; throws a DiagnosticError (usage) for days that are no whole numbers. */
export function readOptions(values: ParameterValues): Options {
  const orders = readOrderOptions(ID, values);
  const list = values.list('days');
  const wrong = list.find((day) => !/^[1-9]\d{0,3}$/.test(day));
  if (wrong !== undefined) {
    const message = `--days cannot be "${wrong}".`;
    const help = 'It takes whole numbers of days from 1 to 9999, separated by commas: 30,60,90.';
    const next = `pharmabi report ${ID} --help`;
    throw new DiagnosticError([{ code: 'report-parameter', severity: 'error', message, help, next }], EXIT.usage);
  }
  const days = [...new Set(list.map(Number))].sort((a, b) => a - b);
  return { ...orders, days, by: values.text('by') as By, at: values.number('at') };
}
