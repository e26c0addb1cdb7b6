import type { ReportContext, ReportDefinition } from './definition.js';
import { PARAMETERS, readOptions } from './discount-impact/options.js';
import { COLUMNS, checkColumns, RELATION } from './discount-impact/source.js';
import { OPTIONAL_LINES, PRESCRIBED_LINES } from './order-lines.js';
import { readParameters } from './parameters.js';
import type { Report } from './report.js';

const ID = 'discount-impact';
const TITLE = 'Discount impact';
const QUESTION = 'How does the discount relate to what an order is worth?';

async function run(context: ReportContext): Promise<Report> {
  const options = readOptions(readParameters(discountImpact, context.parameters));
  checkColumns(context.columns(RELATION), options.amount);
  // The distributions take 0.2 s to load: a list of reports or a wrong parameter need not wait for them.
  const { runImpact } = await import('./discount-impact/run.js');
  return { id: ID, title: TITLE, question: QUESTION, ...(await runImpact(context, options)) };
}

/** The report `discount-impact`: average order value by the discount that was in force when the order was placed. */
export const discountImpact: ReportDefinition = {
  id: ID,
  title: TITLE,
  question: QUESTION,
  parameters: PARAMETERS,
  requires: [{ relation: RELATION, columns: [...COLUMNS, 'AMOUNT_SUBTOTAL', 'AMOUNT_TOTAL', 'EVENT_TS'] }],
  optional: [...OPTIONAL_LINES, PRESCRIBED_LINES],
  run,
};
