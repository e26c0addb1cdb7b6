import type { ReportContext, ReportDefinition } from './definition.js';
import { readParameters } from './parameters.js';
import { ID, PARAMETERS, readOptions } from './practitioner-brand/options.js';
import { OPTIONAL, REQUIRES } from './practitioner-brand/pairs.js';
import type { Report } from './report.js';

const TITLE = 'Practitioners and brands';
const QUESTION = 'Which practitioner x brand pairs work well?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(practitionerBrand, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runPairs } = await import('./practitioner-brand/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runPairs(context, options)) };
}

/** The report `practitioner-brand`: where a brand is in more of a practitioner's orders than chance would put it. */
export const practitionerBrand: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  optional: OPTIONAL,
  run,
};
