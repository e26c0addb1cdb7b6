import { join } from 'node:path';
import { BOOK } from '../reports/book.js';
import type { ReportDefinition } from '../reports/definition.js';
import { REPORTS } from '../reports/index.js';
import { ORDER_PARAMETERS } from '../reports/order-parameters.js';
import { type JobTarget, PLAIN } from './jobs.js';
import { CSV_FOR } from './targets.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** Parameters that mean the same in every report that has them. */
const SHARED = new Set([
  ...ORDER_PARAMETERS.map(({ name }) => name),
  'change-at',
  'holidays',
  'level-width',
  'min-orders',
  'min-patients',
]);

/** What the command line must know of the book to read its parameters: those that its reports share, without their defaults. */
export function bookDefinition(): Pick<ReportDefinition, 'id' | 'parameters'> {
  const all = new Map(REPORTS.flatMap(({ parameters }) => parameters).map((one) => [one.name, one]));
  const shared = [...all.values()].filter(({ name }) => SHARED.has(name));
  return { id: BOOK, parameters: shared.map(({ default: _own, ...parameter }) => parameter) };
}

/** The parameters that the configuration sets for single reports: `sales-trend.by` is `by` of that report. */
export function bookParameters(read: Reader): Readonly<Record<string, string>> {
  const reports = [...(read.config?.reports ?? [])];
  return Object.fromEntries(
    reports.flatMap(([id, values]) => [...values].map(([name, { texts }]) => [`${id}.${name}`, texts[0] ?? ''])),
  );
}

/** The files of the book in the folder `--out DIR`: a workbook, a page, and a folder with CSV files per report. */
export function bookTargets(read: Reader): readonly JobTarget[] {
  const folders = read.texts('out');
  if (folders.length !== 1 || folders[0] === '-')
    read.refuse(usage('missing-argument', 'The book needs one folder to go to.', 'pharmabi report all --out DIR'));
  const folder = folders[0] ?? '.';
  const csvFor = read.optionalChoice('csv-for', CSV_FOR);
  const layout = { ...PLAIN, ...(csvFor !== undefined && { csvFor }) };
  return [
    { path: join(folder, 'book.xlsx'), form: 'xlsx', layout: PLAIN },
    { path: join(folder, 'book.html'), form: 'html', layout: PLAIN },
    ...REPORTS.map(({ id }) => ({ path: join(folder, 'csv', `${id}.csv`), form: 'csv', layout })),
  ];
}
