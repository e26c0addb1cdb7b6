import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { capture, inputsOf, linesOf } from './support/captures.js';
import { pharmabi, succeed, temporaryFolder } from './support/command-line.js';

const inputs = inputsOf('B');
const practitioners = capture('B-json-plain/kcat/shopb.pharmacy.practitioners.kcat.ndjson.gz');
const work = temporaryFolder();

/** Rows (before and after) of a kcat export. */
function rowsOf(file: string): readonly Record<string, unknown>[] {
  return linesOf(file).flatMap((line) => {
    const payload = JSON.parse(line).payload as string | null;
    if (payload === null) return [];
    const { before, after } = JSON.parse(payload) as Record<'before' | 'after', Record<string, unknown> | null>;
    return [before, after].filter((row) => row !== null);
  });
}

/** What identifies a person, as it stands in the capture and as JSON or XML would spell it. */
function personalData(): readonly string[] {
  const found = new Set<string>();
  for (const row of [...rowsOf(inputs![0]), ...(practitioners ? rowsOf(practitioners) : [])]) {
    for (const [column, value] of Object.entries(row)) {
      if (typeof value !== 'string' || !/email|phone|address|first_name|last_name|^name$/.test(column)) continue;
      if (column.endsWith('name') ? !distinctive(value) : value.length < 9) continue;
      const json = JSON.stringify(value).slice(1, -1);
      for (const spelling of [
        value,
        json,
        JSON.stringify(json).slice(1, -1),
        value.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
      ]) {
        found.add(spelling);
      }
      if (column === 'address' && value.includes('\n')) found.add(value.split('\n')[0]!);
    }
  }
  return [...found].filter((value) => value.length >= 4 && !/^[\d\s]+$/.test(value));
}

/** Names that are odd on purpose ("NULL", "1e5", "true") could stand anywhere; a name of letters with a capital could not. */
function distinctive(name: string): boolean {
  return /^\p{Lu}\p{Ll}{3,}/u.test(name) && !['Null', 'None', 'True', 'False', 'Smith St'].includes(name);
}

/** All text of a file, that of a workbook unpacked. */
function textIn(file: string): string {
  const bytes = readFileSync(file);
  if (!file.endsWith('.xlsx')) return bytes.toString('utf8');
  return Object.values(unzipSync(bytes))
    .map((part) => strFromU8(part))
    .join('\n');
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

function leaks(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => text.includes(secret));
}

describe.skipIf(!inputs)('a person of capture B', () => {
  const secrets = inputs ? personalData() : [];
  const all = inputs ? [...inputs, ...(practitioners ? [practitioners] : [])] : [];

  it('is well known to this test', () => {
    expect(secrets.filter((secret) => secret.includes('@')).length).toBeGreaterThan(300);
    expect(secrets.filter((secret) => secret.startsWith('+61')).length).toBeGreaterThan(300);
    expect(secrets.filter((secret) => / St\b/.test(secret)).length).toBeGreaterThan(300);
    expect(leaks(linesOf(inputs![0]).join('\n'), secrets).length).toBeGreaterThan(900);
  });

  it('stands in no report, manifest or message, in any form, nor in what --debug prints', async () => {
    const cwd = mkdtempSync(join(work, 'report-'));
    const outs = ['r.json', 'r.csv', 'r.xlsx'].flatMap((name) => ['--out', name]);
    const written = await succeed(['report', 'discount-impact', ...all, ...outs, '--debug'], { cwd });
    const shown = await succeed(['report', 'discount-impact', ...all, '--verbose'], { cwd });
    const files = filesIn(cwd);
    expect(files.length).toBeGreaterThan(3);
    const everything = [...files.map(textIn), written.stdout, written.stderr, shown.stdout, shown.stderr].join('\n');
    expect(written.stderr.length).toBeGreaterThan(1000);
    expect(leaks(everything, secrets)).toEqual([]);
  });

  it('stands in no relation of the shipped pipeline', async () => {
    for (const relation of ['ORDERS_ENRICHED', 'ORDERS_WITH_DISCOUNT', 'AVG_ORDER_VALUE_BY_DISCOUNT']) {
      const done = await succeed(['replay', relation, ...all, '--format', 'ndjson', '--debug']);
      expect(leaks(done.stdout + done.stderr, secrets)).toEqual([]);
    }
    const changes = await succeed(['replay', 'ORDERS_WITH_DISCOUNT', ...all, '--changes', '--format', 'csv']);
    expect(leaks(changes.stdout + changes.stderr, secrets)).toEqual([]);
  });

  it('is not printed by inspect', async () => {
    for (const options of [[], ['--json'], ['--verbose', '--debug']]) {
      const done = await succeed(['inspect', ...all, ...options]);
      expect(done.stdout.length).toBeGreaterThan(100);
      expect(leaks(done.stdout + done.stderr, secrets)).toEqual([]);
    }
  });

  it('is not quoted by a complaint about a damaged line', async () => {
    const folder = mkdtempSync(join(work, 'damaged-'));
    const damaged = linesOf(inputs![0]).map((line, at) =>
      at % 10 === 3
        ? line.slice(0, -40)
        : at % 10 === 7
          ? line.replace('practitioner_discount\\":\\"', 'practitioner_discount\\":\\"x')
          : line,
    );
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'shopb.pharmacy.patients.kcat.ndjson'), `${damaged.join('\n')}\n`);
    const done = await pharmabi(['report', 'discount-impact', folder, inputs![1], '--debug', '--format', 'json']);
    expect([0, 3]).toContain(done.code);
    expect(done.stderr).toMatch(/patients\.kcat\.ndjson/);
    expect(leaks(done.stdout + done.stderr, secrets)).toEqual([]);
  });

  it('is not left in a temporary folder', async () => {
    const temp = join(work, 'temp');
    mkdirSync(temp);
    await succeed(['report', 'discount-impact', ...all, '--memory', '350MB', '--temp-dir', temp], {
      env: { TMPDIR: temp },
    });
    expect(filesIn(temp)).toEqual([]);
  });
});
