import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeMeaning } from '../../src/diagnostics/codes.js';
import { type Diagnostic, DiagnosticError, EXIT } from '../../src/diagnostics/diagnostic.js';
import { openEngine } from '../../src/engine/engine.js';
import { type Inspection, inspectInputs, recogniseInputs } from '../../src/input/index.js';
import type { SourceDeclaration } from '../../src/ksql/source.js';
import { BIGINT, STRING } from '../../src/ksql/types.js';
import { envelope, withFiles } from '../changelog/small.js';
import { column, source, withChangeLog } from '../changelog/support.js';

const COLUMNS = [column('ID', BIGINT, true), column('NOTE', STRING)];
const STREAM = source('stream', 'S', 'orders', COLUMNS);
const TABLE = source('table', 'T', 'orders', COLUMNS);
const line = (id: number, note = 'x'): string =>
  envelope({ table: 'orders', op: 'c', pos: id, at: id, after: { id, note } });
const many = Array.from({ length: 3000 }, (_, i) => line(i + 1, `${(i * 7919) % 10007}-${(i * 104729) % 99991}`)).join(
  '\n',
);

type Files = Readonly<Record<string, string | Buffer>>;

async function refused(files: Files, sources: readonly SourceDeclaration[] = [STREAM]): Promise<readonly Diagnostic[]> {
  const error = await withFiles(files, (folder) => withChangeLog([folder], sources, {}, async () => null)).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  const { diagnostics, exitCode } = error as DiagnosticError;
  expect(exitCode).toBe(EXIT.input);
  expect(diagnostics.filter((d) => codeMeaning(d.code) === undefined)).toEqual([]);
  return diagnostics;
}

async function read(
  files: Files,
  sources: readonly SourceDeclaration[],
): Promise<{ ids: (number | null)[]; notes: string; counts: Readonly<Record<string, number>>; rejected: string[] }> {
  return await withFiles(files, (folder) =>
    withChangeLog([folder], sources, {}, async (log, engine) => {
      const rows = await engine.rows(`SELECT "ID" FROM ${log.relations.get(sources[0]!.name)} ORDER BY "$seq"`);
      return {
        ids: rows.map((r) => (r[0] == null ? null : Number(r[0]))),
        notes: log.notes.join('\n'),
        counts: log.counts,
        rejected: log.rejected.map((r) => `${r.file}:${r.line} ${r.code}`),
      };
    }),
  );
}

async function inspected(files: Files, decimals: readonly string[] = []): Promise<Inspection> {
  return await withFiles(files, async (folder) => {
    const engine = await openEngine();
    try {
      return await inspectInputs(engine, [folder], {
        topics: [],
        declared: { decimals: new Set(decimals), times: new Map(), typed: new Map() },
      });
    } finally {
      engine.close();
    }
  });
}

/** A zstd file with these lines: Node 20 cannot pack one, the engine can. */
async function zstd(lines: string): Promise<Buffer> {
  let packed = Buffer.alloc(0);
  await withFiles({ plain: lines }, async (folder) => {
    const engine = await openEngine();
    try {
      await engine.run(
        `COPY (SELECT unnest(string_split(content, chr(10))) FROM read_text('${folder}/plain')) TO '${folder}/packed' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01', COMPRESSION zstd)`,
      );
      packed = readFileSync(join(folder, 'packed'));
    } finally {
      engine.close();
    }
  });
  return packed;
}

