import type { ReportDefinition } from '../definition.js';
import { defineReport } from '../kit.js';
import type { Grain } from './grain.js';
import { REQUIRES } from './lines.js';
import { type Options, PARAMETERS, readOptions } from './options.js';

/** The report on one kind of rows. */
export function performanceReport(grain: Grain, question: string): ReportDefinition {
  return defineReport<Options>({
    ...{ id: grain.report, title: grain.title, question, parameters: PARAMETERS, requires: REQUIRES },
    caveat:
      'These are observed sales: what is bought together, prescribed or in stock is in them, not only what patients like.',
    options: (values) => readOptions(grain, values),
    load: async () => {
      const { makePerformance } = await import('./run.js');
      return (context, options) => makePerformance(context, grain, options);
    },
  });
}
