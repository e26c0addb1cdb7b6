import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { say } from '../cli/support/in-process.js';
import { ROOT, temporaryFolder } from '../oracle/support/command-line.js';
import { unpacked } from '../packed.js';

const CAPTURE = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const folder = temporaryFolder();

type Fields = Readonly<Record<string, unknown>>;
interface Line {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly key: string;
  readonly payload: string | null;
}

/** All patients of the bundled capture, and every fifth order. */
function linesOf(table: string): readonly Line[] {
  return unpacked(join(CAPTURE, `shopb.pharmacy.${table}.kcat.ndjson.gz`))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ key }) => table === 'patients' || JSON.parse(key).id % 5 === 0);
}

const TABLES = { patients: linesOf('patients'), orders: linesOf('orders') };
const ALL = [...TABLES.patients, ...TABLES.orders];
const values = (lines: readonly Line[]): readonly string[] => lines.map(({ payload }) => payload ?? 'null');
const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** A row as ExtractNewRecordState gives it, deletes rewritten, added fields with `prefix`; without tombstones. */
function flat(lines: readonly Line[], prefix: string): string {
  const rows = lines.flatMap(({ payload }) => {
    if (payload === null) return [];
    const { op, before, after, source } = JSON.parse(payload) as Fields & { readonly source: Fields };
    const { table, ts_ms, file, pos, row } = source;
    const added = { op, table, source_ts_ms: ts_ms, source_file: file, source_pos: pos, source_row: row };
    const named = Object.fromEntries(Object.entries(added).map(([name, value]) => [prefix + name, value]));
    return [JSON.stringify({ ...((after ?? before) as Fields), ...named, __deleted: String(op === 'd') })];
  });
  return joined(rows);
}

function perTable(name: (table: string) => string, write: (lines: readonly Line[]) => string | Buffer): Files {
  return Object.fromEntries(Object.entries(TABLES).map(([table, lines]) => [name(table), write(lines)]));
}

type Files = Readonly<Record<string, string | Buffer>>;

const array = (lines: readonly Line[], space?: number): string =>
  JSON.stringify(
    values(lines).map((value) => JSON.parse(value)),
    null,
    space,
  );
const keyed = (line: Line): string => `CreateTime:${line.ts}\t${line.key}\t${line.payload}`;
const printed = (line: Line): string =>
  `CreateTime:${line.ts}\tPartition:${line.partition}\tOffset:${line.offset}\tNO_HEADERS\t${line.key}\t${line.payload}`;

const FORMS: readonly (readonly [title: string, files: () => Files, options?: readonly string[]])[] = [
  [
    'values, one per line',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => joined(values(lines)),
      ),
  ],
  [
    'one JSON array of records',
    () =>
      perTable(
        (t) => `${t}.json`,
        (lines) => array(lines),
      ),
  ],
  [
    'one JSON array, pretty-printed',
    () =>
      perTable(
        (t) => `${t}.json`,
        (lines) => array(lines, 2),
      ),
  ],
  [
    'one JSON array, packed',
    () =>
      perTable(
        (t) => `${t}.json.gz`,
        (lines) => gzipSync(array(lines, 1)),
      ),
  ],
  [
    'records over several lines (jq .)',
    () =>
      perTable(
        (t) => `${t}.json`,
        (lines) =>
          joined(values(lines.filter((l) => l.payload !== null)).map((v) => JSON.stringify(JSON.parse(v), null, 2))),
      ),
  ],
  ['an array of kcat objects, pretty-printed', () => ({ 'all.json': JSON.stringify(ALL, null, 2) })],
  [
    'an array of kcat objects with parsed payloads',
    () => ({
      'all.json': JSON.stringify(
        ALL.map((l) => ({ ...l, key: JSON.parse(l.key), payload: l.payload === null ? null : JSON.parse(l.payload) })),
        null,
        2,
      ),
    }),
  ],
  [
    'UTF-16 with a mark, as a Windows shell redirects',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => Buffer.from(`\uFEFF${joined(values(lines)).replaceAll('\n', '\r\n')}`, 'utf16le'),
      ),
  ],
  [
    'UTF-8 with a mark',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => `\uFEFF${joined(values(lines))}`,
      ),
  ],
  [
    'console consumer with time and key',
    () =>
      perTable(
        (t) => `${t}.txt`,
        (lines) => joined(lines.map(keyed)),
      ),
  ],
  [
    'console consumer with everything',
    () =>
      perTable(
        (t) => `${t}.txt`,
        (lines) => joined(lines.map(printed)),
      ),
  ],
  [
    'console consumer, keys bare',
    () =>
      perTable(
        (t) => `${t}.txt`,
        (lines) => joined(lines.map((l) => keyed({ ...l, key: String(JSON.parse(l.key).id) }))),
      ),
  ],
  [
    'console consumer, keys with schemas',
    () =>
      perTable(
        (t) => `${t}.txt`,
        (lines) =>
          joined(lines.map((l) => keyed({ ...l, key: JSON.stringify({ schema: {}, payload: JSON.parse(l.key) }) }))),
      ),
  ],
  ['file sink: all topics in one file of values', () => ({ 'sink.txt': joined(values(ALL)) })],
  [
    'one topic over partitions and files, in folders, beside hidden files',
    () => ({
      ...Object.fromEntries(
        [0, 1, 2].flatMap((p) =>
          Object.entries(TABLES).map(([t, lines]) => [
            `topics/shopb.pharmacy.${t}/partition=${p}/shopb.pharmacy.${t}+${p}+0000000000.json`,
            joined(lines.filter((l) => l.partition === p).map((l) => JSON.stringify(l))),
          ]),
        ),
      ),
      'topics/.orders.ndjson.swp': 'not for reading',
    }),
  ],
  [
    'topics renamed by a router, envelopes',
    () => ({
      'crm.ndjson': joined(
        ALL.map((l) => JSON.stringify({ ...l, topic: `crm_${l.topic.split('.').at(-1)!.slice(0, 3)}` })),
      ),
    }),
  ],
  [
    'topics renamed, nothing names the table',
    () =>
      perTable(
        (t) => `crm_${t}_eu.ndjson`,
        (lines) => joined(values(lines)).replaceAll(/"table":"(patients|orders)",/g, ''),
      ),
    ['--topic', 'orders=crm_orders*', '--topic', 'patients=crm_patients*'],
  ],
  [
    'unwrapped, __',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => flat(lines, '__'),
      ),
  ],
  [
    'unwrapped, meta_',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => flat(lines, 'meta_'),
      ),
  ],
  [
    'unwrapped, no prefix',
    () =>
      perTable(
        (t) => `${t}.ndjson`,
        (lines) => flat(lines, ''),
      ),
  ],
  [
    'unwrapped, in one pretty array of all tables',
    () => ({
      'all.json': JSON.stringify(
        flat(ALL, '__')
          .trim()
          .split('\n')
          .map((l) => JSON.parse(l)),
        null,
        2,
      ),
    }),
  ],
];

