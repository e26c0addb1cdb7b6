import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { openEngine } from '../../../src/engine/engine.js';
import { readerOf } from '../../../src/input/forms/index.js';
import { formText, inspectInputs, recogniseInputs } from '../../../src/input/index.js';
import { setAside } from '../../../src/input/input-file.js';
import { fieldsRequest } from '../../../src/input/reader.js';
import { BIGINT, decimal, STRING } from '../../../src/ksql/types.js';
import { withFiles } from '../../changelog/small.js';
import { column, sequence, source, withChangeLog } from '../../changelog/support.js';
import { avroBytes, avroSchema, type ConnectSchema, kcatLine, Registry } from './connect-to-avro.js';
import { containerFile, SYNC } from './container-file.js';

const ROW: readonly ConnectSchema[] = [
  { type: 'int64', field: 'id' },
  { type: 'string', optional: true, field: 'note' },
  { type: 'string', optional: true, field: 'email' },
  {
    type: 'bytes',
    optional: true,
    field: 'amount',
    name: 'org.apache.kafka.connect.data.Decimal',
    parameters: { scale: '2' },
  },
];

function envelope(row: readonly ConnectSchema[]): ConnectSchema {
  const side = (field: string): ConnectSchema => ({
    type: 'struct',
    optional: true,
    field,
    name: 'shop.orders.Value',
    fields: row,
  });
  return {
    type: 'struct',
    name: 'shop.orders.Envelope',
    fields: [
      side('before'),
      side('after'),
      {
        type: 'struct',
        field: 'source',
        name: 'Source',
        fields: ['connector', 'name', 'table', 'file']
          .map((field) => ({ type: 'string', field }) as ConnectSchema)
          .concat(['ts_ms', 'pos'].map((field) => ({ type: 'int64', field }))),
      },
      { type: 'string', field: 'op' },
    ],
  };
}

const SCHEMA = envelope(ROW);
const KEY: ConnectSchema = { type: 'struct', name: 'shop.orders.Key', fields: [{ type: 'int64', field: 'id' }] };
const SECRET = 'someone@example.org';

function payload(id: number, op = 'c', note = `note ${id}`): unknown {
  const row = { id, note, email: SECRET, amount: '+iQ=' };
  return {
    before: op === 'd' ? row : null,
    after: op === 'd' ? null : row,
    source: { connector: 'mariadb', name: 'shop', table: 'orders', file: 'bin.000001', ts_ms: id * 1000, pos: id },
    op,
  };
}

const IDS = Array.from({ length: 25 }, (_, i) => i + 1);
const RECORDS = IDS.map((id) => avroBytes(SCHEMA, payload(id)));
const BLOCKS = [RECORDS.slice(0, 10), RECORDS.slice(10, 20), RECORDS.slice(20)];
const TEXT = JSON.stringify(avroSchema(SCHEMA));
const AS_JSON = IDS.map((id) => `${JSON.stringify({ schema: SCHEMA, payload: payload(id) })}\n`).join('');
const ORDERS = source('table', 'S', 'orders', [
  column('ID', BIGINT, true),
  column('NOTE', STRING),
  column('AMOUNT', decimal(10, 2)),
]);

interface Read {
  readonly rows: readonly string[];
  readonly rejected: readonly { readonly line: number | null; readonly code: string; readonly reason: string }[];
  readonly notes: string;
  readonly ids: readonly number[];
}

/** What a change log over files makes of them; `schemas/` is given as the folder of schemas. */
async function read(files: Readonly<Record<string, string | Buffer>>): Promise<Read> {
  return await withFiles(files, async (folder) => {
    const framed = Object.keys(files).some((name) => name.startsWith('schemas/'));
    const options = framed ? { avroSchemas: join(folder, 'schemas') } : {};
    const paths = readdirSync(folder)
      .filter((name) => name !== 'schemas')
      .map((name) => join(folder, name));
    return await withChangeLog(paths, [ORDERS], options, async (log, engine) => {
      const rows = await sequence(log, engine);
      return {
        rows,
        rejected: log.rejected.map(({ line, code, reason }) => ({ line, code, reason })),
        notes: log.notes.join('\n'),
        ids: rows.map((row) => Number(/"ID":(\d+)/.exec(row)![1])),
      };
    });
  });
}

