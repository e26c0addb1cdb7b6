import { describe, expect, it } from 'vitest';
import { overviewText } from '../../src/cli/inspect-overview.js';
import type { FileInspection, Inspection } from '../../src/input/inspect.js';

const FILE: FileInspection = {
  name: 'orders.ndjson',
  bytes: 10,
  sha256: '',
  form: 'values, envelope',
  connector: 'mariadb',
  fileTopic: 'orders',
  records: 3,
  tombstones: 0,
  sideTopics: {},
  tables: [],
  undecodable: [],
  missing: [],
  schemaChanges: [],
  guesses: [],
};
const TABLE = {
  topic: 't',
  firstCommit: 0,
  lastCommit: 86_400_000,
  repeats: 0,
  fields: {},
  key: null,
  firstEvent: null,
  lastEvent: null,
};

function inspection(files: readonly Partial<FileInspection>[]): Inspection {
  const all = files.map((file) => ({ ...FILE, ...file }));
  return { files: all, totals: { files: all.length, bytes: 10, records: 3, setAside: 0 }, missing: [] };
}

describe('the overview of an inspection', () => {
  it('adds up a table over files, and keeps truncates out of the columns', () => {
    const text = overviewText(
      inspection([
        { tables: [{ ...TABLE, table: 'orders', records: 3, operations: { r: 2, u: 1 }, repeats: 4 }] },
        { tables: [{ ...TABLE, table: 'orders', records: 3, operations: { c: 2, t: 1 }, lastCommit: 2 * 86_400_000 }] },
      ]),
    );
    expect(text).toMatch(/^table +snapshot +created +updated +committed \(UTC\)$/m);
    expect(text).toMatch(/^orders +2 +2 +1 +1970-01-01\.\.1970-01-03$/m);
    expect(text).toMatch(/^ {2}repeats: orders 4$/m);
    expect(text).toMatch(/^ {2}truncated: orders 1$/m);
  });

  it('stays within 80 columns, whatever the names', () => {
    const long = 'a_table_with_quite_a_long_name_of_its_own';
    const operations = { r: 1_000_000, c: 2, u: 3, d: 4 };
    const text = overviewText(
      inspection([
        { tables: [{ ...TABLE, table: long, records: 9, operations }], tombstones: 2, missing: ['has no history'] },
        {
          name: `${long}.csv`,
          form: 'dump (rfc4180)',
          tables: [{ ...TABLE, table: long, records: 9, operations: { r: 9 }, fields: { id: 'string' } }],
        },
        { name: 'x.bin', form: 'binary', records: 0, undecodable: [{ line: null, reason: 'is binary, not text' }] },
        { name: 'y.bin', form: 'binary', records: 0, undecodable: [{ line: null, reason: 'is binary, not text' }] },
        { undecodable: [{ line: 7, reason: 'is not valid UTF-8, and this is said at some length here' }] },
      ]),
    );
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain(long);
    expect(text).toContain('x.bin, y.bin: is binary, not text');
    expect(text).toContain('orders.ndjson:7: is not valid UTF-8');
  });
});
