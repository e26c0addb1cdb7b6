import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { analyze } from '../ksql/analyze.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { mapSources, type SourceMapping } from '../ksql/mapping.js';
import { parse } from '../ksql/parser.js';

/** A pipeline with the name that messages and manifests give it, and what a shop calls its sources. */
export interface PipelineText {
  readonly file: string;
  readonly text: string;
  readonly mapping?: SourceMapping;
}

/** A pipeline text after the front half of the compiler: what it means, and every mistake in it. */
export interface Compiled {
  readonly pipeline: Pipeline;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lexer, parser, analysis and mapping in one go; the diagnostics carry the file's name and stand in the order of the text, those
 * of the mapping last.
 */
export function compile(text: string, file: string, mapping?: SourceMapping): Compiled {
  const parsed = parse(text, file);
  const found: Diagnostic[] = [...parsed.diagnostics];
  const broken = found.some((d) => d.severity === 'error');
  // A statement that did not parse makes no relation: what reads it is not a second mistake.
  const pipeline = analyze(parsed.statements, (d) => {
    if (!(broken && d.code === 'unknown-relation' && d.help === undefined)) found.push(d);
  });
  const placed = found.map((d) => ({ ...d, place: { ...d.place, file } }));
  const start = (d: Diagnostic): number => d.place?.span?.start ?? 0;
  const mistakes: Diagnostic[] = [];
  const named = mapping === undefined ? pipeline : mapSources(pipeline, mapping, (d) => mistakes.push(d));
  return { pipeline: named, diagnostics: [...placed.sort((a, b) => start(a) - start(b)), ...mistakes] };
}

/** The same of a pipeline with its mapping. */
export function compileText({ text, file, mapping }: PipelineText): Compiled {
  return compile(text, file, mapping);
}
