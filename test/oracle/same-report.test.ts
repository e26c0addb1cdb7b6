import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../src/cli/report-job.js';
import { openEngine } from '../../src/engine/engine.js';
import { outputForms } from '../../src/output/index.js';
import { shippedPolicy } from '../../src/privacy/shipped.js';
import type { ReplayOptions } from '../../src/relation.js';
import { runPipeline } from '../../src/replay/index.js';
import { shippedPipeline } from '../../src/replay/shipped.js';
import { demandOf } from '../../src/reports/definition.js';
import { REPORTS } from '../../src/reports/index.js';
import type { Report } from '../../src/reports/report.js';
import { capture } from './support/captures.js';
import { ROOT } from './support/command-line.js';

const OPTIONS: ReplayOptions = {
  order: 'event-time',
  baseline: 'strict',
  topics: [],
  decimalScales: [],
  timeZone: 'UTC',
  policy: shippedPolicy(),
};
/** Provenance that tells of the files and how they were delivered: nothing else may differ. */
const DELIVERY = new Set(['inputs', 'run']);
/** Notes of what the schema-change topic tells, and of truncates that may be missing: the export of C has neither. */
const HISTORY = /^products\.retail_price was called rrp before|^No TRUNCATE stands in the log/;
const BYTES = ['json', 'csv', 'html', 'md'];

/** The bytes of some reports in every text form, without what tells of the files; and what was counted as delivered. */
async function reports(
  inputs: readonly string[],
  ids: readonly string[],
  options: Partial<ReplayOptions> = {},
): Promise<{
  readonly bytes: Readonly<Record<string, string>>;
  readonly events: number;
  readonly history: readonly string[];
}> {
  const engine = await openEngine({ threads: 2 });
  try {
    const definitions = REPORTS.filter(({ id }) => ids.includes(id));
    const demand = definitions.flatMap((d) => demandOf(d, {}).map((r) => ({ ...r, form: 'final' as const })));
    const replay = { ...OPTIONS, ...options };
    const result = await runPipeline({ engine, inputs, pipeline: shippedPipeline(), options: replay, demand });
    const bytes: Record<string, string> = {};
    for (const definition of definitions) {
      const job = { options: replay, bundled: false } as Parameters<typeof contextOf>[2];
      const report: Report = await definition.run(contextOf(definition, {}, job, result));
      const plain = {
        ...report,
        provenance: report.provenance.filter(({ name }) => !DELIVERY.has(name)),
        notes: report.notes.filter((note) => !HISTORY.test(note)),
      };
      for (const form of outputForms.filter(({ name }) => BYTES.includes(name)))
        for (const file of await form.write(plain, { width: 80, colour: false, ascii: false }))
          bytes[`${definition.id} ${form.name}${file.suffix}`] = Buffer.from(file.bytes).toString('utf8');
    }
    const { events } = result.counts;
    return { bytes, events, history: result.notes.filter((note) => HISTORY.test(note)) };
  } finally {
    engine.close();
  }
}

const here = (paths: readonly string[]): readonly string[] | null => {
  const found = paths.map(capture);
  return found.every((path) => path !== null) ? found : null;
};

/** Exports of one workload of the MariaDB shop, by patients and orders. */
const PAIRS: Readonly<
  Record<string, { readonly paths: readonly string[]; readonly options?: Partial<ReplayOptions> }>
> = {
  'A, values': {
    paths: [
      'A-json-schema/values/shopa.pharmacy.patients.values.ndjson.gz',
      'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
    ],
  },
  'A, patients from the console': {
    paths: [
      'A-json-schema/console/shopa.pharmacy.patients.console.txt.gz',
      'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
    ],
  },
  'B, console with time and key': { paths: ['B-json-plain/keyed'] },
  'B, file sink': { paths: ['B-json-plain/filestream'] },
  'C, unwrapped values': {
    paths: [
      'C-unwrapped/values/shopc.pharmacy.patients.values.ndjson.gz',
      'C-unwrapped/values/shopc.pharmacy.orders.values.ndjson.gz',
    ],
  },
  'C, console': { paths: ['C-unwrapped/console'] },
  'C, file sink': { paths: ['C-unwrapped/filestream'] },
  'D, with the scale': { paths: ['D-precise-plain/kcat'], options: { decimalScales: [{ scale: 2 }] } },
  'G, de-identified by the connector': { paths: ['G-deidentified/kcat'] },
  'H, Avro': { paths: ['H-avro/topics/shopa.pharmacy.patients', 'H-avro/topics/shopa.pharmacy.orders'] },
  'I, kcat of Debezium 1.9': {
    paths: [
      'I-legacy-1.9/kcat/shopi.pharmacy.patients.kcat.ndjson.gz',
      'I-legacy-1.9/kcat/shopi.pharmacy.orders.kcat.ndjson.gz',
    ],
  },
  'I, values of Debezium 1.9': {
    paths: [
      'I-legacy-1.9/values/shopi.pharmacy.patients.values.ndjson.gz',
      'I-legacy-1.9/values/shopi.pharmacy.orders.values.ndjson.gz',
    ],
  },
};
const REFERENCE = [
  'B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz',
  'B-json-plain/kcat/shopb.pharmacy.orders.kcat.ndjson.gz',
];

describe('discount-impact is the same, byte for byte, whatever the export', () => {
  let reference: ReturnType<typeof reports> | undefined;
  const expected = (): ReturnType<typeof reports> => (reference ??= reports(here(REFERENCE)!, ['discount-impact']));

  for (const [name, { paths, options }] of Object.entries(PAIRS)) {
    const inputs = here(paths);
    if (inputs === null) console.warn(`${name}: not here, its test is skipped`);
    it.skipIf(inputs === null)(name, async () => {
      const [theirs, ours] = [await expected(), await reports(inputs!, ['discount-impact'], options)];
      expect(Object.keys(ours.bytes).length).toBeGreaterThanOrEqual(BYTES.length);
      for (const [file, text] of Object.entries(ours.bytes)) expect(text, file).toBe(theirs.bytes[file]);
      expect(ours.events).toBe(theirs.events);
    });
  }
});

/** Exports that hold every table of the shop: only the larger set beside the project has them whole. */
const WHOLE = ['A-json-schema/values', 'B-json-plain/kcat', 'C-unwrapped/values'].map((path) =>
  join(ROOT, '../shared/captures', path),
);
const whole = WHOLE.every((path) => existsSync(path));
if (!whole) console.warn('../shared/captures is not here: reports on all tables are not compared');
describe.skipIf(!whole)('every report is the same, byte for byte, of the three exports that hold all tables', () => {
  const ids = REPORTS.map(({ id }) => id).filter((id) => id !== 'site-change');

  it('A (precise, microseconds), B (text, milliseconds), C (unwrapped, doubles)', async () => {
    const [a, b, c] = [
      await reports([WHOLE[0]!], ids),
      await reports([WHOLE[1]!], ids),
      await reports([WHOLE[2]!], ids),
    ];
    expect(Object.keys(a.bytes).length).toBeGreaterThanOrEqual(ids.length * BYTES.length);
    for (const [file, text] of Object.entries(a.bytes)) {
      expect(b.bytes[file], file).toBe(text);
      expect(c.bytes[file], file).toBe(text);
    }
    expect([a, b, c].map(({ history }) => history.map((note) => note.split(' ')[0]))).toEqual([
      ['products.retail_price'],
      ['products.retail_price'],
      ['No'],
    ]);
  });
});
