import { formForPath, outputForms } from '../output/index.js';
import type { Forms } from './targets.js';

/** The forms that a report can be written in. */
export const FORMS: Forms = {
  names: outputForms.map((f) => f.name),
  fallback: 'terminal',
  binary: outputForms.filter((f) => f.binary === true).map((f) => f.name),
  ofPath(path) {
    const form = formForPath(path);
    return 'name' in form ? form.name : form;
  },
};
