import type { ReportContext, ReportDefinition } from '../definition.js';
import { readParameters } from '../parameters.js';
import type { Report } from '../report.js';
import type { Grain } from './grain.js';
import { REQUIRES } from './lines.js';
import { PARAMETERS, readOptions } from './options.js';

/** The report on one kind of rows. */
export function performanceReport(grain: Grain, question: string): ReportDefinition {
  const declared = { id: grain.report, parameters: PARAMETERS };
  async function run(context: ReportContext): Promise<Report> {
    const options = readOptions(grain, readParameters(declared, context.parameters));
    // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
    const { runPerformance } = await import('./run.js');
    return { id: grain.report, title: grain.title, question, ...(await runPerformance(context, grain, options)) };
  }
  return { ...declared, title: grain.title, question, requires: REQUIRES, run };
}
