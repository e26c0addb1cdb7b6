import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Demand } from '../plan/plan.js';
import { checkPipeline } from '../replay/check.js';
import type { PipelineText } from '../replay/compile.js';
import { demandOf, type ReportDefinition } from '../reports/definition.js';
import { type GivenRelation, type Lack, lacksOf } from '../reports/fit.js';
import { REPORTS } from '../reports/index.js';

/**
 * What a report wants of a pipeline. Throws (exit 4) each relation and column that the pipeline does not give, with the nearest
 * one that it gives, and the reports that still run.
 */
export function reportDemand(
  definition: ReportDefinition,
  parameters: Readonly<Record<string, string>>,
  pipeline: PipelineText,
): readonly Demand[] {
  const { relations, diagnostics } = checkPipeline(pipeline);
  // A pipeline with mistakes is refused for those.
  if (diagnostics.every((d) => d.severity !== 'error')) {
    const lacks = lacksOf(definition, relations, parameters);
    if (lacks.length > 0)
      throw new DiagnosticError(
        lacks.map((lack, at) => lacking(definition, lack, pipeline, at === lacks.length - 1 ? relations : null)),
        EXIT.pipeline,
      );
  }
  return demandOf(definition, parameters).map((r) => ({ ...r, form: 'final' as const }));
}

function lacking(
  { id }: ReportDefinition,
  { relation, column, near, given }: Lack,
  { file }: PipelineText,
  relations: readonly GivenRelation[] | null,
): Diagnostic {
  const what = column === undefined ? `the stream or table ${relation}` : `the column ${column} of ${relation}`;
  const hint = near === undefined ? undefined : `Did you mean ${near}? Give it the name ${column ?? relation} there.`;
  const others = relations === null ? undefined : `Reports that run with it: ${runningReports(relations)}.`;
  const help = [hint, others].filter((part) => part !== undefined).join(' ');
  return {
    code: column === undefined ? 'report-relation' : 'report-column',
    severity: 'error',
    message: `The report ${id} needs ${what}, which ${file} does not give.`,
    place: { file },
    expected: column ?? relation,
    found: given.join(', '),
    ...(help !== '' && { help }),
    next: `pharmabi check ${file}`,
  };
}

/** The shipped reports that a pipeline serves. */
function runningReports(relations: readonly GivenRelation[]): string {
  const ids = REPORTS.filter((report) => lacksOf(report, relations).length === 0).map(({ id }) => id);
  return ids.length === 0 ? 'none' : ids.join(', ');
}