describe('where a source finds nothing, each file says why', () => {
  it.each<[string, Files, string, RegExp]>([
    ['empty', { 'x.ndjson': '' }, 'empty-file', /x\.ndjson is empty/],
    ['binary', { 'x.ndjson': Buffer.from([0, 1, 2, 3, 0, 0, 0, 9]) }, 'binary-file', /x\.ndjson is binary/],
    ['prose', { 'x.txt': 'Dear all,\nplease find the orders here.\n' }, 'unknown-form', /x\.txt is in no known form/],
    ['not UTF-8', { 'x.ndjson': Buffer.from('{"id":"\xff"}', 'latin1') }, 'not-utf8', /Line 1 of x\.ndjson .*UTF-8/],
    ['workbook', { 'x.xlsx': Buffer.from('PK\u0003\u0004rest') }, 'foreign-form', /x\.xlsx is a damaged ZIP archive/],
    ['array', { 'x.json': '[1,2]' }, 'json-array', /x\.json is a JSON array of something else than records/],
    ['gzip', { 'x.gz': gzipSync(many).subarray(0, 300) }, 'truncated-gzip', /x\.gz: the gzip file is cut off/],
    ['no line of use', { 'orders.json': '{"who":"Ann"}\n{"who":"Bob"}\n' }, 'no-known-field', /Line 1 of orders\.json/],
  ])('%s', async (_, files, code, words) => {
    const [missing, reason, ...more] = await refused(files);
    expect(missing).toMatchObject({ code: 'no-input-for-source', place: { topic: 'orders' } });
    expect(reason).toMatchObject({ code, place: { file: Object.keys(files)[0] } });
    expect(reason!.message).toMatch(words);
    expect(more).toEqual([]);
    expect(JSON.stringify([missing, reason])).not.toMatch(/Ann|Bob|Dear/);
  });
  it.each(['{op=r, after={id=1, name=Ann}}\n', 'Struct{after=Struct{id=1,name=Ann},op=r}\n'])(
    'text of a file sink with the setting that mends it: %s',
    async (text) => {
      const [, reason] = await refused({ 'orders.txt': text.repeat(5) });
      expect(reason!.code).toBe('not-json');
      expect(reason!.help).toContain('value.converter=org.apache.kafka.connect.json.JsonConverter');
      expect(reason!.help).toContain('value.converter.schemas.enable=false');
      expect(reason!.help).toContain('StringConverter');
      expect(JSON.stringify(reason)).not.toContain('Ann');
    },
  );
  it('names the sources of one topic in one error', async () => {
    const [first, ...more] = await refused({ 'x.ndjson': line(1).replaceAll('orders', 'others') }, [STREAM, TABLE]);
    expect(first!.message).toContain('S, T');
    expect(more).toEqual([]);
  });
});

describe('packed files that are not whole', () => {
  it('say in the notes that the data are incomplete', async () => {
    const whole = gzipSync(many);
    const cut = await read({ 'orders.ndjson.gz': whole.subarray(0, Math.floor(whole.length / 2)) }, [STREAM]);
    expect(cut.ids.length).toBeGreaterThan(500);
    expect(cut.notes).toMatch(/orders\.ndjson\.gz is cut off.*incomplete/);
    const longer = await read({ 'orders.ndjson.gz': Buffer.concat([whole, Buffer.from('rubbish behind')]) }, [STREAM]);
    expect(longer.ids.length).toBeGreaterThan(2900);
    expect(longer.notes).toMatch(/orders\.ndjson\.gz is damaged.*incomplete/);
  });
  it('of zstd: cut off (also between two lines), rubbish, whole', async () => {
    const packed = await zstd(many);
    const whole = await read({ 'orders.ndjson.zst': packed }, [STREAM]);
    expect(whole.ids.length).toBe(3000);
    expect(whole.notes).not.toMatch(/incomplete/);
    const two = await read({ 'orders.ndjson.zst': Buffer.concat([packed, await zstd(line(9999))]) }, [STREAM]);
    expect(two.ids.length).toBe(3001);
    expect(two.rejected).toEqual([]);
    for (const cut of [packed.subarray(0, packed.length - 1), packed.subarray(0, Math.floor(packed.length * 0.6))]) {
      const some = await read({ 'orders.ndjson.zst': cut, 'more.ndjson': line(5000) }, [STREAM]);
      expect(some.ids.length).toBeGreaterThan(0);
      expect(some.rejected).toContain('orders.ndjson.zst:null truncated-zstd');
      expect(some.notes).toMatch(/orders\.ndjson\.zst is cut off.*incomplete/);
    }
    const rubbish = Buffer.concat([packed.subarray(0, 4), Buffer.alloc(3000, 0x5a)]);
    expect((await refused({ 'orders.ndjson.zst': rubbish })).map((d) => d.code)).toEqual([
      'no-input-for-source',
      'unreadable-zstd',
    ]);
  });
  it('of zstd with lines that cannot be read are set aside, not half read', async () => {
    const good = await zstd(many);
    const bad = await zstd(`${line(1)}\n{"x":"${'y'.repeat(25_000_000)}"}`);
    const { ids, rejected } = await read({ 'a.zst': good, 'orders.zst': bad }, [STREAM]);
    expect(ids.length).toBe(3000);
    expect(rejected).toEqual(['orders.zst:null unreadable-zstd']);
  });
});

