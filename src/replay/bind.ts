import { planColumns } from '../changelog/columns.js';
import { judgeInputs } from '../changelog/deidentify.js';
import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { planReplay, type ReplayPlan } from '../plan/plan.js';
import { parsePolicy } from '../privacy/parse.js';
import { compileText } from './compile.js';
import type { RunRequest } from './run.js';

/** A request whose pipeline compiled and whose demand it serves, before any data. */
export interface Bound {
  readonly pipeline: Pipeline;
  readonly plan: ReplayPlan;
  readonly warnings: readonly Diagnostic[];
}

/** Compiles the pipeline and plans what is wanted of it. Throws DiagnosticError (exit 4) where it does not compile or lacks what is wanted. */
export function bindRun(
  request: Pick<RunRequest, 'pipeline' | 'demand'> & Partial<Pick<RunRequest, 'options'>>,
): Bound {
  const { pipeline, diagnostics } = compileText(request.pipeline);
  if (diagnostics.some((d) => d.severity === 'error')) throw new DiagnosticError(diagnostics, EXIT.pipeline);
  checkDemand(request, pipeline);
  return { pipeline, plan: planReplay(pipeline, request.demand, request.options?.engine), warnings: diagnostics };
}

/** Throws what the policy says against a plan, as a run would (exit 2 or 4). */
export function checkPolicy({ plan: { sources } }: Bound, options: RunRequest['options']): void {
  const { policy } = options;
  if (policy === undefined) return;
  judgeInputs(parsePolicy(policy.text, policy.file), sources, planColumns(sources), [], options);
}

function checkDemand(request: Pick<RunRequest, 'pipeline' | 'demand'>, pipeline: Pipeline): void {
  const problems = request.demand.flatMap((d): Diagnostic[] => {
    const schema = pipeline.relations.get(d.relation);
    const columns = schema?.columns.map((c) => c.name) ?? [];
    if (schema === undefined)
      return [unknown('relation', d.relation, request.pipeline.file, [...pipeline.relations.keys()])];
    return (d.columns ?? [])
      .filter((c) => !columns.includes(c))
      .map((c) => unknown(`column of ${d.relation}`, c, request.pipeline.file, columns));
  });
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.pipeline);
}

function unknown(what: string, name: string, file: string, known: readonly string[]): Diagnostic {
  const near = suggest(name, known);
  return {
    code: what === 'relation' ? 'unknown-relation' : 'unknown-column',
    severity: 'error',
    message:
      what === 'relation'
        ? `${file} makes no stream or table called ${name}.`
        : `${file} gives no ${what} called ${name}, which is needed here.`,
    place: { file },
    expected: known.join(', '),
    found: name,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
    next: `pharmabi check ${file}`,
  };
}
