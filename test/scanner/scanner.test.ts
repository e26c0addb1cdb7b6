import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { ChunkAppender, tableColumns } from '../../src/scanner/append.js';
import { LineScanner } from '../../src/scanner/lines.js';
import type { ScanRequest } from '../../src/scanner/request.js';
import { isFact } from '../../src/scanner/request.js';

const REQUEST: ScanRequest = {
  whole: [['op'], ['source']],
  fields: [
    { name: 'op', paths: [['op']], type: { kind: 'operation' } },
    { name: 'file', paths: [['source', 'file']], type: { kind: 'fact' } },
    { name: 'pos', paths: [['source', 'pos']], type: { kind: 'integer' } },
    {
      name: 'id',
      paths: [
        ['after', 'id'],
        ['before', 'id'],
      ],
      type: { kind: 'integer' },
    },
    { name: 'amount', paths: [['after', 'amount']], type: { kind: 'decimal', precision: 10, scale: 2 } },
    {
      name: 'name',
      paths: [
        ['after', 'name'],
        ['before', 'name'],
      ],
      type: { kind: 'text' },
    },
    { name: 'ratio', paths: [['after', 'ratio']], type: { kind: 'double' } },
    { name: 'gift', paths: [['after', 'gift']], type: { kind: 'boolean' } },
  ],
};

interface Scanned {
  /** Rows by record: the fields as text, in the order of the request. */
  readonly rows: ReadonlyMap<number, readonly (string | null)[]>;
  readonly rest: ReadonlyMap<number, string>;
  readonly sound: boolean;
}

/** Scans a text in pieces of `piece` bytes, through a table of the engine. */
async function scan(text: string | Buffer, request = REQUEST, piece = 1 << 20): Promise<Scanned> {
  const bytes = Buffer.from(text as string);
  const engine = await openEngine({ threads: 1 });
  try {
    const columns = tableColumns(request).map(([name, type]) => `"${name}" ${type}`);
    await engine.run(`CREATE TEMP TABLE scanned (${columns.join(', ')})`);
    const appender = await ChunkAppender.open(engine.connection, 'scanned', request);
    await appender.begin();
    const rest = new Map<number, string>();
    const scanner = new LineScanner(request, {
      rows: (memory, count) => appender.append(memory, count),
      rest: (line, record) => void rest.set(record, line.toString('utf8')),
    });
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.copy(scanner.room(), 0, at, Math.min(at + piece, bytes.length));
      scanner.took(length);
      at += length;
    }
    scanner.end();
    appender.finish();
    const rows = new Map<number, readonly (string | null)[]>();
    for (const row of await engine.objects('SELECT * FROM scanned ORDER BY record')) {
      const { texts } = scanner.memory.combination(Number(row.fact));
      const text = (name: string): string | null => (row[name] == null ? null : String(row[name]));
      rows.set(
        Number(row.record),
        request.fields.map((f, i) => (isFact(f.type) ? texts[i]! : text(f.name))),
      );
    }
    return { rows, rest, sound: scanner.sound };
  } finally {
    engine.close();
  }
}

/** What a JSON parser that keeps digits makes of the same line. */
function parsed(line: string): readonly (string | null)[] {
  const record = parse(line, null, (digits) => digits) as Record<string, never>;
  return REQUEST.fields.map(({ paths, type }) => {
    const found = paths.map((path) =>
      path.reduce<unknown>((o, name) => (o as Record<string, unknown> | null)?.[name], record),
    );
    const value = found.find((v) => v !== null && v !== undefined);
    if (value === undefined) return null;
    if (type.kind === 'decimal') return decimalText(String(value), type.scale);
    return type.kind === 'double' ? String(Number(value)) : String(value);
  });
}

function decimalText(text: string, scale: number): string {
  const [whole, part = ''] = text.split('.') as [string, string?];
  return `${whole}.${part.padEnd(scale, '0')}`;
}

const row = fc.record({
  id: fc.oneof(fc.integer(), fc.maxSafeInteger()),
  amount: fc.oneof(
    fc.constant('12.30'),
    fc.constant(7),
    fc.constant(0.5),
    fc.constant(null),
    fc.constant('-99999999.99'),
  ),
  name: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null), fc.string({ minLength: 10, maxLength: 40 })),
  ratio: fc.oneof(fc.constant(0.1), fc.constant(1e-7), fc.constant(123456.789), fc.constant(null)),
  gift: fc.oneof(fc.boolean(), fc.constant(null)),
  note: fc.jsonValue(),
});
const event = fc.record({
  before: fc.option(row),
  after: fc.option(row),
  source: fc.record({ file: fc.constantFrom('bin.000001', 'bin.000002'), pos: fc.nat() }),
  op: fc.constantFrom('c', 'u', 'd', 'r'),
});

