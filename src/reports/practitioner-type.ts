import type { ReportContext, ReportDefinition } from './definition.js';
import { readParameters } from './parameters.js';
import { ID, PARAMETERS, readOptions } from './practitioner-type/options.js';
import { REQUIRES } from './practitioner-type/units.js';
import type { Report } from './report.js';

const TITLE = 'Practitioner types';
const QUESTION = 'Do practitioners of one type do better?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(practitionerType, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runTypes } = await import('./practitioner-type/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runTypes(context, options)) };
}

/** The report `practitioner-type`: what practitioners of each type bring, with the practitioner as the unit of every test. */
export const practitionerType: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  run,
};
