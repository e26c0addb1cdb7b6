import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { ownReport } from '../../../src/reports/own/index.js';
import type { Report } from '../../../src/reports/report.js';
import { COLUMNS, contextOf, insertOrders, type Order } from '../orders-table.js';

// Practitioner 1 sees 3 patients, 2 sees 12, 3 sees 30; patient p has two orders, of 1.00 and 2.00; every tenth patient has a discount.
const ORDERS: readonly Order[] = Array.from({ length: 45 }, (_, p) =>
  [100n, 200n].map((amount) => ({
    patient: 1000 + p,
    practitioner: p < 3 ? 1 : p < 15 ? 2 : 3,
    discount: p % 10 === 0 ? 500 : null,
    amount,
    status: p === 20 ? 'odd' : 'paid',
  })),
).flat();

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  await insertOrders(engine, ORDERS);
});
afterAll(() => engine.close());

const RELATIONS = [
  {
    name: 'ORDERS_PLACED',
    ofPatients: true,
    columns: COLUMNS.map(({ name }) => ({
      name,
      key: name === 'ORDER_ID',
      ...(name === 'PATIENT_ID' && { person: 'value' as const }),
    })),
  },
  // The same rows without the id of the patient: told through the key of the other, by AMOUNT_TOTAL not at all.
  {
    name: 'ORDER_DETAILS',
    ofPatients: true,
    columns: [{ name: 'ORDER_ID' }, { name: 'STATUS' }, { name: 'AMOUNT_TOTAL' }],
  },
  { name: 'PER_STATUS', ofPatients: true, columns: [{ name: 'STATUS' }, { name: 'AMOUNT_TOTAL' }] },
  { name: 'PRICES', columns: [{ name: 'AMOUNT_TOTAL' }, { name: 'ORDER_ID' }] },
];

async function run(columns: string, sql: string, profile: string): Promise<Report> {
  const head = columns
    .split(' ')
    .map((c) => `--   ${c}: { label: L, unit: ${/^(who|key)/.test(c) ? 'text' : 'number'}, help: H. }`);
  const text = ['-- title: T', '-- question: Q?', '-- columns:', ...head, '', sql].join('\n');
  const definition = await ownReport({ file: 'mine.sql', text }, RELATIONS, 20);
  definition.alsoReads?.({ 'small-numbers': profile });
  return await definition.run(contextOf(engine, { 'small-numbers': profile }));
}

/** The rows that are shown, or why there are none. */
async function shown(columns: string, sql: string, profile = 'internal'): Promise<unknown> {
  try {
    return (await run(columns, sql, profile)).tables[0]!.rows;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map((d) => d.code).join();
  }
}

const WHO = 'practitioner_id::VARCHAR AS who';
const BOTH = [
  ['2', 24, 36],
  ['3', 60, 90],
];

