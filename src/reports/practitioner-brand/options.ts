import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'practitioner-brand';

/** The parameters of `practitioner-brand`. A line is worth its net amount: there is no `--amount`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'prior',
    type: 'integer',
    default: '5',
    help: 'Orders that are added to both sides of the lift, so that rare pairs do not stand first by accident.',
  },
  {
    name: 'all',
    type: 'flag',
    help: 'List pairs with fewer than 5 expected orders too, without p and q.',
  },
  ...ORDER_PARAMETERS.filter(({ name }) => name !== 'amount'),
];

/** The same, read. */
export interface Options extends Omit<OrderOptions, 'amount'> {
  readonly prior: bigint;
  readonly all: boolean;
}

/** Reads them; throws a DiagnosticError (usage) for one out of range. */
export function readOptions(values: ParameterValues): Options {
  // Lines have one amount, so the report declares none to choose.
  const text = (name: string): string | undefined => (name === 'amount' ? 'amount_subtotal' : values.text(name));
  const { statuses, confidence, small, currency } = readOrderOptions(ID, { ...values, text });
  return {
    statuses,
    confidence,
    small,
    currency,
    prior: BigInt(values.number('prior')),
    all: values.text('all') !== undefined,
  };
}