const reference = read({ 'shop.orders.ndjson': AS_JSON });
const container = (codec: string | null): Buffer => containerFile(TEXT, codec, BLOCKS);

describe('object container files', () => {
  for (const codec of [null, 'null', 'deflate', 'snappy', 'zstandard']) {
    it(`codec ${codec ?? 'not named'}: the rows of the JSON export`, async () => {
      const ours = await read({ 'shop.orders+0+0000000000.avro': container(codec) });
      expect(ours.rejected).toEqual([]);
      expect(ours.rows).toEqual((await reference).rows);
      expect(ours.rows).toHaveLength(25);
      expect(ours.rows[0]).toContain('"AMOUNT":-15.0}');
    });
  }

  it('a new file per schema, files strung together, packed ones, any name', async () => {
    const wider = envelope([...ROW, { type: 'string', optional: true, field: 'channel' }]);
    const later = containerFile(JSON.stringify(avroSchema(wider)), 'deflate', [
      IDS.slice(20).map((id) => avroBytes(wider, payload(id))),
    ]);
    const first = containerFile(TEXT, 'snappy', BLOCKS.slice(0, 2));
    const { rows } = await reference;
    expect((await read({ 'shop.orders+0+0.avro': first, 'shop.orders+0+20.avro': later })).rows).toEqual(rows);
    expect((await read({ 'orders.bin': Buffer.concat([first, later]) })).rows).toEqual(rows);
    expect((await read({ 'orders.avro.gz': gzipSync(container('null')) })).rows).toEqual(rows);
  });

  it('says what it is: codec, number of schemas, tables, operations', async () => {
    const looked = await withFiles({ 'shop.orders+0+0.avro': container('zstandard') }, async (folder) => {
      const engine = await openEngine();
      try {
        return await inspectInputs(engine, [folder], { topics: [] });
      } finally {
        engine.close();
      }
    });
    const [file] = looked.files;
    expect(file!.form).toBe('Avro container (zstandard, 1 schema), envelope');
    expect(file!.connector).toBe('mariadb');
    expect(file!.tables).toMatchObject([
      { table: 'orders', records: 25, operations: { c: 25 }, firstCommit: 1000, lastCommit: 25_000, repeats: 0 },
    ]);
    expect(file!.tables[0]!.fields).toEqual({ id: 'integer', note: 'string', email: 'string', amount: 'string' });
  });
});

