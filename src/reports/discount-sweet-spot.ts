import type { ReportContext, ReportDefinition } from './definition.js';
import { alsoReads, REQUIRES } from './discount-sweet-spot/exposure.js';
import { ID, PARAMETERS, readOptions } from './discount-sweet-spot/options.js';
import { readParameters } from './parameters.js';
import type { Report } from './report.js';

const TITLE = 'Discount sweet spot';
const QUESTION = 'Which discount earns most, per practitioner and overall?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(discountSweetSpot, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runSweetSpot } = await import('./discount-sweet-spot/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runSweetSpot(context, options)) };
}

/** The report `discount-sweet-spot`: net revenue per month that a patient spends at a discount, and which level is best. */
export const discountSweetSpot: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  run,
};
