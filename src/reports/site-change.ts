import type { ReportContext, ReportDefinition } from './definition.js';
import { readParameters } from './parameters.js';
import type { Report } from './report.js';
import { alsoReads, REQUIRES } from './site-change/days.js';
import { ID, PARAMETERS, readOptions } from './site-change/options.js';

const TITLE = 'Site change';
const QUESTION = 'What did a change to the site do to sales?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(siteChange, context.parameters));
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runSite } = await import('./site-change/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runSite(context, options)) };
}

/** The report `site-change`: an interrupted time series of daily sales around a day on which something was changed. */
export const siteChange: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  run,
};
