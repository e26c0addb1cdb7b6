import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { capture } from '../oracle/support/captures.js';
import { pharmabi, ROOT, type Row, temporaryFolder } from '../oracle/support/command-line.js';

const DAY = 86_400_000;
const SHIPPED = readFileSync(join(ROOT, 'policies/pharmacy.yaml'), 'utf8');
const inputs = ['patients', 'orders'].map(
  (table) => capture(`F-postgres/kcat/shopf.pharmacy.${table}.kcat.ndjson.gz`)!,
);
let cwd: string;

async function rows(
  outputs: string,
): Promise<{ readonly code: number | null; readonly rows: readonly Row[]; readonly stderr: string }> {
  writeFileSync(join(cwd, 'p.yaml'), `${SHIPPED}\n${outputs}`);
  const done = await pharmabi(['replay', 'ORDERS_ENRICHED', ...inputs, '--format', 'ndjson', '--policy', 'p.yaml'], {
    cwd,
  });
  const lines = done.stdout.split('\n').filter((line) => line !== '');
  return { code: done.code, rows: lines.map((line) => JSON.parse(line) as Row), stderr: done.stderr };
}

describe('times that are coarser on output', () => {
  beforeAll(() => {
    cwd = temporaryFolder();
  });

  it('are exact inside: the same rows in the same order, and of the named times only the day or the Monday', async () => {
    const exact = await rows('');
    const coarse = await rows(
      "outputs:\n  orders_enriched:\n    event_ts: { generalise: day }\n    ORDER_DATE: { generalise: day }\n  '*':\n    ROWTIME: { generalise: week }\n",
    );
    expect([exact.code, coarse.code]).toEqual([0, 0]);
    expect(exact.rows.length).toBeGreaterThan(1000);
    const monday = (ms: number): number => {
      const day = new Date(ms);
      return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
    };
    expect(coarse.rows).toEqual(
      exact.rows.map((row) => ({
        ...row,
        EVENT_TS: Math.floor(Number(row.EVENT_TS) / DAY) * DAY,
        ORDER_DATE: String(row.ORDER_DATE).slice(0, 10),
        ROWTIME: new Date(monday(Date.parse(String(row.ROWTIME)))).toISOString(),
      })),
    );
    expect(coarse.rows.map((row) => row.EVENT_TS)).not.toEqual(exact.rows.map((row) => row.EVENT_TS));
  });

  it.each([
    ['ORDERS_ENRICHD:\n    ROWTIME: { generalise: day }', 'Did you mean ORDERS_ENRICHED?'],
    ['ORDERS_ENRICHED:\n    EVENT_T: { generalise: day }', 'Did you mean EVENT_TS?'],
    ['ORDERS_ENRICHED:\n    AMOUNT_TOTAL: { generalise: day }', 'which is no time'],
    ['ORDERS_ENRICHED:\n    EVENT_TS: { mask: 3 }', 'a time becomes its day or its week'],
  ])('a name or an action that does nothing is refused: %s', async (text, said) => {
    const { code, stderr } = await rows(`outputs:\n  ${text}\n`);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
