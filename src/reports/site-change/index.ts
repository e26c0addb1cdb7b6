import type { ReportDefinition, RequiredRelation } from '../definition.js';
import { defineReport } from '../kit.js';
import { ORDER_PARAMETERS } from '../order-parameters.js';
import { ID, type Options, readOptions } from './options.js';

/** Clinics are read only where one of them is the control. */
function alsoReads(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[] {
  if (parameters.control?.startsWith('clinic=') !== true) return [];
  return [{ relation: 'ORDERS_WITH_CLINIC', columns: ['ORDER_ID', 'CLINIC_ID'] }];
}

/** The report `site-change`: what a change to the site did to sales, against what was to be expected without it. */
export const siteChange: ReportDefinition = defineReport<Options>({
  id: ID,
  title: 'Site change',
  question: 'What did a change to the site do to sales?',
  caveat: 'These are observed differences: whatever else happened on these days is in them too.',
  parameters: [
    {
      name: 'change-at',
      type: 'list',
      help: 'Days of the changes, YYYY-MM-DD, separated by commas; the day itself counts as after.',
    },
    {
      name: 'measure',
      type: 'choice',
      choices: ['net_revenue', 'orders', 'aov', 'new_patients'],
      default: 'net_revenue',
      help: 'What the headline is about; the other measures are tested beside it.',
    },
    { name: 'before', type: 'integer', default: '56', help: 'With fewer days before the change the report warns.' },
    { name: 'after', type: 'integer', default: '28', help: 'With fewer days after it the report warns.' },
    { name: 'window', type: 'integer', help: 'Use at most so many days before and after; else all that the log has.' },
    {
      name: 'control',
      type: 'text',
      help: 'Orders that the change did not touch: practitioner=ID, clinic=ID or discount=PERCENT; they are taken out of the series.',
    },
    {
      name: 'holidays',
      type: 'list',
      help: 'Public holidays and other closed days, YYYY-MM-DD, separated by commas: they are left out.',
    },
    {
      name: 'other-events',
      type: 'text',
      help: 'A CSV file of other events: "from,to,name" (a promotion: its days are left out) or "date,name" (something that lasts, such as new prices: it is told apart).',
    },
    ...ORDER_PARAMETERS,
  ],
  requires: [
    {
      relation: 'ORDERS_PLACED',
      columns: [
        ...['ORDER_ID', 'PATIENT_ID', 'RESPONSIBLE_ID', 'DISCOUNT_LEVEL', 'AMOUNT_TOTAL', 'AMOUNT_SUBTOTAL', 'STATUS'],
        'EVENT_TS',
      ],
    },
  ],
  alsoReads,
  options: readOptions,
  load: async () => (await import('./tables.js')).makeSite,
});