describe('columns that are not there', () => {
  it('refuses a dump without its key: the columns found, the nearest name, the next command', async () => {
    const [problem, ...more] = await refused({ 'orders.csv': 'order_id,note\n1,Ann\n' }, [STREAM, TABLE]);
    expect(problem).toMatchObject({ code: 'key-not-in-data', found: 'columns order_id, note', place: { line: 1 } });
    expect(problem!.message).toBe('orders.csv has no column id, the key of S, T.');
    expect(problem!.help).toContain('order_id for id');
    expect(problem!.next).toMatch(/^pharmabi inspect/);
    expect(JSON.stringify(problem)).not.toContain('Ann');
    expect(more).toEqual([]);
  });
  it('shows nothing of a first line that may be a row of a dump without a header', async () => {
    const [problem, ...more] = await refused({ 'orders.csv': 'Ann,Smith\nBob,Jones\n' });
    expect(problem).toMatchObject({ found: 'a first line of 2 words, none of them a column of S' });
    expect(JSON.stringify([problem, ...more])).not.toMatch(/Ann|Smith|Bob|Jones/i);
  });
  it('refuses it also beside a good file, and without rows', async () => {
    const files = { 'a/orders.csv': 'id,note\n1,x\n', 'b/orders.csv': 'colour\n' };
    expect((await refused(files)).map((d) => d.message)).toEqual(['b/orders.csv has no column id, the key of S.']);
  });
  it('refuses a dump with none of the columns that are read, and warns of one of several', async () => {
    const [problem] = await refused({ 'orders.csv': 'id,notes\n1,x\n' });
    expect(problem).toMatchObject({ code: 'column-not-in-data', severity: 'error', found: 'columns id, notes' });
    expect(problem!.help).toContain('notes for note');
    const wider = source('stream', 'S', 'orders', [...COLUMNS, column('VOUCHER', STRING)]);
    await withFiles({ 'orders.csv': 'id,note\n1,x\n' }, (folder) =>
      withChangeLog([folder], [wider], {}, async (log) =>
        expect(log.warnings.map((w) => [w.severity, w.place?.column])).toEqual([['warning', 'VOUCHER']]),
      ),
    );
  });
  it('refuses a table whose records have no key; a stream only where no column is left', async () => {
    const keyless = envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { ident: 1, note: 'x' } });
    expect((await refused({ 'orders.ndjson': keyless }, [TABLE]))[0]).toMatchObject({
      code: 'key-not-in-data',
      found: 'fields ident, note',
    });
    expect((await read({ 'orders.ndjson': keyless }, [STREAM])).ids).toEqual([null]);
    const foreign = envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { colour: 'red' } });
    expect((await refused({ 'orders.ndjson': foreign }))[0]!.code).toBe('key-not-in-data');
  });
  it('counts single records without a key, and keeps them out of tables only', async () => {
    const keyless = envelope({ table: 'orders', op: 'c', pos: 2, at: 2, after: { id: null, note: 'x' } });
    const text = [line(1), keyless, line(3)].join('\n');
    const table = await read({ 'orders.ndjson': text }, [TABLE, STREAM]);
    expect(table.ids).toEqual([1, 3]);
    expect(table.counts.withoutKey).toBe(1);
    expect(table.counts.otherTables).toBe(0);
    expect(table.notes).toMatch(/1 records? without a key/);
    expect((await read({ 'orders.ndjson': text }, [STREAM, TABLE])).ids).toEqual([1, null, 3]);
  });
});

