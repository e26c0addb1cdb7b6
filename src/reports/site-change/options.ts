import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS, type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'site-change';

/** What is measured each day. */
export type Measure = 'net_revenue' | 'orders' | 'aov' | 'new_patients';

/** Orders that the change did not touch: those of a practitioner, a clinic, or a discount level. */
export interface Control {
  readonly kind: 'practitioner' | 'clinic' | 'discount';
  readonly value: string;
}

/** The parameters of `site-change`. */
export const PARAMETERS: readonly ReportParameter[] = [
  {
    name: 'change-at',
    type: 'list',
    help: 'Days of the changes, YYYY-MM-DD, separated by commas; the day itself counts as after.',
  },
  {
    name: 'measure',
    type: 'choice',
    choices: ['net_revenue', 'orders', 'aov', 'new_patients'],
    default: 'net_revenue',
    help: 'What is measured each day.',
  },
  { name: 'before', type: 'integer', default: '56', help: 'With fewer days before the change the report warns.' },
  { name: 'after', type: 'integer', default: '28', help: 'With fewer days after it the report warns.' },
  { name: 'window', type: 'integer', help: 'Use at most so many days before and after; else all that the log has.' },
  {
    name: 'control',
    type: 'text',
    help: 'Orders that the change did not touch: practitioner=ID, clinic=ID or discount=PERCENT; they are taken out of the series.',
  },
  {
    name: 'holidays',
    type: 'list',
    help: 'Public holidays, YYYY-MM-DD, separated by commas: the report warns of one near a change.',
  },
  ...ORDER_PARAMETERS,
];

/** The same, read. Days are `YYYY-MM-DD`. */
export interface Options extends OrderOptions {
  readonly changes: readonly string[];
  readonly measure: Measure;
  readonly before: number;
  readonly after: number;
  readonly window: number | null;
  readonly control: Control | null;
  readonly holidays: readonly string[];
}

function wrong(message: string, help: string): DiagnosticError {
  const problem: Diagnostic = {
    code: 'report-parameter',
    severity: 'error',
    message,
    help,
    next: `pharmabi report ${ID} --help`,
  };
  return new DiagnosticError([problem], EXIT.usage);
}

function readDays(name: string, values: ParameterValues): readonly string[] {
  const days = values.list(name);
  for (const day of days) {
    const time = Date.parse(`${day}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day)
      throw wrong(`--${name} cannot be "${day}".`, 'It takes days of the calendar as YYYY-MM-DD: 2026-09-01.');
  }
  return [...new Set(days)].sort();
}

function readControl(text: string | undefined): Control | null {
  if (text === undefined) return null;
  const [, kind, value] = /^(practitioner|clinic|discount)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || (kind === 'discount' && !/^\d+(\.\d+)?$/.test(value!)))
    throw wrong(
      `--control cannot be "${text}".`,
      'It takes practitioner=ID, clinic=ID or discount=PERCENT, such as practitioner=2.',
    );
  return { kind: kind as Control['kind'], value: value! };
}

/** Reads them; throws a DiagnosticError (usage) where no change is named, or something is out of range. */
export function readOptions(values: ParameterValues): Options {
  const changes = readDays('change-at', values);
  if (changes.length === 0)
    throw wrong(
      'site-change needs the day of the change: --change-at YYYY-MM-DD.',
      'For the bundled data, try --change-at 2026-12-01.',
    );
  return {
    ...readOrderOptions(ID, values),
    changes,
    measure: values.text('measure') as Measure,
    before: values.number('before'),
    after: values.number('after'),
    window: values.text('window') === undefined ? null : values.number('window'),
    control: readControl(values.text('control')),
    holidays: readDays('holidays', values),
  };
}
