import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { type Profile, type SmallNumbers, smallNumbers } from '../../disclosure/small-numbers.js';
import type { ReportParameter } from '../definition.js';
import { readWidth } from '../level-width.js';
import type { ParameterValues } from '../parameters.js';

/** The parameters of `discount-impact`, as the command line shows them. */
export const PARAMETERS: readonly ReportParameter[] = [
  { name: 'count-status', type: 'list', default: 'paid,shipped', help: 'Statuses of orders that count.' },
  {
    name: 'amount',
    type: 'text',
    default: 'amount_subtotal',
    help: 'Column with what an order is worth, such as amount_total.',
  },
  { name: 'level-width', type: 'number', help: 'Round discounts to multiples of so many percentage points.' },
  { name: 'confidence', type: 'number', default: '0.95', help: 'Confidence of the intervals: above 0, below 1.' },
  { name: 'min-orders', type: 'integer', default: '30', help: 'Orders that a level needs to be tested.' },
  { name: 'min-patients', type: 'integer', default: '11', help: 'Patients that a level needs to be tested.' },
  {
    name: 'interval',
    type: 'choice',
    choices: ['t', 'hall'],
    default: 't',
    help: 'Interval of a mean: t over patients, or the one of Hall for skewed amounts (orders taken as independent).',
  },
  {
    name: 'small-numbers',
    type: 'choice',
    choices: ['internal', 'external', 'off'],
    default: 'internal',
    help: 'Hide numbers made from fewer than 5 (internal) or 11 (external) patients, or none (off, with a banner).',
  },
];

/** The same, read. `width` is in hundredths of a percentage point, null for levels as stored. */
export interface Options {
  readonly statuses: readonly string[];
  readonly amount: string;
  readonly width: bigint | null;
  readonly confidence: number;
  readonly minOrders: number;
  readonly minPatients: number;
  readonly interval: 't' | 'hall';
  readonly small: SmallNumbers;
}

function wrong(message: string, help: string): DiagnosticError {
  const next = 'pharmabi report discount-impact --help';
  return new DiagnosticError([{ code: 'report-parameter', severity: 'error', message, help, next }], EXIT.usage);
}

/** Reads the parameters into what the report works with; throws a DiagnosticError for one out of range. */
export function readOptions(values: ParameterValues): Options {
  const confidence = values.number('confidence');
  if (!(confidence > 0 && confidence < 1)) {
    throw wrong(`--confidence cannot be ${confidence}.`, 'It lies between 0 and 1: 0.95 stands for 95 %.');
  }
  return {
    statuses: values.list('count-status'),
    amount: values.text('amount')!.toUpperCase(),
    width: readWidth('discount-impact', values),
    confidence,
    minOrders: values.number('min-orders'),
    minPatients: values.number('min-patients'),
    interval: values.text('interval') === 'hall' ? 'hall' : 't',
    small: smallNumbers(values.text('small-numbers') as Profile),
  };
}
