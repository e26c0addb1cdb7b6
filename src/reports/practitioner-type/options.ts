import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'practitioner-type';

/** The parameters of `practitioner-type`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'practitioner',
    type: 'choice',
    choices: ['responsible', 'own'],
    default: 'responsible',
    help: 'Whom an order counts for: its own practitioner, else the one of its patient then (responsible), or only its own.',
  },
  {
    name: 'type',
    type: 'choice',
    choices: ['as-of', 'latest'],
    default: 'as-of',
    help: 'What the practitioner was when the order was placed, or is at the end of the log.',
  },
  {
    name: 'min-orders',
    type: 'integer',
    default: '30',
    help: 'Practitioners with fewer counted orders are in no test.',
  },
  {
    name: 'min-practitioners',
    type: 'integer',
    default: '5',
    help: 'Types with fewer such practitioners are in no test.',
  },
  {
    name: 'repeat-days',
    type: 'integer',
    default: '90',
    help: 'Repeat share: patients who came back to the practitioner within so many days.',
  },
  ...ORDER_PARAMETERS,
];

/** The same, read. */
export interface Options extends OrderOptions {
  readonly own: boolean;
  readonly latest: boolean;
  readonly minOrders: number;
  readonly minPractitioners: number;
  readonly repeatDays: number;
}

/** Reads them; throws a DiagnosticError (usage) for one out of range. */
export function readOptions(values: ParameterValues): Options {
  return {
    ...readOrderOptions(ID, values),
    own: values.text('practitioner') === 'own',
    latest: values.text('type') === 'latest',
    minOrders: values.number('min-orders'),
    minPractitioners: values.number('min-practitioners'),
    repeatDays: values.number('repeat-days'),
  };
}
