import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { compileText, type PipelineText } from './compile.js';
import type { ResultColumn } from './run.js';

/** A stream or table of a pipeline, as `pharmabi check` lists it. */
export interface CheckedRelation {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  /** Declared over a topic, as against made by a query. */
  readonly topic?: string;
  readonly columns: readonly ResultColumn[];
}

/** What a pipeline file says, without any data. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly relations: readonly CheckedRelation[];
  readonly sources: readonly SourceDeclaration[];
}

/** Compiles a pipeline without running it: every mistake, and every stream and table with its columns. */
export function checkPipeline(text: PipelineText): Checked {
  const { pipeline, diagnostics } = compileText(text);
  const schemas = [...pipeline.relations.values()];
  return {
    diagnostics,
    relations: schemas.map((s) => ({
      name: s.name,
      kind: s.kind,
      ...(s.declaration === undefined ? {} : { topic: s.declaration.topic }),
      columns: s.columns,
    })),
    sources: schemas.flatMap((s) => (s.declaration === undefined ? [] : [s.declaration])),
  };
}
