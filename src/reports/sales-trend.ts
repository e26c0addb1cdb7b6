import type { ReportContext, ReportDefinition } from './definition.js';
import { OPTIONAL_LINES } from './order-lines.js';
import { readParameters } from './parameters.js';
import type { Report } from './report.js';
import { ID, PARAMETERS, readOptions } from './sales-trend/options.js';
import { REQUIRES } from './sales-trend/periods.js';

const TITLE = 'Sales trend';
const QUESTION = 'How do sales and revenue move?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(salesTrend, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runTrend } = await import('./sales-trend/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runTrend(context, options)) };
}

/** The report `sales-trend`: orders, patients and revenue by month, week or day, with a test of their trend. */
export const salesTrend: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  optional: OPTIONAL_LINES,
  run,
};
