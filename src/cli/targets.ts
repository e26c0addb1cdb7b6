import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { inspectTarget } from '../output/target.js';
import type { Effects } from './effects.js';
import { type JobTarget, type Layout, PLAIN } from './jobs.js';
import { usesColour } from './style.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** The forms that a command can write, and how an ending tells one. */
export interface Forms {
  readonly names: readonly string[];
  readonly fallback: string;
  /** Those that are no text. */
  readonly binary?: readonly string[];
  /** The form's name, or a Diagnostic where the ending tells none. */
  ofPath(path: string): string | Diagnostic;
}

/** Programs that CSV can be written for. */
export const CSV_FOR = ['excel', 'excel-comma'] as const;

/** Where the results go, from --out and --format; problems stay in the reader. */
export function readTargets(read: Reader, forms: Forms, effects: Effects): readonly JobTarget[] {
  const format = read.optionalChoice('format', forms.names);
  const outs = read.texts('out');
  const paths = outs.length === 0 ? ['-'] : outs;
  const targets = paths.map((path) => {
    const told = path === '-' ? forms.fallback : forms.ofPath(path);
    const known = typeof told === 'string' && path !== '-' ? told : undefined;
    if (typeof told !== 'string' && format === undefined) read.refuse(told);
    return { path, form: known ?? format ?? forms.fallback, known, layout: layoutOf(path, read, effects) };
  });
  if (paths.filter((p) => p === '-').length > 1) {
    read.refuse(usage('conflicting-options', 'stdout was named twice.', 'Give --out - once.'));
  }
  if (format !== undefined && targets.every((t) => t.known !== undefined && t.known !== format)) {
    read.refuse(
      usage(
        'conflicting-options',
        `--format ${format} is used by nothing: the ending of each --out FILE says its form.`,
        'Leave --format out, or change the ending.',
      ),
    );
  }
  const onStdout = targets.find((t) => t.path === '-')?.form;
  if (onStdout === 'duckdb')
    read.refuse(usage('conflicting-options', 'A database is a file.', 'Name one: --out shop.duckdb'));
  else if (effects.stdout.isTerminal && onStdout !== undefined && forms.binary?.includes(onStdout) === true) {
    read.refuse(
      usage(
        'conflicting-options',
        `What ${onStdout} writes is no text for a terminal.`,
        `Write it to a file: --out report.${onStdout}`,
      ),
    );
  }
  return targets.map(({ path, form, layout }) => ({ path, form, layout }));
}

function layoutOf(path: string, read: Reader, effects: Effects): Layout {
  const ascii = read.flag('ascii');
  const csvFor = read.optionalChoice('csv-for', CSV_FOR);
  const csv = {
    ...(csvFor !== undefined && { csvFor }),
    ...((path !== '-' || read.flag('details')) && { details: true }),
  };
  if (path !== '-' || !effects.stdout.isTerminal) return { ...PLAIN, ascii, ...csv };
  return {
    ...csv,
    width: effects.stdout.columns,
    colour: usesColour(effects.stdout, effects.env, read.flag('no-color')),
    ascii,
  };
}

/** Refuses targets that can never be written (a folder, a missing folder) before a long replay. Throws (exit 2 or 5). */
export function checkTargets(paths: readonly string[]): void {
  const problems = paths
    .filter((p) => p !== '-')
    .map((p) => inspectTarget(p))
    .filter((found): found is Diagnostic => 'code' in found);
  if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
}

/** A disk that refuses is exit 5; a target that the user could name better is exit 2. */
export function exitOfWrite(codes: readonly string[]): typeof EXIT.engine | typeof EXIT.usage {
  return codes.includes('output-not-written') ? EXIT.engine : EXIT.usage;
}
