import type { ReportDefinition } from '../definition.js';
import { defineReport } from '../kit.js';
import { ID, PARAMETERS, readOptions } from './options.js';
import { alsoReads, OPTIONAL, REQUIRES } from './sources.js';

/** The report `prescription-fill`: what became of each prescription, and how long it took. */
export const prescriptionFill: ReportDefinition = defineReport({
  id: ID,
  title: 'Prescription fills',
  question: 'Does a patient order all of a prescription, at once or over time?',
  caveat: 'These are observed differences, not effects: who gets which prescription from whom is no accident.',
  parameters: PARAMETERS,
  requires: REQUIRES,
  alsoReads,
  optional: OPTIONAL,
  options: readOptions,
  load: async () => (await import('./run.js')).makeFills,
});
