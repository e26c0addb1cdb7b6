import type { CellDifference, OptionDifference } from '../provenance/diff.js';
import { column } from '../reports/column.js';
import type { Report } from '../reports/report.js';
import { counted } from '../reports/words.js';
import type { DifferingEvents } from './diff-events.js';
import { operationText } from './inspect-overview.js';

const CELLS = [
  column('table', 'Table', 'text', 'Table of the report.', true),
  column('row', 'Row', 'text', 'The columns that tell the row apart, with their values.', true),
  column('column', 'Column', 'text', 'Column of the cell; empty where a whole row came or went.', true),
  column('before', 'Before', 'text', 'The cell in the first run; * is hidden.', true),
  column('after', 'After', 'text', 'The cell in the second run.', true),
];

const EVENTS = [
  column('side', 'Only in', 'text', 'Which of the two runs has the event.', true),
  column('topic', 'Topic', 'text', 'Topic or table of the event.', true),
  column('operation', 'Operation', 'text', 'What happened to the row.', true),
  column('key', 'Key', 'id', 'Key of the row; of a person a number that stands for it in this list.', true),
  column('event_time', 'Event time', 'timestamp', 'When it happened.', true),
  column('committed', 'Committed', 'timestamp', 'When the source committed it.'),
  column('position', 'Position', 'text', 'Where the event stands in its source.'),
];

const OPTIONS = [
  column('what', 'What', 'text', 'Option, parameter, input or version.', true),
  column('before', 'Before', 'text', 'In the first run; digests are SHA-256.', true),
  column('after', 'After', 'text', 'In the second run.', true),
];

/** A difference as a report of its own, so that every output form can show it. */
export function diffReport(
  { id, title, order, asOf }: Report,
  cells: readonly CellDifference[],
  events: DifferingEvents,
  options: readonly OptionDifference[],
): Report {
  const hidden = events.before + events.after - events.listed.length;
  return {
    id: 'diff',
    title: `Difference: ${title}`,
    question: `What changed in ${id}, and which events caused it?`,
    order,
    asOf,
    tables: [
      {
        name: 'cells',
        title: 'Cells that differ',
        columns: CELLS,
        rows: cells.map(({ table, key, column: name, before, after }) => [table, key, name, before, after]),
      },
      {
        name: 'events',
        title: 'Events that only one of the two has',
        columns: EVENTS,
        rows: events.listed.map((e) => [
          e.side,
          e.topic,
          operationText(e.op),
          e.key,
          e.eventTime,
          e.committed,
          e.position === '' ? null : e.position,
        ]),
      },
      {
        name: 'options',
        title: 'Options in which the runs differ',
        columns: OPTIONS,
        rows: options.map(({ name, before, after }) => [name, before, after]),
      },
    ],
    findings: [],
    doubt: '',
    next: '',
    caveat: null,
    banner: null,
    summary: [
      cells.length === 0
        ? 'All cells are the same.'
        : `${counted(cells.length, 'cell')} differ${cells.length === 1 ? 's' : ''}.`,
      `${counted(events.before, 'event')} only in the first run, ${counted(events.after, 'event')} only in the second.`,
    ],
    notes: [
      ...(hidden > 0 ? [`${hidden} more events are not listed (--events N).`] : []),
      'Two close points tell single orders apart: this is for those who may see the data.',
    ],
    charts: [],
    provenance: [],
  };
}
