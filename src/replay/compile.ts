import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { analyze } from '../ksql/analyze.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { parse } from '../ksql/parser.js';

/** A pipeline text after the front half of the compiler: what it means, and every mistake in it. */
export interface Compiled {
  readonly pipeline: Pipeline;
  readonly diagnostics: readonly Diagnostic[];
}

/** Lexer, parser and analysis in one go; the diagnostics carry the file's name and stand in the order of the text. */
export function compile(text: string, file: string): Compiled {
  const parsed = parse(text, file);
  const found: Diagnostic[] = [...parsed.diagnostics];
  const broken = found.some((d) => d.severity === 'error');
  // A statement that did not parse makes no relation: what reads it is not a second mistake.
  const pipeline = analyze(parsed.statements, (d) => {
    if (!(broken && d.code === 'unknown-relation' && d.help === undefined)) found.push(d);
  });
  const placed = found.map((d) => ({ ...d, place: { ...d.place, file } }));
  const start = (d: Diagnostic): number => d.place?.span?.start ?? 0;
  return { pipeline, diagnostics: placed.sort((a, b) => start(a) - start(b)) };
}
