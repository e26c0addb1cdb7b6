import { describe, expect, it } from 'vitest';
import { alteredColumns } from '../../src/changelog/altered-columns.js';
import type { TableChange } from '../../src/changelog/history.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import { type Change, envelope, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const named = (name: string, position: number, fallback: string | null = null): TableChange['columns'][number] => ({
  name,
  position,
  type: 'VARCHAR',
  length: 10,
  scale: null,
  fallback,
});

const change = (kind: string, ddl: string, columns: TableChange['columns'], table = 'orders'): TableChange => ({
  kind,
  server: 'shop',
  database: 'pharmacy',
  table,
  ddl,
  columns,
  place: { text: 'mysql-bin.000002:50', p1: 2n, p2: 50n },
  committed: 9000,
});

describe('what a history of table changes says', () => {
  const before = change('CREATE', '', [named('id', 1), named('rrp', 2)]);
  const [id, rrp] = before.columns;

  it.each([
    ["ALTER TABLE orders ADD COLUMN channel VARCHAR(16) NULL DEFAULT 'web'", 'web'],
    ["alter table orders add `channel` enum('a,b','c') default 'a,b', add other int default 3", 'a,b'],
    ["ALTER TABLE orders ADD (channel VARCHAR(9) DEFAULT 'it''s')", "it's"],
    ['ALTER TABLE orders ADD COLUMN IF NOT EXISTS channel DECIMAL(10,2) NOT NULL DEFAULT -1.50 AFTER id', '-1.50'],
    ['ALTER TABLE orders ADD COLUMN channel DATETIME DEFAULT CURRENT_TIMESTAMP', null],
    ['ALTER TABLE orders ADD COLUMN channel INT, ADD COLUMN other INT DEFAULT 7', null],
    ['ALTER TABLE orders ADD COLUMN channel INT DEFAULT NULL', null],
  ])('the default stands in %s', (ddl, value) => {
    const { added } = alteredColumns([before, change('ALTER', ddl, [id!, rrp!, named('channel', 3)])]);
    expect(added.map((a) => [a.column, a.value])).toEqual(value === null ? [] : [['channel', value]]);
  });

  it('a default that the record gives is taken where it is a constant', () => {
    const values = ['web', 'current_timestamp()', 'NOW()', null, '0'].map(
      (text) => alteredColumns([before, change('ALTER', '', [id!, rrp!, named('c', 3, text)])]).added[0]?.value ?? null,
    );
    expect(values).toEqual(['web', null, null, null, '0']);
  });

  it('a rename is taken where the statement says so, through several, and not where the old name comes back', () => {
    const first = change('ALTER', 'ALTER TABLE orders CHANGE COLUMN `rrp` list DECIMAL(10,2)', [id!, named('list', 2)]);
    const second = change('ALTER', 'ALTER TABLE orders RENAME COLUMN list TO retail', [id!, named('retail', 2)]);
    const third = change('ALTER', 'ALTER TABLE orders ADD rrp INT', [id!, named('retail', 2), rrp!]);
    const names = (history: readonly TableChange[]): unknown =>
      alteredColumns(history).renamed.map((r) => [r.column, r.formerly]);
    expect(names([before, first, second])).toEqual([
      ['list', ['rrp']],
      ['retail', ['list', 'rrp']],
    ]);
    expect(names([before, first, second, third])).toEqual([]);
    expect(
      names([before, change('ALTER', 'ALTER TABLE orders DROP rrp, ADD list INT', [id!, named('list', 2)])]),
    ).toEqual([]);
  });
});

const ORDERS = source('table', 'T', 'orders', [
  column('ID', BIGINT, true),
  column('CHANNEL', STRING),
  column('PRICE', decimal(10, 2)),
]);
const order = (pos: number, id: number, row: object, op = 'c'): Change => ({
  table: 'orders',
  op,
  pos,
  at: pos,
  after: { id, ...row },
});
const ddl = (pos: number, statement: string, kind: string, columns: readonly string[]): string =>
  JSON.stringify({
    source: { name: 'shop', ts_ms: pos * 1000, snapshot: 'false', file: 'mysql-bin.000002', pos },
    databaseName: 'pharmacy',
    ddl: statement,
    tableChanges: [
      {
        type: kind,
        id: '"pharmacy"."orders"',
        table: { columns: columns.map((name, at) => ({ name, position: at + 1, typeName: 'VARCHAR' })) },
      },
    ],
  });

describe('rows from before an ALTER TABLE', () => {
  const log = [
    order(20, 1, { rrp: '1.00' }),
    order(30, 2, { rrp: '2.00' }),
    order(60, 3, { rrp: '3.00', channel: null }),
    order(70, 4, { rrp: '4.00', channel: 'app' }),
    order(90, 5, { price: '5.00', channel: 'app' }),
  ];
  const history = [
    ddl(10, 'CREATE TABLE orders', 'CREATE', ['id', 'rrp']),
    ddl(50, "ALTER TABLE orders ADD COLUMN channel VARCHAR(9) DEFAULT 'web'", 'ALTER', ['id', 'rrp', 'channel']),
    ddl(80, 'ALTER TABLE orders CHANGE rrp price DECIMAL(10,2)', 'ALTER', ['id', 'price', 'channel']),
  ];
  const files = { 'shop.ndjson': history.join('\n'), 'orders.ndjson': log.map(envelope).join('\n') };
  const read = (knownAt?: number): Promise<{ rows: string[]; notes: readonly string[] }> =>
    withFiles(files, (folder) =>
      withChangeLog([folder], [ORDERS], knownAt === undefined ? {} : { knownAt }, async (found, engine) => ({
        rows: (
          await engine.rows(`SELECT "ID", "CHANNEL", "PRICE"::VARCHAR FROM ${found.relations.get('T')} ORDER BY "$seq"`)
        ).map((row) => row.join(' ')),
        notes: found.notes,
      })),
    );

  it('have the default since, and their column under its former name; a null that was written stays', async () => {
    const { rows, notes } = await read();
    expect(rows).toEqual(['1 web 1.00', '2 web 2.00', '3  3.00', '4 app 4.00', '5 app 5.00']);
    expect(notes).toContain(
      'orders.channel was added with a default at mysql-bin.000002:50: 2 records from before, which lack it, have the default.',
    );
    expect(notes).toContain(
      'orders.price was called rrp before mysql-bin.000002:80: records from before are read under that name.',
    );
  });

  it('lack it for who asks what was known before it was there', async () => {
    expect((await read(40_000)).rows).toEqual(['1  1.00', '2  2.00']);
  });
});