describe('damaged containers: the rest goes on', () => {
  const whole = container('deflate');
  const blockAt = (n: number): number => {
    let at = whole.indexOf(SYNC) + SYNC.length;
    for (let i = 0; i < n; i++) at = whole.indexOf(SYNC, at) + SYNC.length;
    return at;
  };

  it('cut off in a block: what was unpacked of it is kept, each lost record is listed', async () => {
    const ours = await read({ 'orders.avro': whole.subarray(0, blockAt(3) - 40) });
    expect(ours.ids.slice(0, 20)).toEqual(IDS.slice(0, 20));
    expect(ours.ids.length + ours.rejected.length).toBe(25);
    expect(ours.rejected[0]).toEqual({
      line: ours.ids.length + 1,
      code: 'avro-record',
      reason: expect.stringMatching(new RegExp(`^block 3 at byte ${blockAt(2)} is cut off, record \\d of 5`)),
    });
    expect(ours.notes).toMatch(/cut off/);
  });

  it('damaged check sum, packed bytes, sync marker, or block head: that block is lost and named', async () => {
    const flip = (file: Buffer, at: number): Buffer => {
      const copy = Buffer.from(file);
      copy[at] = copy[at]! ^ 0x55;
      return copy;
    };
    const snappy = container('snappy');
    const first = snappy.indexOf(SYNC) + SYNC.length;
    const second = snappy.indexOf(SYNC, first) + SYNC.length;
    const sum = await read({ 'orders.avro': flip(snappy, second - SYNC.length - 1) });
    expect(sum.ids).toEqual(IDS.slice(10));
    expect(sum.rejected).toHaveLength(10);
    expect(sum.rejected[9]).toMatchObject({ line: 10, code: 'avro-record' });
    expect(sum.rejected[9]!.reason).toBe(`block 1 at byte ${first}: its records cannot be unpacked (snappy)`);

    const marker = await read({ 'orders.avro': flip(whole, blockAt(1) - 3) });
    expect(marker.ids).toEqual(IDS.slice(20));
    expect(marker.rejected).toMatchObject([{ line: null, code: 'truncated-avro' }]);
    expect(marker.rejected[0]!.reason).toContain(`block 1 at byte ${blockAt(0)}`);
    expect(marker.notes).toMatch(/damaged/);

    const head = await read({ 'orders.avro': flip(whole, blockAt(1)) });
    expect(head.ids.filter((id) => id > 20)).toEqual(IDS.slice(20));
    expect(head.rejected.length).toBeGreaterThan(0);
  });

  it('a record that its schema cannot read: what stands before it in the block is kept', async () => {
    const bad = Buffer.from(RECORDS[3]!);
    // The branch of the union "before": there are only 0 and 1.
    bad[0] = 0x08;
    const ours = await read({
      'orders.avro': containerFile(TEXT, 'null', [[...RECORDS.slice(0, 3), bad, RECORDS[4]!], RECORDS.slice(5)]),
    });
    expect(ours.ids).toEqual([1, 2, 3, ...IDS.slice(5)]);
    expect(ours.rejected.map((r) => r.line)).toEqual([4, 5]);
  });

  it('a header that cannot be read, an unknown codec, a file of keys: refused by name', async () => {
    const keys = containerFile(JSON.stringify(avroSchema(KEY)), 'null', [[avroBytes(KEY, { id: 1 })]]);
    const files = {
      'a.avro': whole.subarray(0, 50),
      'b.avro': containerFile(TEXT, 'xz', BLOCKS, (data) => data),
      'c.avro': containerFile('{"type":"recrod"}', 'null', []),
      'd.keys.avro': keys,
      'orders.ndjson': AS_JSON,
    };
    await withFiles(files, async (folder) => {
      const engine = await openEngine();
      try {
        const forms = (await recogniseInputs(engine, [folder], { topics: [] })).map((f) => f.form);
        expect(forms.map((f) => setAside({ form: f })?.code ?? formText(f))).toEqual([
          'avro',
          'avro',
          'avro',
          'avro-keys',
          'values, envelope with schemas',
        ]);
        expect(forms[1]).toMatchObject({
          reason: expect.stringContaining('codec is xz, not one of null, deflate, snappy'),
        });
      } finally {
        engine.close();
      }
    });
  });

  it('any byte of it changed, any place cut: no failure, and no record twice', async () => {
    await mutate(containerFile(TEXT, 'null', [RECORDS.slice(0, 3), RECORDS.slice(3, 6)]), 300, {});
  });
});

/** Changes bytes of a file of six records or cuts it, `times` times: it must be read, and give no more than it had. */
async function mutate(small: Buffer, times: number, schemas: Readonly<Record<string, string>>): Promise<void> {
  await withFiles(schemas, async (parent) => {
    const options = { topics: [], ...(Object.keys(schemas).length > 0 && { avroSchemas: join(parent, 'schemas') }) };
    const folder = join(parent, 'data');
    mkdirSync(folder);
    const engine = await openEngine();
    let read = 0;
    try {
      for (let i = 0; i < times; i++) {
        const at = (i * 7919) % small.length;
        const changed = Buffer.from(small);
        changed[at] = (i * 31 + 1) & 255;
        writeFileSync(join(folder, 'orders.avro'), i % 3 === 0 ? small.subarray(0, at) : changed);
        const [file] = await recogniseInputs(engine, [folder], options);
        if (!('avro' in file!.form)) continue;
        await readerOf(file!).prepare!(file!, null);
        const lines = readFileSync(file!.readPath, 'utf8').split('\n').slice(0, -1);
        for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
        const good = lines.filter((line) => line !== '{}').length;
        expect(good).toBeLessThanOrEqual(6);
        read += good;
      }
    } finally {
      engine.close();
    }
    // A container with a damaged header gives nothing; of the others, what stands before the damage is read.
    expect(read).toBeGreaterThan(times);
  });
}

