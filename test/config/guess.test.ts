import { describe, expect, it } from 'vitest';
import { guessTables } from '../../src/config/guess.js';
import { nearness } from '../../src/config/vocabulary.js';
import { configText, pipelineText } from '../../src/config/write.js';
import type { SourceDeclaration } from '../../src/ksql/source.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';

const ORDERS: SourceDeclaration = {
  name: 'ORDERS',
  kind: 'table',
  topic: 'orders',
  keyFormat: 'JSON',
  valueFormat: 'JSON',
  columns: [
    { name: 'ID', type: BIGINT, key: true, used: true },
    { name: 'USER_ID', type: BIGINT, key: false, used: true },
    { name: 'AMOUNT_TOTAL', type: decimal(18, 2), key: false, used: true },
    { name: 'STATUS', type: STRING, key: false, used: true },
  ],
};

describe('names', () => {
  it('are near where they say the same', () => {
    const near = [
      ['user_id', 'USER_ID'],
      ['user_id', 'userId'],
      ['user_id', 'customer_no'],
      ['order_items', 'order_lines'],
      ['status', 'state'],
    ] as const;
    for (const [a, b] of near) expect([a, b, nearness(a, b) > 0.85]).toEqual([a, b, true]);
    const far = [
      ['user_id', 'product_id'],
      ['amount_total', 'amount_subtotal'],
      ['status', 'statistics'],
    ] as const;
    for (const [a, b] of far) expect([a, b, nearness(a, b) < 0.6]).toEqual([a, b, true]);
    expect(nearness('id', 'order_no', ['order'])).toBeGreaterThan(0.85);
    expect(nearness('id', 'order_no')).toBeLessThan(0.6);
  });
});

describe('a guess', () => {
  it('is sure where nothing else comes near, and says its candidates where something does', () => {
    const [guess] = guessTables(
      [ORDERS],
      [
        { table: 'stock', fields: { sku: 'string' } },
        {
          table: 'crm_orders',
          fields: {
            order_no: 'integer',
            client_id: 'integer',
            customer_id: 'integer',
            total: 'string',
            state: 'string',
          },
        },
      ],
    );
    expect(guess).toMatchObject({ found: 'crm_orders', sure: true });
    const columns = new Map(guess!.columns.map((c) => [c.name, c]));
    expect(columns.get('id')).toMatchObject({ found: 'order_no', sure: true });
    expect(columns.get('status')).toMatchObject({ found: 'state', sure: true });
    expect(columns.get('user_id')).toMatchObject({ sure: false, candidates: ['client_id', 'customer_id'] });
    expect(columns.get('amount_total')).toMatchObject({ found: 'total', sure: false });
  });

  it('does not take a field whose type cannot be read', () => {
    const [guess] = guessTables(
      [ORDERS],
      [{ table: 'orders', fields: { id: 'integer', user_id: 'array', status: 'string' } }],
    );
    expect(guess!.columns.find((c) => c.name === 'user_id')).toMatchObject({ found: null, sure: false });
  });

  it('does not depend on the order of tables and fields', () => {
    const fields = { order_no: 'integer', client_id: 'integer', customer_id: 'integer', total: 'string' };
    const backwards = Object.fromEntries(Object.entries(fields).reverse());
    const stock = { table: 'stock', fields: { sku: 'string' } };
    expect(guessTables([ORDERS], [{ table: 'x_orders', fields: backwards }, stock])).toEqual(
      guessTables([ORDERS], [stock, { table: 'x_orders', fields }]),
    );
  });
});

describe('what is written', () => {
  it('leaves out what is the same, and comments what is not sure', () => {
    const found = [
      {
        table: 'sales',
        fields: {
          id: 'integer',
          client_id: 'integer',
          customer_id: 'integer',
          amount_total: 'string',
          state: 'string',
        },
      },
      { table: 'odd one', fields: { 'a b': 'number' } },
    ];
    const guesses = guessTables([ORDERS], found);
    expect(configText({ pipeline: 'p.ksql', guesses, notes: [] }).split('\n').slice(2)).toEqual([
      'version: 1',
      'pipeline: p.ksql',
      'tables:',
      '  orders:',
      '    topic: sales',
      '    columns:',
      '      # user_id: client_id  # unsure; candidates: client_id, customer_id',
      '      status: state',
      '',
    ]);
    expect(pipelineText('CREATE ...;\n', found, guesses)).toContain(
      "-- CREATE STREAM `ODD ONE` (\n--     `a b` DOUBLE\n--   ) WITH (KAFKA_TOPIC='odd one'",
    );
  });
});
