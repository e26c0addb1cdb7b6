import { expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { runPipeline } from '../../src/replay/pipeline.js';
import { shippedPipeline } from '../../src/replay/shipped.js';
import { envelope, withFiles } from '../changelog/small.js';

const order = (id: number, user: number | null): string =>
  envelope({
    table: 'orders',
    op: 'c',
    pos: id,
    at: id,
    after: { id, user_id: user, amount_total: '1.00', amount_subtotal: '1.00', status: 'paid', date: id * 1000 },
  });
const patient = envelope({
  table: 'patients',
  op: 'r',
  pos: 0,
  at: 0,
  after: { id: 7, practitioner_discount: '-5.00', practitioner_discount_changed_at: 0 },
});

it.each([
  ['7.6', [1], 'leaves them out'],
  ['7.7', [1, 2, 3], 'keeps them without a partner'],
] as const)(
  'records without the column that a join needs are counted, and named by relation and column: %s',
  async (version, orders, fate) => {
    await withFiles(
      { 'log.ndjson': [patient, order(1, 7), order(2, null), order(3, null)].join('\n') },
      async (folder) => {
        const engine = await openEngine();
        try {
          const result = await runPipeline({
            engine,
            inputs: [folder],
            pipeline: shippedPipeline(),
            options: {
              order: 'event-time',
              engine: version,
              baseline: 'strict',
              topics: [],
              decimalScales: [],
              timeZone: 'UTC',
            },
            demand: [{ relation: 'ORDERS_WITH_DISCOUNT', form: 'final' }],
          });
          const rows = await engine.rows(
            `SELECT "ORDER_ID" FROM "${result.relations.get('ORDERS_WITH_DISCOUNT')!.final}"`,
          );
          expect(rows.map((row) => Number(row[0]))).toEqual(orders);
          expect(result.counts.withoutJoinKey).toBe(2);
          expect(result.notes.filter((note) => note.includes('no PATIENT_ID'))).toEqual([
            `2 records of ORDERS have no PATIENT_ID: the join that makes ORDERS_ENRICHED ${fate}.`,
          ]);
        } finally {
          engine.close();
        }
      },
    );
  },
);