describe('Confluent-framed records', () => {
  const registry = new Registry();
  const frame = (value: unknown, schema = SCHEMA): Buffer =>
    registry.frame(JSON.stringify({ schema, payload: value }))!;
  const frames = IDS.map((id) => frame(payload(id)));
  const keys = IDS.map((id) => frame({ id }, KEY));
  const schemas = registry.files('schemas');
  const lines = (payloads: readonly (Buffer | null)[]): Buffer =>
    Buffer.concat(payloads.map((value, i) => kcatLine('shop.orders', 0, i, i, keys[i % 25]!, value)));
  const length = (bytes: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(bytes.length);
    return head;
  };
  const layouts: Readonly<Record<string, Buffer>> = {
    'kcat -J, binary as kcat writes it': lines(frames),
    'kcat -J shape, base64': Buffer.from(
      frames
        .map((value, i) => {
          const at = { topic: 'shop.orders', partition: 0, offset: i, ts: i };
          return `${JSON.stringify({ ...at, key: keys[i]!.toString('base64'), payload: value.toString('base64') })}\n`;
        })
        .join(''),
    ),
    "kcat -f '%R%s'": Buffer.concat(frames.flatMap((value) => [length(value), value])),
    "kcat -D ''": Buffer.concat(frames),
    'kcat, a line end after each': Buffer.concat(frames.flatMap((value) => [value, Buffer.from('\n')])),
    'base64, one a line': Buffer.from(frames.map((value) => `${value.toString('base64')}\n`).join('')),
  };

  for (const [layout, bytes] of Object.entries(layouts)) {
    it(`${layout}: the rows of the JSON export`, async () => {
      const ours = await read({ 'shop.orders.bin': bytes, ...schemas });
      expect(ours.rejected).toEqual([]);
      expect(ours.rows).toEqual((await reference).rows);
    });
  }

  it('a tombstone carries its key: a delete of which only that is left takes its row away', async () => {
    const ours = await read({ 'orders.kcat': lines([...frames, null]), ...schemas });
    expect(ours.rows).toHaveLength(26);
    expect(ours.rows.filter((row) => row.includes('"$live":false')).map((row) => /"ID":(\d+)/.exec(row)![1])).toEqual([
      '1',
    ]);
  });

  it('any byte of them changed, any place cut: no failure, and no record twice', async () => {
    const six = frames.slice(0, 6);
    await mutate(lines(six), 100, schemas);
    await mutate(Buffer.concat(six), 100, schemas);
    await mutate(Buffer.concat(six.flatMap((value) => [length(value), value])), 100, schemas);
  });

  it('without the schemas they are refused, with the ids and what to do', async () => {
    for (const bytes of Object.values(layouts)) {
      const failure = await read({ 'orders.bin': bytes }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DiagnosticError);
      const said = (failure as DiagnosticError).diagnostics.find((d) => d.code === 'avro-schema');
      expect(said?.message).toMatch(/schema ids? 1\b/);
      expect(said?.help).toMatch(/--avro-schemas FOLDER/);
    }
  });

  it('a schema that is missing, bytes that do not fit: each is listed, the rest is read', async () => {
    const foreign = Buffer.from(frames[2]!);
    foreign.writeUInt32BE(77, 1);
    const short = frames[4]!.subarray(0, 20);
    const some = [frames[0]!, frames[1]!, foreign, frames[3]!, short, ...frames.slice(5)];
    const kcat = await read({ 'orders.kcat': lines(some), ...schemas });
    expect(kcat.ids).toEqual([1, 2, 4, ...IDS.slice(5)]);
    expect(kcat.rejected).toEqual([
      { line: 3, code: 'avro-schema', reason: 'line 3: its schema, 77, is not among those given' },
      { line: 5, code: 'avro-record', reason: 'line 5: does not fit its schema, 1' },
    ]);
    // With no lengths, only the next record that can be told is where reading goes on.
    const strung = await read({
      'orders.bin': Buffer.concat([...frames.slice(0, 2), foreign, ...frames.slice(3)]),
      ...schemas,
    });
    expect(strung.ids).toEqual([1, 2, ...IDS.slice(3)]);
    expect(strung.rejected).toMatchObject([{ line: 3, code: 'avro-schema' }]);
    expect(strung.rejected[0]!.reason).toContain(`byte ${frames[0]!.length + frames[1]!.length}`);
    expect(strung.notes).toMatch(/damaged/);
  });

  it('what a cache is keyed by: a scale that changes in a schema file, and not where the file lies', async () => {
    const form = async (folderName: string, files: Readonly<Record<string, string>>): Promise<string> =>
      await withFiles({ [`${folderName}/orders.kcat`]: lines(frames), ...files }, async (folder) => {
        const engine = await openEngine();
        try {
          const options = { topics: [], avroSchemas: join(folder, 'schemas') };
          const [file] = await recogniseInputs(engine, [join(folder, folderName)], options);
          return JSON.stringify(file!.form);
        } finally {
          engine.close();
        }
      });
    const here = await form('a', schemas);
    expect(await form('b', schemas)).toBe(here);
    const rescaled = Object.fromEntries(
      Object.entries(schemas).map(([name, text]) => [name, text.replace(/(scale\\*":\\*"?)2/g, '$13')]),
    );
    expect(rescaled).not.toEqual(schemas);
    expect(await form('a', rescaled)).not.toBe(here);
  });

  it('schema files that are none, twice, or not there are named', async () => {
    const failing = async (files: Record<string, string>): Promise<string> => {
      const error = await read({ 'orders.kcat': lines(frames), ...files }).catch((e: unknown) => e);
      return (error as DiagnosticError).diagnostics.map((d) => `${d.code}: ${d.message}`).join();
    };
    expect(await failing({ 'schemas/1.avsc': '{' })).toMatch(/^avro-schema: 1\.avsc is no Avro schema/);
    expect(await failing({ 'schemas/1.avsc': TEXT, 'schemas/a-1.avsc': '"string"' })).toMatch(
      /^avro-schema: Two files/,
    );
    expect(await failing({ 'schemas/readme.txt': 'x' })).toMatch(/^avro-schema: No file/);
  });
});

