import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { say } from '../cli/support/in-process.js';
import { ROOT, temporaryFolder } from '../oracle/support/command-line.js';
import { unpacked } from '../packed.js';

type Row = Readonly<Record<string, string | null>>;

const DUMP = join(ROOT, 'fixtures/captures/dump-mariadb/final');
const folder = temporaryFolder();

/** The bundled dump by a reader of this test's own: quoted cells with backslash escapes, a bare `\N` for NULL. */
function rowsOf(table: string): readonly Row[] {
  const text = unpacked(join(DUMP, `${table}.outfile.csv.gz`)).toString('utf8');
  const cells = [...text.matchAll(/(?:"((?:\\[\s\S]|[^"\\])*)"|(\\N))([,\n])/g)];
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, mark, end] of cells) {
    rows.at(-1)!.push(mark === undefined ? quoted!.replace(/\\([\s\S])/g, '$1') : null);
    if (end === '\n') rows.push([]);
  }
  const [header, ...body] = rows.slice(0, -1);
  return body.map((row) => Object.fromEntries(header!.map((name, i) => [name!, row[i]!])));
}

const TABLES = { patients: rowsOf('patients'), orders: rowsOf('orders') };
const MONEY = /^(amount_|tax$|shipping_cost$|practitioner_discount$)/;
const MOMENTS = /^(date|practitioner_discount_changed_at|register_date)$/;
const STAMPS = /^(created_at|updated_at)$/;

type Moment = (parts: {
  readonly y: string;
  readonly m: string;
  readonly d: string;
  readonly h: number;
  readonly rest: string;
}) => string;

/** How somebody's program writes cells. */
interface Writer {
  readonly title: string;
  readonly number?: (digits: string) => string;
  readonly moment?: Moment;
  readonly header?: (name: string) => string;
  readonly file?: (table: string) => string;
  /** Options of csv-stringify. */
  readonly csv?: Parameters<typeof stringify>[1];
  readonly nulls?: string;
  readonly bytes?: (text: string) => Buffer;
  /** What `inspect` says of the dump of orders. */
  readonly form: RegExp;
  readonly options?: readonly string[];
}

const two = (n: number): string => String(n).padStart(2, '0');
const at = (moment: Moment, epochMs: number): string => {
  const iso = new Date(epochMs).toISOString();
  return moment({
    y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    h: Number(iso.slice(11, 13)),
    rest: iso.slice(13, 23),
  });
};
const comma = (digits: string): string => {
  const [whole, rest] = digits.replace('-', '').split('.');
  return `${digits.startsWith('-') ? '-' : ''}${whole!.replace(/\B(?=(\d{3})+$)/g, '.')}${rest === undefined ? '' : `,${rest}`}`;
};
const thousands = (digits: string): string => comma(digits).replace(/[.,]/g, (sign) => (sign === '.' ? ',' : '.'));
const german: Moment = ({ y, m, d, h, rest }) => `${d}.${m}.${y} ${two(h)}${rest}`;
const british: Moment = ({ y, m, d, h, rest }) => `${d}/${m}/${y} ${two(h)}${rest}`;
const american: Moment = ({ y, m, d, h, rest }) =>
  `${Number(m)}/${Number(d)}/${y} ${h % 12 === 0 ? 12 : h % 12}${rest} ${h < 12 ? 'AM' : 'PM'}`;
const marked = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf8');
const utf16 = (text: string, big = false): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
/** Windows-1252 as its owner lists it; what it has not becomes a question mark, as a spreadsheet writes it. */
const LATE = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const cp1252 = (text: string): Buffer =>
  Buffer.from(
    Array.from(text, (c) => {
      const code = c.codePointAt(0)!;
      if (code < 0x80 || (code >= 0xa0 && code < 0x100)) return code;
      const late = LATE.indexOf(c);
      return late < 0 || code < 0xa0 ? 63 : 0x80 + late;
    }),
  );

