import type { CommandDefinition } from './command.js';
import { CONFIGURED, DRY_RUN, LIMITS, REPLAY, RESULTS } from './option.js';

/** `pharmabi report`: the main job. */
export const REPORT: CommandDefinition = {
  name: 'report',
  summary: 'Replay a change log and answer a business question from it.',
  usage: 'pharmabi report ID|FILE.sql [INPUT...] [options]',
  description: [
    'ID is a report of `pharmabi reports`. INPUT is a file, a folder, a pattern or - (stdin): Debezium change logs and CSV dumps, recognised by their content, plain or .gz. Without INPUT the bundled data are used.',
    'Without --out the report goes to stdout: as tables for people (80 columns and no colour where stdout is no terminal) unless --format says otherwise. With --out it goes to files, whose endings say the form, and a manifest beside the first says how to reproduce them.',
    'FILE.sql is a report of your own: a head of comment lines and one SELECT over the relations that the pipeline makes (docs/own-reports.md). It runs in a sandbox, in every output form, with a manifest.',
    'Each report has parameters of its own: see `pharmabi report ID --help`. ID all makes the whole book in the folder --out; a report whose tables the input lacks is left out, and the book says so.',
  ],
  examples: [
    {
      command: 'pharmabi report discount-impact',
      says: 'what does a discount do to the average order value? (bundled data)',
    },
    {
      command: 'pharmabi report discount-impact --until 2026-06-30',
      says: 'the same, with orders up to the end of June',
    },
    {
      command: 'pharmabi report discount-impact --out impact.xlsx --out impact.csv',
      says: 'two files and their manifest',
    },
    { command: 'pharmabi report discount-impact --format json', says: 'one JSON document on stdout' },
    {
      command: 'pharmabi report examples/orders-by-clinic.sql --min-orders 50',
      says: 'a report of your own: one file with a SELECT (this one is shipped)',
    },
    {
      command: 'pharmabi report all --out book',
      says: 'every report: one workbook, one page, a folder of CSV files',
    },
  ],
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      repeatable: true,
      common: true,
      path: true,
      help: 'Write to FILE, in the form that its ending says; - is stdout.',
    },
    {
      name: 'format',
      value: 'FORM',
      common: true,
      help: 'Form of what goes to stdout, or of a FILE whose ending does not say it.',
    },
    {
      name: 'details',
      environment: true,
      help: 'On the terminal all tables, notes and origins, not one screen with the answer (files always hold all).',
    },
    {
      name: 'csv-for',
      value: 'PROGRAM',
      choices: ['excel', 'excel-comma'],
      help: 'CSV with byte-order mark and CRLF, as Excel opens it right; excel-comma: also ; between values and decimal commas, for countries that write them.',
    },
    {
      name: 'time-limit',
      value: 'SECONDS',
      defaultText: '60',
      environment: true,
      help: 'How long the query of a report of your own may run.',
    },
    ...REPLAY,
    ...RESULTS,
    ...LIMITS,
    ...CONFIGURED,
    DRY_RUN,
  ],
  async moreOptions([id = ''], cwd) {
    const { reportOptions } = await import('./report-parameters.js');
    const { isReportFile, readReportFile, reportFileOptions } = await import('./report-file.js');
    return isReportFile(id) ? reportFileOptions(readReportFile(id, cwd), REPORT.options) : reportOptions();
  },
  run: async (args, effects) => (await import('./report-run.js')).runReport(args, effects),
};
