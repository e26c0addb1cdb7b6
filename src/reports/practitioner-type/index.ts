import type { ReportDefinition } from '../definition.js';
import { defineReport } from '../kit.js';
import { ID, PARAMETERS, readOptions } from './options.js';
import { REQUIRES } from './units.js';

/** The report `practitioner-type`: what practitioners of each type bring, with the practitioner as the unit of every test. */
export const practitionerType: ReportDefinition = defineReport({
  id: ID,
  title: 'Practitioner types',
  question: 'Do practitioners of one type do better?',
  caveat:
    'These are observed differences, not effects of the type: who goes to which practitioner, where and with what complaint is no accident.',
  parameters: PARAMETERS,
  requires: REQUIRES,
  options: readOptions,
  load: async () => (await import('./run.js')).makeTypes,
});