describe('the scanner', () => {
  it('gives of every line what a JSON parser gives, or leaves the line to another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 7, max: 5000 }),
        async (events, piece) => {
          const lines = events.map((e) => JSON.stringify(e));
          const { rows, rest } = await scan(lines.map((line) => `${line}\n`).join(''), REQUEST, piece);
          expect(rows.size + rest.size).toBe(lines.length);
          for (const [record, line] of rest) expect(line).toBe(lines[record]);
          for (const [record, values] of rows) expect(values).toEqual(parsed(lines[record]!));
        },
      ),
      { numRuns: 60 },
    );
  });

  const line = (after: string, op = 'c'): string =>
    `{"before":null,"after":${after},"source":{"file":"bin.1","pos":4},"op":"${op}"}`;
  const plain = line('{"id":1,"amount":"1.50","name":"Ann","note":[1,{"a":null}]}');
  const ROW = ['c', 'bin.1', '4', '1', '1.50', 'Ann', null, null];

  it.each([
    ['another order of keys', line('{"amount":"1.50","id":1,"name":"Ann","note":1}'), ROW],
    [
      'a value that is not wanted of any kind',
      line('{"id":1,"amount":"1.50","name":"Ann","note":"a\\n\\"b\\\\"}'),
      ROW,
    ],
    [
      'a longer text',
      line('{"id":1,"amount":"1.50","name":"Annabella Longname","note":1}'),
      ['c', 'bin.1', '4', '1', '1.50', 'Annabella Longname', null, null],
    ],
    [
      'letters beyond ASCII',
      line('{"id":1,"amount":"1.50","name":"Ðặng","note":1}'),
      ['c', 'bin.1', '4', '1', '1.50', 'Ðặng', null, null],
    ],
    ['a key that is missing', line('{"id":1,"amount":"1.50","name":"Ann"}'), ROW],
    [
      'eighteen digits',
      line('{"id":-999999999999999999,"amount":1,"name":"","note":1}'),
      ['c', 'bin.1', '4', '-999999999999999999', '1.00', '', null, null],
    ],
  ])('takes %s', async (_what, other, values) => {
    const { rows, rest } = await scan(`${plain}\n${other}\n${plain}`);
    expect([...rest]).toEqual([]);
    expect([rows.get(0), rows.get(1), rows.get(2)]).toEqual([ROW, values, ROW]);
  });

  it.each([
    ['an escape in a wanted text', line('{"id":1,"amount":"1.50","name":"A\\u006en","note":1}')],
    ['a number beyond eighteen digits', line('{"id":1000000000000000000,"amount":"1.50","name":"Ann","note":1}')],
    ['more digits than the scale', line('{"id":1,"amount":"1.505","name":"Ann","note":1}')],
    ['more digits than the precision', line('{"id":1,"amount":"100000000.00","name":"Ann","note":1}')],
    ['an exponent', line('{"id":1,"amount":1e2,"name":"Ann","note":1}')],
    ['a negative zero', line('{"id":-0,"amount":"1.50","name":"Ann","note":1}')],
    ['a superfluous zero', line('{"id":1,"amount":"01.50","name":"Ann","note":1}')],
    ['digits as text, which may be base64', line('{"id":1,"amount":"1500","name":"Ann","note":1}')],
    ['a number where text is wanted', line('{"id":1,"amount":"1.50","name":7,"note":1}')],
    ['an object where a number is wanted', line('{"id":{},"amount":"1.50","name":"Ann","note":1}')],
    ['a value that was not sent', line('{"id":1,"amount":"1.50","name":"__debezium_unavailable_value","note":1}')],
    [
      'a value that was not sent, as base64',
      line('{"id":1,"amount":"1.50","name":"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==","note":1}'),
    ],
    ['a duplicate key', line('{"id":1,"id":2,"amount":"1.50","name":"Ann","note":1}')],
    ['names that differ in case alone', line('{"id":1,"ID":2,"amount":"1.50","name":"Ann","note":1}')],
    ['half a pair of an escape', line('{"id":1,"amount":"1.50","name":"Ann","note":"\\ud83d"}')],
    ['a truncate', line('null', 't')],
    ['no JSON behind the record', `${plain} x`],
    ['a value that is no JSON', line('{"id":1,"amount":"1.50","name":"Ann","note":01}')],
    ['a record that ends early', plain.slice(0, -1)],
    ['a null', 'null'],
    ['nothing', ''],
    ['a side topic', '{"ts_ms":1}'],
  ])('leaves %s to another', async (_what, other) => {
    const { rows, rest } = await scan(`${plain}\n${other}\n${plain}\n`);
    expect([...rest]).toEqual([[1, other]]);
    expect([...rows]).toEqual([
      [0, ROW],
      [2, ROW],
    ]);
  });

  it('is of no use where bytes are no UTF-8', async () => {
    const bytes = Buffer.from(`${plain}\n`.repeat(3));
    bytes[bytes.indexOf('Ann')] = 0xff;
    expect((await scan(bytes)).sound).toBe(false);
  });

  it('forgets what a line that failed late has put into its row', async () => {
    const failing = line('{"id":7,"amount":"9.90","name":"A name of a person who is long gone","note":01}');
    const nulls = line('{"id":null,"amount":null,"name":null,"note":null}');
    const { rows } = await scan(`${plain}\n${failing}\n${nulls}\n`);
    expect(rows.get(2)).toEqual(['c', 'bin.1', '4', null, null, null, null, null]);
  });

  it('takes a row out of JSON text inside a string', async () => {
    const inside = (path: readonly string[]): readonly string[] => ['payload', ...path];
    const request: ScanRequest = {
      whole: REQUEST.whole.map(inside),
      quoted: ['payload'],
      fields: [
        { name: 'topic', paths: [['topic']], type: { kind: 'fact' } },
        ...REQUEST.fields.map((f) => ({ ...f, paths: f.paths.map(inside) })),
      ],
    };
    const kcat = (payload: string | null): string => JSON.stringify({ topic: 'orders', headers: ['a', 'b'], payload });
    const note = line('{"id":1,"amount":"1.50","name":"Ann","note":"a \\"quote\\", a \\\\ and a\\nline"}');
    const bad = line('{"id":1,"amount":"1.50","name":"A\\nn","note":1}');
    const { rows, rest } = await scan([plain, note, bad, null].map((v) => `${kcat(v)}\n`).join(''), request);
    expect([...rows]).toEqual([
      [0, ['orders', ...ROW]],
      [1, ['orders', ...ROW]],
    ]);
    expect([...rest.keys()]).toEqual([2, 3]);
  });
});
