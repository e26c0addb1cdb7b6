import { readFileSync } from 'node:fs';
import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { Measure } from '../daily.js';
import { type OrderOptions, readOrderOptions } from '../order-parameters.js';
import type { ParameterValues } from '../parameters.js';

/** Name of the report, on the command line and in messages. */
export const ID = 'site-change';

/** Orders that the change did not touch: those of a practitioner, a clinic, or a discount level. */
export interface Control {
  readonly kind: 'practitioner' | 'clinic' | 'discount';
  readonly value: string;
}

/** Something else that happened: days to leave out, or (`to` is null) a change that lasts. */
export interface OtherEvent {
  readonly from: string;
  readonly to: string | null;
  readonly name: string;
}

/** The parameters, read. Days are `YYYY-MM-DD`. */
export interface Options extends OrderOptions {
  readonly changes: readonly string[];
  readonly measure: Measure;
  readonly before: number;
  readonly after: number;
  readonly window: number | null;
  readonly control: Control | null;
  readonly holidays: readonly string[];
  readonly events: readonly OtherEvent[];
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

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day;
}

function readDays(name: string, values: ParameterValues): readonly string[] {
  const days = values.list(name);
  for (const day of days) {
    if (!isDay(day))
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

/** The lines of a file of events; a first line of headings is left out. */
function readEvents(path: string | undefined): readonly OtherEvent[] {
  if (path === undefined) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(
      `The file of --other-events cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'it is no text'}.`,
      'It is a CSV file of days and names.',
    );
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.flatMap((line, i): OtherEvent[] => {
    const [from = '', second = '', ...rest] = line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''));
    if (line.trim() === '' || (i === 0 && !isDay(from))) return [];
    const to = isDay(second) ? second : null;
    const name = to === null ? [second, ...rest].join(', ') : rest.join(', ');
    if (!isDay(from) || name === '' || (to !== null && to < from))
      throw wrong(
        `Line ${i + 1} of the file of --other-events is no event.`,
        'A line is "date,name" or "from,to,name", days as YYYY-MM-DD: 2026-11-20,2026-11-27,Black week',
      );
    return [{ from, to, name }];
  });
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
    events: readEvents(values.text('other-events')),
  };
}
