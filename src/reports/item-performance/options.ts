import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';
import type { Grain } from './grain.js';

/** The parameters of `brand-performance` and `product-performance`. A line is worth its net amount: there is no `--amount`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'days',
    type: 'integer',
    help: 'Only the last so many days up to the end of the log, compared with as many days before; else all orders.',
  },
  {
    name: 'repeat-days',
    type: 'integer',
    default: '90',
    help: 'Patients whose first order of it is younger are in no repeat rate: they had no time to come back.',
  },
  ...ORDER_PARAMETERS.filter(({ name }) => name !== 'amount'),
];

/** The same, read; `days` is null for the whole log. */
export interface Options extends Omit<OrderOptions, 'amount'> {
  readonly days: number | null;
  readonly repeatDays: number;
}

/** What the lines of an order add up to. */
const LINE_AMOUNT = 'amount_subtotal';

/** Longer than any shop has been; more would leave the range of instants. */
const MOST_DAYS = 100_000;

/** Reads the parameters; throws a DiagnosticError (usage) for one out of range. */
export function readOptions({ report }: Grain, values: ParameterValues): Options {
  // Lines have one amount, so the report declares none to choose.
  const text = (name: string): string | undefined => (name === 'amount' ? LINE_AMOUNT : values.text(name));
  const { statuses, confidence, small, currency } = readOrderOptions(report, { ...values, text });
  const days = values.text('days') === undefined ? null : values.number('days');
  const repeatDays = values.number('repeat-days');
  for (const [name, value] of [
    ['days', days],
    ['repeat-days', repeatDays],
  ] as const) {
    if (value === null || (value >= 1 && value <= MOST_DAYS)) continue;
    const message = `--${name} cannot be ${value}.`;
    const help = `It takes days from 1 to ${MOST_DAYS}.`;
    const next = `pharmabi report ${report} --help`;
    throw new DiagnosticError([{ code: 'report-parameter', severity: 'error', message, help, next }], EXIT.usage);
  }
  return { statuses, confidence, small, currency, days, repeatDays };
}