/** csv-stringify leaves a bare line feed without quotes where records end with CR LF; spreadsheets do not. */
const WINDOWS = { record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const;
const SEMICOLONS = { delimiter: ';', ...WINDOWS } as const;
const WRITERS: readonly Writer[] = [
  {
    title: 'Excel, German, CSV (CP1252, semicolons, decimal comma, dd.mm.yyyy)',
    number: comma,
    moment: german,
    csv: SEMICOLONS,
    bytes: cp1252,
    form: /^dump \(rfc4180; semicolon, cp1252, decimal comma \(amount_total, amount_subtotal, tax, shipping_cost\), dates day first \(date, updated_at\)\)$/,
  },
  {
    title: 'Excel, German, CSV UTF-8 (byte-order mark)',
    number: comma,
    moment: german,
    csv: SEMICOLONS,
    bytes: marked,
    form: /^dump \(rfc4180; semicolon, decimal comma \(.*\), dates day first \(date, updated_at\)\)$/,
  },
  {
    title: 'Excel, Unicode text (UTF-16 LE, tabs)',
    number: comma,
    moment: german,
    csv: { delimiter: '\t', ...WINDOWS },
    bytes: utf16,
    form: /^dump \(tsv; utf16le, decimal comma \(.*\), dates day first \(date, updated_at\)\)$/,
  },
  {
    title: 'UTF-16 BE, American numbers and dates with AM and PM',
    number: thousands,
    moment: american,
    csv: WINDOWS,
    bytes: (text) => utf16(text, true),
    form: /^dump \(rfc4180; utf16be, dates month first \(date, updated_at\)\)$/,
  },
  {
    title: 'Excel, British, with a line sep=;',
    number: thousands,
    moment: british,
    csv: SEMICOLONS,
    bytes: (text) => marked(`sep=;\r\n${text}`),
    form: /^dump \(rfc4180; semicolon, dates day first \(date, updated_at\)\)$/,
  },
  {
    title: 'phpMyAdmin (everything quoted, NULL bare)',
    csv: { quoted: true },
    nulls: 'NULL',
    form: /^dump \(rfc4180\)$/,
  },
  {
    title: 'HeidiSQL (semicolons, quotes, \\N)',
    csv: { ...SEMICOLONS, quoted: true },
    nulls: '\\N',
    form: /^dump \(rfc4180; semicolon\)$/,
  },
  {
    title: 'DBeaver (quotes where needed), packed',
    file: (t) => `${t}_202611281033.csv.gz`,
    bytes: (text) => gzipSync(text),
    form: /^dump \(rfc4180\)$/,
  },
  {
    title: 'headers for people, in .txt, a folder per table',
    header: (name) => name.replaceAll('_', ' ').toUpperCase(),
    file: (table) => `${table}/part-00000.txt`,
    csv: { delimiter: '|', quoted: true },
    form: /^dump \(rfc4180; pipe\)$/,
  },
  {
    title: 'local times, with the zone said',
    moment: (parts) => {
      const utc = Date.UTC(Number(parts.y), Number(parts.m) - 1, Number(parts.d), parts.h);
      const local = new Date(utc + 10 * 3_600_000).toISOString();
      return `${local.slice(8, 10)}.${local.slice(5, 7)}.${local.slice(0, 4)} ${local.slice(11, 13)}${parts.rest}`;
    },
    csv: SEMICOLONS,
    options: ['--csv', 'zone:Australia/Brisbane'],
    form: /^dump \(rfc4180; semicolon, dates day first \(date, updated_at\), times in Australia\/Brisbane\)$/,
  },
];

function write(name: string, writer: Writer): string {
  for (const [table, rows] of Object.entries(TABLES)) {
    const columns = Object.keys(rows[0]!);
    const header = columns.map((column) => (writer.header ?? ((n) => n))(column));
    const mark = '\u0001NULL\u0001';
    const body = rows.map((row) =>
      columns.map((column) => {
        const value = row[column]!;
        if (value === null) return writer.nulls === undefined ? null : mark;
        if (MONEY.test(column)) return (writer.number ?? ((n) => n))(value);
        if (writer.moment === undefined) return value;
        if (MOMENTS.test(column)) return at(writer.moment, Number(value));
        return STAMPS.test(column) ? at(writer.moment, Date.parse(`${value.replace(' ', 'T')}Z`)) : value;
      }),
    );
    // A database's NULL is bare where its texts are quoted: csv-stringify has no such thing.
    const text = stringify([header, ...body], writer.csv ?? {}).replaceAll(`"${mark}"`, writer.nulls ?? '');
    const path = join(folder, name, (writer.file ?? ((t) => `${t}.csv`))(table));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (writer.bytes ?? Buffer.from)(text));
  }
  return join(folder, name);
}

