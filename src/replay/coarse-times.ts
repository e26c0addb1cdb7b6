import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { parsePolicy } from '../privacy/parse.js';
import type { CoarseTime } from '../privacy/policy.js';
import type { ReplayOptions } from '../relation.js';

const EVERY = '*';
const ROWTIME = 'rowtime';
/** Types that a time may have. */
const TIMES = ['BIGINT', 'TIMESTAMP', 'DATE', 'STRING'];

/** What becomes of the times of a relation's rows where they leave: by lower-case column, ROWTIME included. */
export type CoarseTimes = (relation: string) => ReadonlyMap<string, CoarseTime>;

/**
 * The times that a policy makes coarser on output. Throws `bad-policy` (exit 2) where it names what the pipeline does not make, or
 * what is no time: nothing would become of it without a word.
 */
export function coarseTimes(policy: ReplayOptions['policy'], pipeline: Pipeline): CoarseTimes {
  if (policy === undefined) return () => new Map();
  const { outputs } = parsePolicy(policy.text, policy.file);
  const problems = [...outputs].flatMap(([relation, columns]) =>
    [...columns.keys()].flatMap((column) => problemOf(policy.file, relation, column, pipeline)),
  );
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  return (relation) => new Map([...(outputs.get(EVERY) ?? []), ...(outputs.get(relation.toLowerCase()) ?? [])]);
}

function problemOf(file: string, relation: string, column: string, pipeline: Pipeline): readonly Diagnostic[] {
  const named = [...pipeline.relations.values()].filter((r) => relation === EVERY || r.name.toLowerCase() === relation);
  const found = named.flatMap((r) => r.columns.filter((c) => c.name.toLowerCase() === column));
  const common = { code: 'bad-policy', severity: 'error', place: { file }, next: 'pharmabi check' } as const;
  if (named.length === 0) {
    const near = suggest(relation, [...pipeline.relations.keys()]);
    const help = near === undefined ? {} : { help: `Did you mean ${near}?` };
    return [{ ...common, message: `"outputs" names ${relation}, which the pipeline does not make.`, ...help }];
  }
  if (column === ROWTIME) return [];
  if (found.length === 0) {
    const near = suggest(
      column,
      named.flatMap((r) => r.columns.map((c) => c.name)),
    );
    const help = near === undefined ? {} : { help: `Did you mean ${near}?` };
    return [
      { ...common, message: `"outputs" names ${relation}.${column}, which the pipeline does not make.`, ...help },
    ];
  }
  if (found.some((c) => TIMES.includes(c.type.kind))) return [];
  return [{ ...common, message: `"outputs" names ${relation}.${column}, which is no time.` }];
}
