import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture, linesOf } from '../oracle/support/captures.js';
import { temporaryFolder } from '../oracle/support/command-line.js';
import { leakFinder, personalValues, watched } from './persons.js';

const work = temporaryFolder();

/** Every form of the captures; their people are looked for as the capture itself spells them. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  'values with schemas': [
    'A-json-schema/values/shopa.pharmacy.patients.values.ndjson.gz',
    'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
  ],
  'console with every print.*': [
    'A-json-schema/console/shopa.pharmacy.patients.console.txt.gz',
    'A-json-schema/values/shopa.pharmacy.orders.values.ndjson.gz',
  ],
  'kcat -J': [
    'B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz',
    'B-json-plain/kcat/shopb.pharmacy.orders.kcat.ndjson.gz',
  ],
  'unwrapped rows, dates as text': [
    'C-unwrapped/values/shopc.pharmacy.patients.values.ndjson.gz',
    'C-unwrapped/values/shopc.pharmacy.orders.values.ndjson.gz',
  ],
  PostgreSQL: [
    'F-postgres/kcat/shopf.pharmacy.patients.kcat.ndjson.gz',
    'F-postgres/kcat/shopf.pharmacy.orders.kcat.ndjson.gz',
  ],
  'Avro containers': ['H-avro/topics/shopa.pharmacy.patients', 'H-avro/topics/shopa.pharmacy.orders'],
  'Debezium 1.9': [
    'I-legacy-1.9/values/shopi.pharmacy.patients.values.ndjson.gz',
    'I-legacy-1.9/values/shopi.pharmacy.orders.values.ndjson.gz',
  ],
  'a dump of MariaDB': ['dump-mariadb/final/patients.outfile.csv.gz', 'dump-mariadb/final/orders.outfile.csv.gz'],
};

const patientsOf = (path: string): readonly string[] => linesOf(capture(path)!).filter((line) => line !== 'null');
const values = new Set([
  ...personalValues(patientsOf('C-unwrapped/values/shopc.pharmacy.patients.values.ndjson.gz')),
  ...personalValues(patientsOf('F-postgres/kcat/shopf.pharmacy.patients.kcat.ndjson.gz')),
  ...personalValues(patientsOf('B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz')),
]);
const find = leakFinder(values);

const OUTPUTS = ['r.json', 'r.csv', 'r.html', 'r.md', 'r.xlsx'].flatMap((name) => ['--out', name]);

function folder(paths: readonly string[]): string {
  const cwd = mkdtempSync(join(work, 'run-'));
  mkdirSync(join(cwd, 'input'));
  for (const path of paths) cpSync(capture(path)!, join(cwd, 'input', basename(capture(path)!)), { recursive: true });
  // A record that is cut off and one of another type, of a person of the capture: both go to the quarantine.
  const [first, second] = patientsOf('B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz');
  // It names no table of its own: beside the logs of another server that would be a second one of the name, which is asked about.
  const wrong = second!
    .replace(/practitioner_discount\\":\\"[^"\\]*/, 'practitioner_discount\\":\\"p2@new.example')
    .replace(/\\"table\\":\\"patients\\",?/, '');
  writeFileSync(join(cwd, 'input/broken.patients.kcat.ndjson'), `${first!.slice(0, 900)}\n${wrong}\n`);
  return cwd;
}

it('the people of the captures are known: e-mail, telephone, address, name, birth date', () => {
  expect(values.size).toBeGreaterThan(2500);
  const all = [...values];
  expect(all.filter((v) => v.includes('@')).length).toBeGreaterThan(400);
  expect(all.filter((v) => v.startsWith('+61')).length).toBeGreaterThan(300);
  expect(all.filter((v) => /^(19|20)\d\d-\d\d-\d\d$/.test(v)).length).toBeGreaterThan(300);
  expect(all.filter((v) => / St,?/.test(v)).length).toBeGreaterThan(300);
});

describe('nothing of them occurs in outputs, manifest, quarantine, cache, messages, or the temporary folder', () => {
  for (const [name, paths] of Object.entries(FORMS)) {
    const here = paths.every((path) => capture(path) !== null);
    if (!here) console.warn(`${name}: not here, its test is skipped`);
    it.skipIf(!here)(name, async () => {
      const cwd = folder(paths);
      const args = [
        'report',
        'discount-impact',
        'input',
        ...OUTPUTS,
        '--quarantine',
        'bad.ndjson',
        '--cache',
        'kept',
        '--memory',
        '400MB',
        '--debug',
        '--verbose',
      ];
      const done = await watched(args, cwd, find);
      expect(done.stderr).not.toMatch(/^ {4}at /m);
      expect(done.code).toBe(0);
      expect(done.leaks).toEqual([]);
      const names = done.files.map((file) => basename(file));
      expect(names).toEqual(expect.arrayContaining(['r.json', 'r.xlsx', 'bad.ndjson']));
      expect(names.some((file) => file.endsWith('.manifest.json'))).toBe(true);
    });
  }
});

describe('the cache', () => {
  const many = patientsOf('B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz');
  const cwd = mkdtempSync(join(work, 'cache-'));
  mkdirSync(join(cwd, 'input'));
  // Large enough to be kept: the same records again and again.
  writeFileSync(
    join(cwd, 'input/shopb.pharmacy.patients.kcat.ndjson'),
    Array.from({ length: 8 }, () => many.join('\n')).join('\n'),
  );
  const pipeline = (columns: string): string =>
    `CREATE TABLE PEOPLE (ID BIGINT PRIMARY KEY, ${columns}) WITH (KAFKA_TOPIC='patients', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');\n`;
  const kept = (files: readonly string[]): readonly string[] => files.filter((file) => file.endsWith('.duckdb'));

  it('holds nothing of them', async () => {
    writeFileSync(
      join(cwd, 'people.ksql'),
      pipeline('POSTCODE VARCHAR, BIRTH_DATE VARCHAR, PRACTITIONER_DISCOUNT DECIMAL(5, 2)'),
    );
    const done = await watched(
      ['replay', 'PEOPLE', 'input', '--pipeline', 'people.ksql', '--out', 'p.csv', '--cache', 'kept', '--debug'],
      cwd,
      find,
    );
    expect(done.code).toBe(0);
    expect(kept(done.files)).toHaveLength(1);
    expect(done.leaks).toEqual([]);
  });

  it('is where this test finds them when one column is let through: a birth date, then an e-mail address', async () => {
    for (const [column, policy] of [
      ['BIRTH_DATE', 'version: 1\nnone: true\n'],
      ['EMAIL', 'version: 1\nnone: true\n'],
    ] as const) {
      writeFileSync(join(cwd, 'people.ksql'), pipeline(`${column} VARCHAR`));
      writeFileSync(join(cwd, 'open.yaml'), policy);
      const done = await watched(
        [
          'replay',
          'PEOPLE',
          'input',
          '--pipeline',
          'people.ksql',
          '--policy',
          'open.yaml',
          '--format',
          'ndjson',
          '--cache',
          `kept-${column}`,
        ],
        cwd,
        find,
      );
      expect(done.code).toBe(0);
      expect(done.leaks.some((leak) => leak.startsWith('stdout'))).toBe(true);
      if (column === 'EMAIL') expect(done.leaks.some((leak) => /kept-EMAIL.*\.duckdb/.test(leak))).toBe(true);
    }
  });
});