describe('privacy', () => {
  it('what a pipeline does not ask for is in no file of the temporary folder', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'pharmabi-test-'));
    const data = join(parent, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'orders.avro'), container('deflate'));
    const engine = await openEngine({ tempDirectory: parent });
    try {
      const [file] = await recogniseInputs(engine, [data], { topics: [] });
      const prepare = readerOf(file!).prepare!;
      const request = { ...fieldsRequest(['id', 'note']), keys: ['id'] };
      await prepare(file!, request);
      const asked = readFileSync(file!.readPath, 'utf8');
      expect(asked).toContain('note 7');
      expect(asked).not.toContain(SECRET);
      expect(asked).not.toMatch(/email|amount/);
      expect(statSync(file!.readPath).mode & 0o077).toBe(0);
      // Of an inspection, only the types of values.
      await prepare(file!, null);
      const looked = readFileSync(file!.readPath, 'utf8');
      expect(looked).toContain('"email":""');
      expect(looked).not.toContain(SECRET);
      expect(looked).not.toContain('note 7');
      // The test can fail: asked for, it is there.
      await prepare(file!, { ...request, fields: ['id', 'email'] });
      expect(readFileSync(file!.readPath, 'utf8')).toContain(SECRET);
    } finally {
      engine.close();
      rmSync(parent, { recursive: true });
    }
  });
});