function write(name: string, files: Files): string {
  for (const [path, bytes] of Object.entries(files)) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  return join(folder, name);
}

/** Orders with their discount, without the times of snapshot rows' commits that a form may lack. */
function rowsOf(stdout: string): readonly string[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.stringify({ ...JSON.parse(line), ROWTIME: undefined }))
    .sort();
}

async function replay(path: string, options: readonly string[] = []): Promise<readonly string[]> {
  const { exit, stdout, stderr } = await say([
    'replay',
    'ORDERS_WITH_DISCOUNT',
    path,
    '--format',
    'ndjson',
    '--no-cache',
    '--quiet',
    ...options,
  ]);
  if (exit !== 0) throw new Error(stderr);
  return rowsOf(stdout);
}

describe('one log in every form gives the same orders', () => {
  let kcat: readonly string[] = [];
  it('kcat -J, the measure', async () => {
    kcat = await replay(write('kcat', { 'log.ndjson': joined(ALL.map((line) => JSON.stringify(line))) }));
    const ids = new Set(TABLES.orders.map(({ key }) => JSON.parse(key).id));
    const gone = TABLES.orders.filter(({ payload }) => payload !== null && JSON.parse(payload).op === 'd');
    expect(kcat.length).toBe(ids.size - new Set(gone.map(({ key }) => key)).size);
  });
  it.each(FORMS.map((form, i) => [form[0], form, `f${i}`] as const))('%s', async (_, [, files, options], name) => {
    const rows = await replay(write(name, files()), options);
    const known = new Set(kcat);
    expect(rows.filter((row) => !known.has(row)).slice(0, 3)).toEqual([]);
    expect(rows.length).toBe(kcat.length);
  });
  it('zstd: an array', async () => {
    const engine = await openEngine();
    const [plain, packed] = [join(folder, 'plain.json'), join(folder, 'zst/all.json.zst')];
    try {
      writeFileSync(plain, JSON.stringify(ALL, null, 1));
      mkdirSync(dirname(packed), { recursive: true });
      await engine.run(
        `COPY (SELECT unnest(string_split(content, chr(10))) FROM read_text('${plain}')) TO '${packed}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01', COMPRESSION zstd)`,
      );
    } finally {
      engine.close();
    }
    expect(readFileSync(packed).readUInt32LE(0)).toBe(0xfd2fb528);
    expect(await replay(packed)).toEqual(kcat);
  });
  it('standard input, packed', async () => {
    const args = ['bin/pharmabi.js', 'replay', 'ORDERS_WITH_DISCOUNT', '-', '--format', 'ndjson', '--quiet'];
    const child = spawn(process.execPath, args, { cwd: ROOT });
    child.stdin.end(gzipSync(JSON.stringify(ALL)));
    let said = '';
    for await (const piece of child.stdout) said += String(piece);
    expect(rowsOf(said)).toEqual(kcat);
  });
});

describe('arrays that are not whole', () => {
  it('give their good records, and list the others', async () => {
    const text = JSON.stringify(TABLES.orders.slice(0, 40), null, 2);
    const path = write('cut', {
      'orders.json': text.slice(0, text.length - 300),
      'patients.ndjson': joined(TABLES.patients.map((line) => JSON.stringify(line))),
    });
    const { exit, stdout } = await say(['inspect', path, '--json', '--quiet']);
    const orders = JSON.parse(stdout).files.find((f: { name: string }) => f.name === 'orders.json');
    expect(exit).toBe(0);
    expect(orders.records).toBe(39);
    expect(orders.undecodable).toEqual([
      {
        line:
          text.slice(0, -300).lastIndexOf('\n  {') > 0
            ? text.slice(0, text.lastIndexOf('\n  {') + 1).split('\n').length
            : 0,
        reason: 'is not valid JSON (cut off in the middle)',
      },
    ]);
  });
});