describe('what a folder may hold', () => {
  it('lists what is no file, and reads the rest; odd names are names', async () => {
    const names = ['q\'uo"te [x] ü.ndjson', 'a b/[1].ndjson', '{a,b}.ndjson'];
    await withFiles(Object.fromEntries(names.map((name, i) => [name, line(i + 1)])), async (folder) => {
      symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.ndjson'));
      mkdirSync(join(folder, 'x.ndjson'));
      execFileSync('mkfifo', [join(folder, 'pipe.ndjson')]);
      await withChangeLog([folder], [STREAM], {}, async (log, engine) => {
        const rows = await engine.rows(`SELECT "ID" FROM ${log.relations.get('S')} ORDER BY "$seq"`);
        expect(rows.map((r) => Number(r[0]))).toEqual([1, 2, 3]);
        expect(log.rejected.map((r) => `${r.file} ${r.code}`)).toEqual([
          'dangling.ndjson input-not-readable',
          'pipe.ndjson input-not-readable',
        ]);
      });
      await withChangeLog(
        names.map((name) => join(folder, name)),
        [STREAM],
        {},
        async (log) => expect(log.counts.events).toBe(3),
      );
      const engine = await openEngine();
      try {
        const found = await recogniseInputs(engine, [`${folder}/a b/*.ndjson`, `${folder}/[p-r]*ndjson`], {
          topics: [],
        });
        expect(found.map((f) => f.name)).toEqual(['[1].ndjson', 'pipe.ndjson', names[0]]);
        for (const pattern of [`${folder}/[z-a].ndjson`, `${folder}/{a`, `${folder}/x.ndjson`, `${folder}/x/[`])
          await expect(recogniseInputs(engine, [pattern], { topics: [] }), pattern).rejects.toMatchObject({
            exitCode: EXIT.input,
          });
      } finally {
        engine.close();
      }
    });
  });
  it('reads a pipe that is named', async () => {
    await withFiles({ 'orders.ndjson': `${line(1)}\n${line(2)}\n` }, async (folder) => {
      const pipe = join(folder, 'piped');
      execFileSync('mkfifo', [pipe]);
      const writing = new Promise<void>((resolve, reject) =>
        import('node:fs').then(({ writeFile }) =>
          writeFile(pipe, readFileSync(join(folder, 'orders.ndjson')), (e) => (e ? reject(e) : resolve())),
        ),
      );
      await withChangeLog([pipe], [STREAM], {}, async (log) => expect(log.counts.events).toBe(2));
      await writing;
      writeFileSync(join(folder, 'done'), '');
    });
  });
});

describe('inspect says of base64', () => {
  const rows = (field: string, values: readonly string[]): string =>
    values.map((v, i) => envelope({ table: 't', op: 'c', pos: i, at: i, after: { id: i, [field]: v } })).join('\n');
  const notes = async (field: string, values: readonly string[], decimals: readonly string[] = []): Promise<string> =>
    (await inspected({ 't.ndjson': rows(field, values) }, decimals)).files.flatMap((f) => f.missing).join('\n');

  it('what can be a decimal, and nothing of words and blobs', async () => {
    expect(await notes('amount', ['BSg=', 'Aw==', 'ANI='])).toMatch(/amount: base64/);
    expect(await notes('status', ['paid', 'open', 'shipped'])).not.toMatch(/base64/);
    expect(await notes('status', ['paid', 'open'])).not.toMatch(/base64/);
    expect(await notes('token', ['q83vASNFZ4mrze8BI0VniQ=='])).not.toMatch(/base64/);
    expect(await notes('amount', ['AAAB'], [])).not.toMatch(/base64/);
    expect(await notes('amount', ['paid', 'ANI='], ['amount'])).toMatch(/amount: base64/);
  });
});
