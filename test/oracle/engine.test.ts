import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf, linesOf } from './support/captures.js';
import { ROOT, type Row, replay } from './support/command-line.js';
import { hundredths, level } from './support/truth.js';

const GOLDEN = [join(ROOT, 'fixtures/golden'), join(ROOT, '../shared/golden')].find(existsSync);
const inputs = inputsOf('B');

/** Placed after its patient was deleted. The real engine loses that delete (no timestamp can be read from a null value); a replay honours it. */
const LOST_DELETE = '103549';

/** Last value of each key of a topic that the real engine wrote; deleted keys are gone. */
function lastValues(order: string, topic: string): ReadonlyMap<string, Row> {
  const last = new Map<string, Row>();
  for (const line of linesOf(join(GOLDEN!, `output-${order}.jsonl.gz`))) {
    const record = JSON.parse(line) as { topic: string; key: unknown; value: Row | null };
    if (record.topic !== topic) continue;
    const key = String(record.key);
    if (record.value === null) last.delete(key);
    else last.set(key, record.value);
  }
  return last;
}

describe.skipIf(!inputs || !GOLDEN)('the pipeline that the real engine ran, over capture B itself', () => {
  const pipeline = ['--pipeline', join(GOLDEN ?? '', 'pharmacy.ksql'), '--topic', 'orders_live=*.pharmacy.orders'];

  for (const order of ['as-published', 'event-time']) {
    for (const relation of ['ORDERS_WITH_DISCOUNT', 'ORDERS_COUNTED']) {
      it(`${order}: ${relation} ends in the same rows`, async () => {
        const theirs = lastValues(order, relation);
        expect(theirs.size).toBeGreaterThan(4000);
        const rows = await replay(relation, inputs!, ['--order', order, ...pipeline]);
        const ours = new Map(rows.map((row) => [String(row.ORDER_ID), row]));
        expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
        const told = (row: Row): string =>
          `${level(row.DISCOUNT)} ${hundredths(row.AMOUNT_TOTAL)} ${String(row.ORDER_YEAR)}`;
        const different = [...theirs].filter(([id, row]) => told(row) !== told(ours.get(id)!)).map(([id]) => id);
        expect(different.filter((id) => id !== LOST_DELETE)).toEqual([]);
      });
    }
  }
});
