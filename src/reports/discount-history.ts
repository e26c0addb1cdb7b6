import type { ReportContext, ReportDefinition } from './definition.js';
import { PARAMETERS, readOptions } from './discount-impact/options.js';
import { COLUMNS, checkColumns, RELATION } from './discount-impact/source.js';
import { OPTIONAL_LINES } from './order-lines.js';
import { readParameters } from './parameters.js';
import type { Report } from './report.js';

const ID = 'discount-history';
const TITLE = 'Discount history';
const QUESTION = 'How has the relation between discount and order value changed from year to year?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(discountHistory, context.parameters));
  checkColumns(context.columns(RELATION), options.amount);
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runHistory } = await import('./discount-history/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runHistory(context, options)) };
}

/** The report `discount-history`: average order value by discount and year, and what its change is made of. */
export const discountHistory: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: [{ relation: RELATION, columns: [...COLUMNS, 'EVENT_TS', 'AMOUNT_SUBTOTAL', 'AMOUNT_TOTAL'] }],
  optional: OPTIONAL_LINES,
  run,
};
