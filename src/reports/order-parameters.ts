import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { type Profile, type SmallNumbers, smallNumbers } from '../disclosure/small-numbers.js';
import type { ReportParameter } from './definition.js';
import type { ParameterValues } from './parameters.js';

/** Statuses that count where nobody says which: a shop may lack one of them. */
export const USUAL_STATUSES = 'paid,shipped';

/** Parameters of every report over orders: which of them count, what they are worth, how sure, who may see it. */
export const ORDER_PARAMETERS: readonly ReportParameter[] = [
  { name: 'count-status', type: 'list', default: USUAL_STATUSES, help: 'Statuses of orders that count.' },
  {
    name: 'amount',
    type: 'choice',
    choices: ['amount_subtotal', 'amount_total'],
    default: 'amount_subtotal',
    help: 'What an order is worth: before tax and shipping, or all that the patient pays.',
  },
  {
    name: 'currency',
    type: 'text',
    help: 'What money is in, such as AUD: stands behind amounts in words and headings.',
  },
  { name: 'confidence', type: 'number', default: '0.95', help: 'Confidence of the intervals: above 0, below 1.' },
  {
    name: 'small-numbers',
    type: 'choice',
    choices: ['internal', 'external', 'off'],
    default: 'internal',
    help: 'Hide numbers made from fewer than 5 (internal) or 11 (external) patients, or none (off, with a banner).',
  },
];

/** The same, read. */
export interface OrderOptions {
  readonly statuses: readonly string[];
  /** Column of the pipeline, upper case. */
  readonly amount: string;
  readonly confidence: number;
  readonly small: SmallNumbers;
  /** What amounts are in; null where nothing is said. */
  readonly currency: string | null;
}

/** Reads them; throws a DiagnosticError (usage) for a confidence out of range. */
export function readOrderOptions(report: string, values: ParameterValues): OrderOptions {
  const confidence = values.number('confidence');
  if (!(confidence > 0 && confidence < 1)) {
    const message = `--confidence cannot be ${confidence}.`;
    const help = 'It lies between 0 and 1: 0.95 stands for 95 %.';
    const next = `pharmabi report ${report} --help`;
    throw new DiagnosticError([{ code: 'report-parameter', severity: 'error', message, help, next }], EXIT.usage);
  }
  return {
    statuses: values.list('count-status'),
    amount: values.text('amount')!.toUpperCase(),
    confidence,
    small: smallNumbers(values.text('small-numbers') as Profile),
    currency: values.text('currency') ?? null,
  };
}
