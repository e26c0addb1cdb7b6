import { existsSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/changelog/events-table.js';
import { buildChangeLog } from '../../src/changelog/index.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { recogniseInputs } from '../../src/input/index.js';
import { SCANNED } from '../../src/input/scanned.js';
import { STRING } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { LINE_FORMS } from '../fuzz/forms.js';
import { LINE_MUTATIONS } from '../fuzz/mutations.js';
import { randomFrom } from '../fuzz/random.js';
import { withFiles } from './small.js';
import { CAPTURES, column, OPTIONS, ORDERS, sequence, source, text, USERS } from './support.js';

const FEW = source('table', 'FEW', 'orders', [
  column('ID', STRING, true),
  column('STATUS', STRING),
  column('VOUCHER', STRING),
]);
const SOURCES = [USERS, ORDERS, FEW];

/** All that a change log says, and how many rows of it were scanned. */
async function read(
  folder: string,
  scanFrom: number,
  given: Partial<ReplayOptions>,
): Promise<{ told: object; scanned: number }> {
  const options = { ...OPTIONS, ...given };
  const engine = await openEngine({ scanFrom });
  let scanned = 0;
  const watched: Engine = {
    ...engine,
    async run(sql) {
      if (sql.startsWith('INSERT') && sql.includes(SCANNED))
        scanned += await count(engine, `SELECT count(*) FROM ${SCANNED}`);
      await engine.run(sql);
    },
  };
  try {
    const files = await recogniseInputs(watched, [folder], options);
    const { relations, ...told } = await buildChangeLog(watched, files, SOURCES, options);
    return { told: { ...told, rows: await sequence({ relations, ...told }, engine) }, scanned };
  } catch (error) {
    if (error instanceof DiagnosticError) return { told: error.diagnostics, scanned };
    throw error;
  } finally {
    engine.close();
  }
}

/** Reads files by a scan and by the general reader alone: both must say the same. Gives the rows that were scanned. */
async function same(
  files: Readonly<Record<string, string | Buffer>>,
  options: Partial<ReplayOptions> = {},
): Promise<number> {
  return await withFiles(files, async (folder) => {
    const general = await read(folder, Number.POSITIVE_INFINITY, options);
    const { told, scanned } = await read(folder, 0, options);
    expect(told).toEqual(general.told);
    expect(general.scanned).toBe(0);
    return scanned;
  });
}

const names = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /ndjson/.test(name)) : [];

describe.skipIf(CAPTURES === null)('a scanned log says what a read one says (skipped without captures)', () => {
  const folders = [
    'A-json-schema',
    'B-json-plain',
    'C-unwrapped',
    'D-precise-plain',
    'F-postgres',
    'G-deidentified',
    'I-legacy-1.9',
    'X-edge-types',
  ];
  const captures = folders.flatMap((capture) =>
    ['kcat', 'values'].map((form) => `${capture}/${form}`).filter((path) => names(`${CAPTURES}/${path}`).length > 0),
  );

  it.each(captures)('%s', async (path) => {
    const files = names(`${CAPTURES}/${path}`).filter((name) => /patients|orders\.|edge/.test(name));
    const texts = Object.fromEntries(
      files.map((name) => [name.replace(/\.gz$/, ''), text(`${CAPTURES}/${path}/${name}`)]),
    );
    const scanned = await same(texts);
    if (/B-json-plain|unwrapped|postgres|legacy/.test(path)) expect(scanned).toBeGreaterThan(1000);
  });

  type Line = (line: string, at: number) => string;
  const forms = LINE_FORMS as Readonly<Record<string, Line>>;
  const mutations = LINE_MUTATIONS as Readonly<
    Record<string, (lines: readonly string[], from: number, random: () => number) => readonly string[]>
  >;
  const FORMS = Object.keys(forms).filter((form) => /^(kcat|values|unwrapped|keyed)/.test(form));
  const lines = (topic: string, from: number, to: number): readonly string[] =>
    CAPTURES === null
      ? []
      : text(`${CAPTURES}/B-json-plain/kcat/shopb.pharmacy.${topic}.kcat.ndjson.gz`)
          .split('\n')
          .filter((line) => line !== '')
          .slice(from, to);

  it.each(FORMS)('%s, whole, in one file, in .gz, cut by time', async (form) => {
    const write = (topic: string): string => lines(topic, 0, 400).map(forms[form]!).join('\n');
    const files = { 'patients.ndjson': write('patients'), 'orders.ndjson': write('orders') };
    await same(files);
    await same({ 'all.ndjson': `${files['orders.ndjson']}\n${files['patients.ndjson']}` });
    await same({ 'patients.ndjson.gz': gzipSync(files['patients.ndjson']), 'orders.ndjson': files['orders.ndjson'] });
    await same(files, { until: 1_600_000_000_000, knownAt: 1_750_000_000_000 });
  });

  it.each(Object.keys(mutations))('mutants: %s', async (mutation) => {
    const random = randomFrom(7);
    const damaged = (topic: string, form: string): string =>
      mutations[mutation]!(lines(topic, 0, 300).map(forms[form]!), 200, random).join('\n');
    await same({ 'patients.ndjson': damaged('patients', 'values'), 'orders.ndjson': damaged('orders', 'kcat') });
  });

  it('values that a scan leaves to the reader', async () => {
    const [first = '', ...others] = lines('orders', 0, 200).map(LINE_FORMS.values!);
    const odd = [
      first.replace('"after":{', '"after":{"extra":"a\\u00e9\\n",'),
      first.replace(/"status":"[^"]*"/, '"status":"a \\"quote\\" and \\u00e9"'),
      first.replace(/"amount_total":[^,]*/, '"amount_total":"12345678.90"'),
      first.replace(/"amount_total":[^,]*/, '"amount_total":"123456789012345678901234567890.12"'),
      first.replace(/"amount_total":[^,]*/, '"amount_total":1.5e3'),
      first.replace(/"amount_total":[^,]*/, '"amount_total":0.1000000000000000055'),
      first.replace(/"id":\d+/, '"id":9007199254740993'),
      first.replace(/"id":\d+/, '"id":92233720368547758080'),
      first.replace(/"id":\d+/, '"id":"12"'),
      first.replace(/"id":\d+/, '"id":12.0'),
      first.replace(/"id":(\d+)/, '"id":1,"id":$1'),
      first.replace('{"before":null,', '{').replace(/}$/, ',"before":null}'),
      first.replaceAll(':', ' : '),
      'null',
      '{"ts_ms":1}',
      '{"id":1',
    ];
    const patients = lines('patients', 0, 50).map(LINE_FORMS.values).join('\n');
    const counts: [string, number][] = [];
    for (const line of odd) {
      const orders = [...others, line, ...others].join('\n');
      counts.push([line, await same({ 'orders.ndjson': orders, 'patients.ndjson': patients })]);
    }
    // Digits as text in a column of numbers may say of the whole file how it is written: it is read as ever.
    expect(counts.filter(([line, scanned]) => scanned < 300 && !line.includes('"id":"12"'))).toEqual([]);
  });
});
