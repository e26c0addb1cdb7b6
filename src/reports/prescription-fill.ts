import type { ReportContext, ReportDefinition } from './definition.js';
import { readParameters } from './parameters.js';
import { ID, PARAMETERS, readOptions } from './prescription-fill/options.js';
import { alsoReads, OPTIONAL, REQUIRES } from './prescription-fill/sources.js';
import type { Report } from './report.js';

const TITLE = 'Prescription fills';
const QUESTION = 'Does a patient order all of a prescription, at once or over time?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(prescriptionFill, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runFills } = await import('./prescription-fill/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runFills(context, options)) };
}

/** The report `prescription-fill`: what became of each prescription, and how long it took. */
export const prescriptionFill: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  optional: OPTIONAL,
  run,
};
