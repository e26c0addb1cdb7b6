import type { Form } from '../input-file.js';
import type { Reader } from '../reader.js';
import { AVRO_CONTAINER } from './avro-container.js';
import { AVRO_FRAMED, AVRO_KCAT } from './avro-framed.js';
import { CONSOLE } from './console.js';
import { DUMP } from './dump.js';
import { KCAT } from './kcat.js';
import { PARQUET } from './parquet.js';
import { VALUES } from './values.js';

/** All forms of input, in the order in which they are asked whether a file is theirs. */
export const READERS: readonly Reader[] = [
  ...PARQUET,
  AVRO_CONTAINER,
  AVRO_FRAMED,
  AVRO_KCAT,
  CONSOLE,
  KCAT,
  VALUES,
  DUMP,
];

/** The reader of a file that is not set aside. */
export function readerOf({ form }: { readonly form: Form }): Reader {
  const reader = READERS.find(({ kind }) => kind === form.kind);
  if (reader === undefined) throw new Error(`no reader takes the form ${form.kind}`);
  return reader;
}

/** True for a file of one instant: its rows have no history but what their own columns say. */
export function isInstant(file: { readonly form: Form }): boolean {
  return file.form.kind !== 'set-aside' && readerOf(file).lacks.has('history');
}

/** What a form is called in reports (`kcat -J, envelope`). */
export function formText(form: Form): string {
  return 'what' in form ? String(form.what) : readerOf({ form }).title(form);
}

/** What a file is called in reports: its form, behind the form of another program that it was made of. */
export function fileText({ form, origin }: { readonly form: Form; readonly origin?: string }): string {
  return origin === undefined ? formText(form) : `${origin}: ${formText(form)}`;
}