/** The report on the orders without what its provenance says of the inputs, and what the manifest calls the dump of orders. */
async function reportOn(
  paths: readonly string[],
  options: readonly string[] = [],
): Promise<{ readonly text: string; readonly form: string; readonly guesses: number }> {
  const out = join(folder, 'report.json');
  const { exit, stderr } = await say([
    ...['report', 'discount-impact', ...paths, '--out', out, '--force', '--no-cache', '--quiet'],
    ...options,
  ]);
  if (exit !== 0) throw new Error(stderr);
  const document = JSON.parse(readFileSync(out, 'utf8'));
  document.provenance = { ...document.provenance, inputs: [] };
  // Local times are told to be taken for UTC; a log of epoch times has nothing to tell.
  const notes: readonly string[] = document.notes;
  document.notes = notes.filter((note) => !note.endsWith('times without a zone were read as UTC (a guess).'));
  const manifest: { inputs: { name: string; form: string }[] } = JSON.parse(
    readFileSync(`${out}.manifest.json`, 'utf8'),
  );
  const { form } = manifest.inputs.find(({ name }) => name.startsWith('orders'))!;
  return { text: JSON.stringify(document, null, 2), form, guesses: notes.length - document.notes.length };
}

async function enriched(paths: readonly string[], options: readonly string[] = []): Promise<readonly string[]> {
  const { exit, stdout, stderr } = await say([
    ...['replay', 'ORDERS_WITH_DISCOUNT', ...paths, '--format', 'ndjson', '--no-cache', '--quiet'],
    ...options,
  ]);
  if (exit !== 0) throw new Error(stderr);
  return stdout.trim().split('\n').sort();
}

describe('a dump as people export it', () => {
  const plain = ['patients', 'orders'].map((table) => join(DUMP, `${table}.outfile.csv.gz`));
  let [report, rows]: [string, readonly string[]] = ['', []];

  it('the dump itself, read by the test and by pharmabi', async () => {
    report = (await reportOn(plain)).text;
    rows = await enriched(plain);
    expect(rows.length).toBe(TABLES.orders.length);
    const amounts = new Map(rows.map((row) => [String(JSON.parse(row).ORDER_ID), JSON.parse(row).AMOUNT_TOTAL]));
    expect(TABLES.orders.filter((row) => amounts.get(row.id!) !== Number(row.amount_total))).toEqual([]);
  });

  it.each(WRITERS.map((writer, i) => [writer.title, writer, `w${i}`] as const))(
    '%s: the same rows, the same report',
    async (_, writer, name) => {
      const path = write(name, writer);
      const { text, form, guesses } = await reportOn([path], writer.options);
      const zoned = writer.moment === undefined || writer.options?.join().includes('zone:') === true;
      expect(guesses).toBe(zoned ? 0 : 2);
      expect(form).toMatch(writer.form);
      expect(text === report).toBe(true);
      const read = await enriched([path], writer.options);
      const known = new Set(rows);
      expect(read.filter((row) => !known.has(row)).slice(0, 3)).toEqual([]);
      expect(read.length).toBe(rows.length);
    },
  );
});