describe('the patients behind a row are counted from the groups of the query', () => {
  it('whatever a column of the query says of them', async () => {
    const rows = 'SELECT order_id::VARCHAR AS who, 99::BIGINT AS patients FROM orders_placed';
    for (const profile of ['internal', 'external']) expect(await shown('who patients', rows, profile)).toEqual([]);
    expect(await shown('who patients', rows, 'off')).toHaveLength(90);
    const report = await run('who patients', rows, 'external');
    expect(report.summary[1]).toMatch(/^90 rows left out, for small numbers: made from fewer than 11 patients/);
  });

  const same: Readonly<Record<string, string>> = {
    plain: `SELECT ${WHO}, count(*) AS n, sum(amount_total) AS sum FROM orders_placed /*large*/ GROUP BY ALL`,
    'by number': `SELECT ${WHO}, count(*) AS n, sum(amount_total) AS sum FROM orders_placed o /*large*/ GROUP BY 1 HAVING count(*) > 0 ORDER BY 1`,
    'of a CTE': `WITH x AS (SELECT * FROM orders_placed /*large*/), y AS (SELECT * FROM x) SELECT ${WHO}, count(*) AS n, sum(amount_total) AS sum FROM y GROUP BY ALL`,
    'of groups of groups': `SELECT who, sum(n) AS n, sum(s) AS sum FROM (SELECT ${WHO}, patient_id, count(*) AS n, sum(amount_total) AS s FROM orders_placed /*large*/ GROUP BY ALL) GROUP BY who`,
    'of a join': `SELECT ${WHO}, count(*) AS n, sum(o.amount_total) AS sum FROM orders_placed o JOIN order_details d USING (order_id) LEFT JOIN (SELECT order_id AS x FROM prices) p ON p.x = o.order_id /*large*/ GROUP BY ALL`,
    'of a join with a subquery': `SELECT practitioner_id::VARCHAR AS who, t.n, t.sum FROM (SELECT practitioner_id, count(*) AS n, sum(amount_total) AS sum FROM orders_placed /*large*/ GROUP BY ALL) t`,
    'with a window over rows': `SELECT ${WHO}, count(nth) AS n, sum(amount_total) AS sum FROM (SELECT *, row_number() OVER (PARTITION BY patient_id ORDER BY order_id) AS nth FROM orders_placed /*large*/) GROUP BY ALL`,
    'with a filter by a subquery': `SELECT ${WHO}, count(*) AS n, sum(amount_total) AS sum FROM (SELECT * FROM orders_placed /*large*/) WHERE order_id IN (SELECT order_id FROM order_details) AND EXISTS (FROM orders_placed) GROUP BY ALL`,
  };

  it.each(Object.keys(same))('%s: small groups are left out, and no more than protect them', async (name) => {
    // 3 patients are few, and a total of all would tell them: the next smallest goes too.
    expect(await shown('who n sum', same[name]!)).toEqual([BOTH[1]]);
    const large = same[name]!.replace('/*large*/', 'WHERE practitioner_id > 1');
    expect(await shown('who n sum', large)).toEqual(BOTH);
    expect(await shown('who n sum', same[name]!, 'off')).toEqual([['1', 6, 9], ...BOTH]);
  });

  it('also where few of a group are summed', async () => {
    const one = (sum: string): Promise<unknown> => shown('sum', `SELECT ${sum} AS sum FROM orders_placed`);
    expect(await one('sum(amount_total)')).toEqual([[135]]);
    for (const few of [
      'sum(amount_total) FILTER (patient_id = 7)',
      'sum(CASE WHEN patient_id = 7 THEN amount_total END)',
      'sum(CASE WHEN patient_id = 7 THEN amount_total ELSE 0 END)',
      'sum(amount_total * (patient_id = 7)::INTEGER)',
      "count(*) FILTER (status = 'odd')",
      "count(CASE WHEN status = 'odd' THEN 1 END)",
      "count_if(status = 'odd')",
      "sum((status = 'odd')::INTEGER)",
      "avg(amount_total) FILTER (status = 'odd')",
      "100 * round(count(*) FILTER (status = 'odd') / count(*), 4)",
    ])
      expect([few, await one(few)]).toEqual([few, []]);
    // Nobody's number is nobody's.
    expect(await one("count(*) FILTER (status = 'none')")).toEqual([[0]]);
  });

  it('and twice as many for a smallest, largest or middle value', async () => {
    const sql = `SELECT ${WHO}, median(amount_total) AS m FROM orders_placed WHERE practitioner_id > 1 GROUP BY ALL`;
    expect(await shown('who m', sql)).toEqual([
      ['2', 1.5],
      ['3', 1.5],
    ]);
    expect(await shown('who m', sql, 'external')).toEqual([]);
    const some = `SELECT max(amount_total) AS m FROM orders_placed WHERE patient_id <= 9`;
    expect(await shown('m', some)).toEqual([]);
    expect(await shown('m', some.replace('9', '10'))).toEqual([[2]]);
    expect(await shown('m', some.replace('max', 'sum').replace('9', '5'))).not.toEqual([]);
  });

  it('a row of a join has the fewest that any side has', async () => {
    const crossed =
      'SELECT o.order_id::VARCHAR AS who, t.n FROM orders_placed o, (SELECT count(*) AS n FROM orders_placed) t';
    expect(await shown('who n', crossed)).toEqual([]);
    const details =
      'SELECT d.order_id::VARCHAR AS who, count(*) AS n FROM orders_placed o, order_details d GROUP BY ALL';
    expect(await shown('who n', details)).toEqual([]);
  });

  it('nobody is behind what nobody made', async () => {
    expect(await shown('n', 'SELECT count(*) AS n FROM prices')).toEqual([[90]]);
    expect(
      await shown(
        'who n',
        `SELECT p.order_id::VARCHAR AS who, count(o.order_id) AS n FROM prices p LEFT JOIN orders_placed o ON o.order_id = p.order_id AND false GROUP BY ALL`,
      ),
    ).toHaveLength(90);
  });
});

describe('what cannot be counted is refused', () => {
  const UNTRACEABLE = [
    'SELECT status AS who FROM order_details',
    'SELECT status AS who FROM per_status JOIN orders_placed USING (status) GROUP BY ALL',
    'SELECT DISTINCT status AS who FROM orders_placed',
    'SELECT status AS who FROM orders_placed UNION ALL SELECT status FROM orders_placed',
    'WITH RECURSIVE r AS (SELECT status AS who FROM orders_placed UNION ALL SELECT who FROM r WHERE false) SELECT who FROM r',
    'SELECT status AS who FROM orders_placed GROUP BY ROLLUP (status)',
    'SELECT (SELECT min(status) FROM orders_placed) AS who FROM prices',
    'SELECT status AS who FROM orders_placed GROUP BY status HAVING count(*) > (SELECT count(*) / 2 FROM orders_placed)',
    'SELECT lag(status) OVER (ORDER BY status) AS who FROM (SELECT status FROM orders_placed GROUP BY ALL)',
    "SELECT string_agg(status, ',' ORDER BY order_id) AS who FROM orders_placed",
    'SELECT arg_max(status, order_id) AS who FROM orders_placed',
    'SELECT list(status ORDER BY order_id)[1] AS who FROM orders_placed',
    "SELECT min(COLUMNS(c -> c = 'STATUS')) AS who FROM orders_placed",
    'SELECT a.status AS who FROM orders_placed a NATURAL JOIN orders_placed b GROUP BY ALL',
  ];

  it.each(UNTRACEABLE)('%s', async (sql) => {
    expect(await shown('who', sql)).toBe('own-report-untraceable');
    expect(await shown('who', sql, 'external')).toBe('own-report-untraceable');
    expect(await shown('who', sql, 'off')).not.toBe('own-report-untraceable');
  });

  it('before anything is read, with its place', async () => {
    const text = [
      '-- title: T',
      '-- question: Q?',
      '-- columns:',
      '--   who: { label: L, unit: text, help: H. }',
      '',
      'SELECT status AS who',
      'FROM order_details',
    ].join('\n');
    const definition = await ownReport({ file: 'mine.sql', text }, RELATIONS, 20);
    expect(() => definition.alsoReads?.({})).toThrow(
      expect.objectContaining({
        diagnostics: [
          expect.objectContaining({
            place: { file: 'mine.sql', span: expect.objectContaining({ line: 7, column: 6 }) },
          }),
        ],
      }),
    );
    expect(definition.alsoReads?.({ 'small-numbers': 'off' })).toEqual([]);
  });
});
