import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packed, unpacked } from '../../packed.js';
import { ROOT } from './command-line.js';

const PLACES = [join(ROOT, 'fixtures/captures'), join(ROOT, '../shared/captures')];

/** Where a file or folder of the captures stands: in the project, else in the larger set beside it; null where in neither. */
export function capture(path: string): string | null {
  return PLACES.map((place) => packed(join(place, path))).find(existsSync) ?? null;
}

/** The patients and the orders of each capture, in the form that the tests read. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  A: [
    'A-json-schema/values/shopa.pharmacy.patients.values.ndjson.gz',
    'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
  ],
  B: [
    'B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz',
    'B-json-plain/kcat/shopb.pharmacy.orders.kcat.ndjson.gz',
  ],
  C: [
    'C-unwrapped/values/shopc.pharmacy.patients.values.ndjson.gz',
    'C-unwrapped/values/shopc.pharmacy.orders.values.ndjson.gz',
  ],
  D: [
    'D-precise-plain/kcat/shopd.pharmacy.patients.kcat.ndjson.gz',
    'D-precise-plain/kcat/shopd.pharmacy.orders.kcat.ndjson.gz',
  ],
  F: ['F-postgres/kcat/shopf.pharmacy.patients.kcat.ndjson.gz', 'F-postgres/kcat/shopf.pharmacy.orders.kcat.ndjson.gz'],
  G: [
    'G-deidentified/kcat/shopg.pharmacy.patients.kcat.ndjson.gz',
    'G-deidentified/kcat/shopg.pharmacy.orders.kcat.ndjson.gz',
  ],
  I: [
    'I-legacy-1.9/values/shopi.pharmacy.patients.values.ndjson.gz',
    'I-legacy-1.9/values/shopi.pharmacy.orders.values.ndjson.gz',
  ],
};

/** The input files of a capture (patients, orders), or null (said on the console) where they are not here. */
export function inputsOf(name: string): readonly [string, string] | null {
  const [patients, orders] = FILES[name]!.map(capture);
  if (patients && orders) return [patients, orders];
  console.warn(`capture ${name} is neither in fixtures/captures nor in ../shared/captures: its tests are skipped`);
  return null;
}

/** The text of a file, unpacked where it is packed. */
export function textOf(file: string): string {
  return unpacked(file).toString('utf8');
}

/** The lines of a file, without the line ends. A record never holds a raw newline, so a line is a record. */
export function linesOf(file: string): readonly string[] {
  return textOf(file)
    .split('\n')
    .filter((line) => line !== '');
}
