import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf, linesOf } from './support/captures.js';
import { type ReportDocument, report, type Surroundings, succeed, temporaryFolder } from './support/command-line.js';

const work = temporaryFolder();

/** Names and digests of what a folder holds. */
type Bytes = Readonly<Record<string, string>>;

/**
 * Writes the report in every form and three relations, in a new folder where the inputs always have the same relative
 * names, and returns a digest of every file that appeared.
 */
async function everyOutput(
  inputs: readonly string[],
  options: readonly string[] = [],
  around: Surroundings = {},
): Promise<Bytes> {
  const cwd = mkdtempSync(join(work, 'run-'));
  mkdirSync(join(cwd, 'in'));
  for (const file of inputs) copyFileSync(file, join(cwd, 'in', basename(file)));
  const names = inputs.map((file) => join('in', basename(file)));
  const targets = ['r.json', 'r.csv', 'r.xlsx'].flatMap((name) => ['--out', name]);
  await succeed(['report', 'discount-impact', ...names, ...targets, ...options], { ...around, cwd });
  await succeed(['replay', 'ORDERS_ENRICHED', ...names, '--out', 'enriched.csv', ...options], { ...around, cwd });
  await succeed(['replay', 'ORDERS_WITH_DISCOUNT', ...names, '--changes', '--out', 'changes.ndjson', ...options], {
    ...around,
    cwd,
  });
  const files = readdirSync(cwd).filter((name) => name !== 'in');
  expect(files).toEqual(expect.arrayContaining(['r.json', 'r.xlsx', 'enriched.csv', 'changes.ndjson']));
  expect(files.filter((name) => name.endsWith('manifest.json')).length).toBeGreaterThan(0);
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(cwd, name)))
        .digest('hex'),
    ]),
  );
}

const inputs = inputsOf('B');
describe.skipIf(!inputs)('the same bytes of every output', () => {
  const reference = inputs ? everyOutput(inputs, ['--threads', '2']) : Promise.resolve({});

  it.each([
    ['one thread', ['--threads', '1'], {}],
    ['four threads', ['--threads', '4'], {}],
    ['another time zone and language', [], { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }],
    ['350 MB of memory', ['--memory', '350MB'], {}],
  ] as const)('with %s', async (_, options, env) => {
    expect(await everyOutput(inputs!, options, { env })).toEqual(await reference);
  });

  it('with the files in another order', async () => {
    expect(await everyOutput([...inputs!].reverse())).toEqual(await reference);
  });
});

/** What a report says, without the names and digests of its inputs and the number of repeats. */
function content(document: ReportDocument): unknown {
  return { tables: document.tables, summary: document.summary, asOf: document.asOf, order: document.order };
}

// B whole; of the other forms every patient and every third record of an order: the property is the same, a run is cheaper.
const forms = { A: 3, B: 1, F: 3, C: 3 } as const;
for (const [form, every] of Object.entries(forms)) {
  const files = inputsOf(form);
  describe.skipIf(!files)(`capture ${form}, the same records in other files`, () => {
    const [patients = [], orders = []] = (files ?? []).map((file, table) =>
      linesOf(file).filter((_, at) => table === 0 || at % every === 0),
    );
    const tables = [patients, orders];
    const write = (folder: string, name: string, lines: readonly string[]): string => {
      mkdirSync(join(work, `${form}-${folder}`), { recursive: true });
      const file = join(work, `${form}-${folder}`, name);
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    };
    const name = (table: number, part = ''): string =>
      `${basename(files![table]!).split('.').slice(0, 3).join('.')}${part}.ndjson`;

    const whole = files
      ? report(tables.map((lines, table) => write('whole', name(table), lines))).then(content)
      : Promise.resolve(null);

    it('is not the report of nothing', async () => {
      expect(orders.length).toBeGreaterThan(300);
      expect(JSON.stringify(await whole).length).toBeGreaterThan(3000);
    });

    it('with a file split in two, the later half first', async () => {
      const half = Math.floor(orders.length / 2);
      const parts = [
        write('split', name(1, '.b'), orders.slice(0, half)),
        write('split', name(1, '.a'), orders.slice(half)),
        write('split', name(0), patients),
      ];
      expect(content(await report(parts))).toEqual(await whole);
    });

    it('with two files in one', async () => {
      expect(content(await report([write('joined', 'everything.ndjson', [...orders, ...patients])]))).toEqual(
        await whole,
      );
    });

    it('with every record repeated, at once and at the end', async () => {
      const repeated = tables.map((lines, table) =>
        write('repeated', name(table), [...lines.flatMap((line) => [line, line]), ...lines.slice(0, 100)]),
      );
      expect(content(await report(repeated))).toEqual(await whole);
    });
  });
}

describe.skipIf(!inputs)('the run itself', () => {
  it('gives the same as its own cut at the end of time', async () => {
    const plain = content(await report(inputs!));
    expect(content(await report(inputs!, ['--known-at', '2100-01-01T00:00:00Z']))).toEqual(plain);
  });

  it('is verified by its own manifest, and not once an input has changed', async () => {
    const cwd = mkdtempSync(join(work, 'verify-'));
    const names = inputs!.map((file) => basename(file));
    for (const file of inputs!) copyFileSync(file, join(cwd, basename(file)));
    await succeed(['report', 'discount-impact', ...names, '--out', 'r.json'], { cwd });
    const manifest = readdirSync(cwd).find((file) => file.endsWith('manifest.json'))!;
    await succeed(['verify', manifest], { cwd });
    writeFileSync(join(cwd, names[0]!), linesOf(inputs![0]).slice(0, -5).join('\n'));
    const { pharmabi } = await import('./support/command-line.js');
    const again = await pharmabi(['verify', manifest], { cwd });
    expect(again.code, again.stderr).toBe(1);
    expect(again.stdout + again.stderr).toContain(names[0]!);
  });
});
