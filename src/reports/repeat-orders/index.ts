import type { ReportDefinition } from '../definition.js';
import { defineReport } from '../kit.js';
import { alsoReads, REQUIRES } from './occasions.js';
import { ID, PARAMETERS, readOptions } from './options.js';

/** The report `repeat-orders`: how many patients come back, how soon, and by which cohort, practitioner, brand or discount. */
export const repeatOrders: ReportDefinition = defineReport({
  id: ID,
  title: 'Repeat orders',
  question: 'Do customers come back?',
  caveat: 'These are observed differences, not effects: who comes back to whom is no accident.',
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  options: readOptions,
  load: async () => (await import('./run.js')).makeRepeat,
});
