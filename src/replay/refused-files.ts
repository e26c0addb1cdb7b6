import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { InputFile } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { Rejected } from '../relation.js';

const SHOWN = 10;

/** What was not read of each file, with its reason: when the data cannot serve the pipeline, this is usually why. */
export function refusedFiles(files: readonly InputFile[]): readonly Diagnostic[] {
  const refused = files.flatMap((file): readonly Rejected[] => {
    if (file.form.kind !== 'set-aside') return file.rejected.slice(0, 1);
    return [{ file: file.name, line: null, code: file.form.code, reason: file.form.reason }];
  });
  return refused.slice(0, SHOWN).map(({ file, line, code, reason }) => ({
    code,
    severity: 'warning',
    message: /^(is|holds) /.test(reason) && line === null ? `${file} ${reason}.` : `${file}: ${reason}.`,
    place: { file, ...(line === null ? {} : { line }) },
    next: 'pharmabi inspect',
  }));
}

/** Notes on files that end too early: what they held after the cut is not in the answer. */
export function truncatedNotes(rejected: readonly Rejected[]): readonly string[] {
  const cut = [...new Set(rejected.filter((r) => r.code === 'truncated-gzip').map((r) => r.file))].sort();
  return cut.map((file) => `Input: ${file} is cut off (its gzip ends too early): what came after is not counted.`);
}

/** Throws (exit 3) where the records of a topic have none of the columns that a source declares: they are of something else. */
export function refuseForeignColumns(
  sources: readonly SourceDeclaration[],
  warnings: readonly Diagnostic[],
  files: readonly InputFile[],
): void {
  const absent = warnings.filter((w) => w.code === 'column-not-in-data');
  const foreign = sources.filter((source) => {
    const wanted = source.columns.filter((column) => column.used);
    const missing = (name: string): boolean =>
      absent.some((w) => w.place?.topic === source.topic && w.place.column === name);
    return wanted.length > 0 && wanted.every((column) => missing(column.name));
  });
  if (foreign.length === 0) return;
  const errors = foreign.map((source) => ({
    code: 'no-known-field',
    severity: 'error' as const,
    message: `No record of "${source.topic}" has any of the columns that ${source.name} declares.`,
    place: { topic: source.topic },
    expected: source.columns
      .filter((column) => column.used)
      .map((column) => column.name)
      .join(', '),
    help: `Is this the table ${source.topic}, and does its header line name its columns?`,
    next: 'pharmabi inspect',
  }));
  throw new DiagnosticError([...errors, ...refusedFiles(files)], EXIT.input);
}
