import type { ReportContext, ReportDefinition } from './definition.js';
import { readParameters } from './parameters.js';
import { alsoReads, REQUIRES } from './repeat-orders/occasions.js';
import { ID, PARAMETERS, readOptions } from './repeat-orders/options.js';
import type { Report } from './report.js';

const TITLE = 'Repeat orders';
const QUESTION = 'Do customers come back?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(repeatOrders, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runRepeat } = await import('./repeat-orders/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runRepeat(context, options)) };
}

/** The report `repeat-orders`: how many patients come back, how soon, and by which cohort, practitioner, brand or discount. */
export const repeatOrders: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  run,
};
