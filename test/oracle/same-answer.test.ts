import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture, inputsOf, textOf } from './support/captures.js';
import { discountOf } from './support/check-orders.js';
import { type Row, replay, succeed } from './support/command-line.js';
import { hundredths } from './support/truth.js';

/** The same capture as another tool exported it. Only the larger set beside the project has these files. */
const EXPORTS: readonly (readonly [capture: string, title: string, files: readonly string[]])[] = [
  [
    'A',
    'console consumer with every print.* property',
    [
      'A-json-schema/console/shopa.pharmacy.patients.console.txt.gz',
      'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
    ],
  ],
  [
    'B',
    'console consumer with time and key',
    [
      'B-json-plain/keyed/shopb.pharmacy.patients.keyed.txt.gz',
      'B-json-plain/keyed/shopb.pharmacy.orders.keyed.txt.gz',
    ],
  ],
  ['B', 'file sink, four topics in one file', ['B-json-plain/filestream/shopb-mixed.ndjson.gz']],
  ['B', 'the whole folder with its side topics', ['B-json-plain/kcat']],
  [
    'C',
    'console consumer, unwrapped',
    [
      'C-unwrapped/console/shopc.pharmacy.patients.console.txt.gz',
      'C-unwrapped/console/shopc.pharmacy.orders.console.txt.gz',
    ],
  ],
  ['C', 'file sink, unwrapped', ['C-unwrapped/filestream/shopc-mixed.ndjson.gz']],
  [
    'I',
    'kcat of the legacy connector',
    [
      'I-legacy-1.9/kcat/shopi.pharmacy.patients.kcat.ndjson.gz',
      'I-legacy-1.9/kcat/shopi.pharmacy.orders.kcat.ndjson.gz',
    ],
  ],
];

/** What an order's row says, without the spelling of its decimals (a connector may write them as doubles). */
function essence(row: Row): string {
  return [
    row.ORDER_ID,
    row.PATIENT_ID,
    discountOf(row),
    hundredths(row.AMOUNT_TOTAL),
    hundredths(row.AMOUNT_SUBTOTAL),
    row.STATUS,
  ].join(' ');
}

const runs = new Map<string, Promise<readonly string[]>>();
function reference(name: string): Promise<readonly string[]> {
  const run = runs.get(name) ?? replay('ORDERS_WITH_DISCOUNT', inputsOf(name)!).then((rows) => rows.map(essence));
  runs.set(name, run);
  return run;
}

describe('another export of the same log gives the same rows', () => {
  for (const [name, title, paths] of EXPORTS) {
    const files = paths.map(capture);
    const here = files.every((file) => file !== null) && inputsOf(name) !== null;
    if (!here) console.warn(`${name}, ${title}: not here, its test is skipped`);
    it.skipIf(!here)(`${name}: ${title}`, async () => {
      const rows = await replay('ORDERS_WITH_DISCOUNT', files as string[]);
      expect(rows.map(essence)).toEqual(await reference(name));
    });
  }

  it('captures of the same shop agree with each other', async () => {
    const names = ['A', 'B', 'C', 'G', 'I'].filter((name) => inputsOf(name) !== null);
    const all = await Promise.all(names.map(reference));
    for (const rows of all) expect(rows).toEqual(all[0]);
  });

  it('a folder, a pattern and stdin', async () => {
    const files = inputsOf('F')!;
    const folder = dirname(files[0]);
    const expected = await reference('F');
    expect((await replay('ORDERS_WITH_DISCOUNT', [folder])).map(essence)).toEqual(expected);
    expect((await replay('ORDERS_WITH_DISCOUNT', [join(folder, '*.pharmacy.*.gz')])).map(essence)).toEqual(expected);
    const piped = await succeed(['replay', 'ORDERS_WITH_DISCOUNT', '-', '--format', 'ndjson'], {
      stdin: textOf(files[1]) + textOf(files[0]),
    });
    const rows = piped.stdout.split('\n').filter((line) => line !== '');
    expect(rows.map((line) => essence(JSON.parse(line) as Row))).toEqual(expected);
  });
});

describe('the forms of a replay agree', () => {
  it('csv, json and ndjson hold the same rows, key first and ROWTIME last', async () => {
    const files = inputsOf('F')!;
    const [csv, json, ndjson] = await Promise.all(
      ['csv', 'json', 'ndjson'].map(
        async (form) => (await succeed(['replay', 'ORDERS_WITH_DISCOUNT', ...files, '--format', form])).stdout,
      ),
    );
    const { parse } = await import('csv-parse/sync');
    const [header, ...rows] = parse(csv!) as string[][];
    expect(header![0]).toBe('ORDER_ID');
    expect(header!.at(-1)).toBe('ROWTIME');
    // Numbers keep their digits (95.90): read them as text, as a careful reader of decimals does.
    const exact = (text: string): unknown => JSON.parse(text.replace(/(":\s*)(-?\d[\d.eE+-]*)(\s*[,}])/g, '$1"$2"$3'));
    const objects = ndjson!
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => exact(line) as Row);
    expect(Object.keys(objects[0]!)).toEqual(header);
    expect(rows).toEqual(
      objects.map((row) => header!.map((column) => (row[column] === null ? '' : String(row[column])))),
    );
    const document = exact(json!) as readonly Row[] | { readonly rows: readonly Row[] };
    expect('rows' in document ? document.rows : document).toEqual(objects);
  });
});
