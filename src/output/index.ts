import { extname } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { OutputFile, OutputForm } from './form.js';
import { outputForms } from './forms.js';
import { problem } from './target.js';

export type { OutputFile, OutputForm } from './form.js';
export { outputForms } from './forms.js';

/** The form that a path's ending asks for; a Diagnostic with the nearest known ending where it asks for none. */
export function formForPath(path: string): OutputForm | Diagnostic {
  const ending = extname(path);
  const known = outputForms.flatMap((form) => form.endings);
  const form = outputForms.find((f) => f.endings.includes(ending.toLowerCase()));
  if (form !== undefined) return form;
  const near = ending === '' ? undefined : nearest(ending.toLowerCase(), known);
  const message =
    ending === ''
      ? `The name ${path} has no ending that says what to write.`
      : `No output form writes files that end in ${ending}.`;
  return {
    ...problem('unknown-output-form', message, {
      help: near === undefined ? `Known endings: ${known.join(', ')}.` : `Did you mean ${near}?`,
    }),
    expected: known.join(', '),
    found: ending === '' ? '(no ending)' : ending,
  };
}

/** Older spreadsheet endings and the like, which are too far off for a guess by letters. */
const RELATED: Readonly<Record<string, string>> = {
  '.xls': '.xlsx',
  '.ods': '.xlsx',
  '.tsv': '.csv',
  '.htm': '.html',
  '.text': '.txt',
  '.ndjson': '.json',
  '.jsonl': '.json',
  '.markdown': '.md',
};

function nearest(ending: string, known: readonly string[]): string | undefined {
  return RELATED[ending] ?? suggest(ending, known);
}

/** Where a file of an output stands: `report.csv` and `.jumps` make `report.jumps.csv`. */
export function pathOf(target: string, file: Pick<OutputFile, 'suffix'>): string {
  const ending = extname(target);
  return target.slice(0, target.length - ending.length) + file.suffix + ending;
}
