import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { ownReport } from '../../../src/reports/own/index.js';
import type { Report } from '../../../src/reports/report.js';
import { COLUMNS, contextOf, insertOrders, type Order } from '../orders-table.js';

// Twelve patients; three of one practitioner, nine of the other; patient p has p orders of 10.00 at 5 % or none.
const ORDERS: readonly Order[] = Array.from({ length: 12 }, (_, p) =>
  Array.from({ length: p + 1 }, () => ({
    patient: 1000 + p,
    practitioner: p < 3 ? 1 : 2,
    discount: p % 2 === 0 ? 500 : null,
    amount: 1000n,
  })),
).flat();

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
  await insertOrders(engine, ORDERS);
});
afterAll(() => engine.close());

const KINDS: Readonly<Record<string, string>> = {
  patients: 'count',
  orders: 'count',
  revenue: 'money',
  at: 'timestamp',
  day: 'date',
  yes: 'bool',
};

/** A report file with these columns (units by name, else text), and a query. */
function file(columns: readonly string[], sql: string, more: readonly string[] = []): string {
  return [
    '-- title: A title',
    '-- question: A question?',
    ...more.map((line) => `-- ${line}`),
    '-- columns:',
    ...columns.map((c) => `--   ${c}: { label: ${c}, unit: ${KINDS[c] ?? 'text'}, help: Some help. }`),
    '',
    sql,
  ].join('\n');
}

const PERSONS = COLUMNS.map(({ name }) => ({ name, ...(name === 'PATIENT_ID' && { person: 'value' as const }) }));

async function run(
  text: string,
  parameters: Readonly<Record<string, string>> = {},
  relations = COLUMNS,
): Promise<Report> {
  const given = [{ name: 'ORDERS_WITH_DISCOUNT', columns: relations === COLUMNS ? PERSONS : relations }];
  const definition = await ownReport({ file: 'mine.sql', text }, given, 20);
  return await definition.run(contextOf(engine, { 'small-numbers': 'off', ...parameters }));
}

async function problems(text: string, parameters = {}): Promise<readonly string[]> {
  try {
    await run(text, parameters);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map((d) => {
      const span = d.place?.span;
      return `${d.code} ${span === undefined ? '' : `${span.line}:${span.column} `}${d.message}`;
    });
  }
}

describe('what a report of a user gives', () => {
  it('rows of its query, with parameters, units, a chart, and what a reader must know', async () => {
    const head = [
      'key: [who]',
      'parameters:',
      '  least: { type: number, default: 5.5, help: Some help. }',
      '  names: { type: list, default: "1,2", help: Some help. }',
    ];
    const chart = ['chart: { kind: bar, x: who, y: revenue }'];
    const sql = `SELECT CAST(practitioner_id AS VARCHAR) AS who, count(DISTINCT patient_id) AS patients, sum(amount_total) AS revenue
      FROM orders_with_discount WHERE list_contains($names, CAST(practitioner_id AS VARCHAR)) GROUP BY ALL HAVING sum(amount_total) > $least ORDER BY who`;
    const text = file(['who', 'patients', 'revenue'], sql, [...head, ...chart]);
    const report = await run(text);
    expect(report.tables[0]?.rows).toEqual([
      ['1', 3, 60],
      ['2', 9, 720],
    ]);
    expect(report.tables[0]?.title).toContain('SMALL NUMBERS ARE NOT HIDDEN');
    expect(report.charts[0]).toMatchObject({
      kind: 'bar',
      points: [
        { label: '1', value: 60 },
        { label: '2', value: 720 },
      ],
    });
    expect(report.notes).toContain('a note of the replay');
    expect((await run(text, { least: '60' })).tables[0]?.rows).toEqual([['2', 9, 720]]);
    expect((await run(text, { names: '1' })).tables[0]?.rows).toEqual([['1', 3, 60]]);
  });

  it('times, dates and large whole numbers as they are', async () => {
    const sql =
      "SELECT TIMESTAMP '2026-02-03 04:05:06.789' AS at, DATE '2026-02-03' AS day, true AS yes, CAST(9007199254740993 AS VARCHAR) AS id FROM orders_with_discount LIMIT 1";
    expect((await run(file(['at', 'day', 'yes', 'id'], sql))).tables[0]?.rows).toEqual([
      ['2026-02-03T04:05:06.789Z', '2026-02-03', true, '9007199254740993'],
    ]);
  });

  it('the same order each time: ties are broken by all columns', async () => {
    const sql =
      'SELECT CAST(patient_id AS VARCHAR) AS who, count(*) AS orders FROM orders_with_discount GROUP BY ALL ORDER BY practitioner_id IS NULL LIMIT 5';
    const other = sql.replace(' ORDER BY practitioner_id IS NULL', '');
    const whos = (report: Report): unknown => report.tables[0]?.rows.map(([who]) => who);
    expect(whos(await run(file(['who', 'orders'], other)))).toEqual(['1', '10', '11', '12', '2']);
  });
});

describe('small numbers', () => {
  const grouped = file(
    ['who', 'patients', 'orders', 'revenue'],
    'SELECT CAST(practitioner_id AS VARCHAR) AS who, count(DISTINCT patient_id) AS patients, count(*) AS orders, sum(amount_total) AS revenue FROM orders_with_discount GROUP BY ALL',
    ['key: [who]'],
  );

  it('leaves out what few patients made, and the next row, from which a total would tell it', async () => {
    const report = await run(grouped, { 'small-numbers': 'internal' });
    expect(report.tables[0]?.rows).toEqual([]);
    expect(report.summary[1]).toMatch(/^2 rows left out, for small numbers: made from fewer than 5 patients/);
    expect((await run(grouped)).tables[0]?.rows).toEqual([
      ['1', 3, 6, 60],
      ['2', 9, 72, 720],
    ]);
  });

  it('never shows the id of a patient: a number stands for it, the same everywhere', async () => {
    const sql = `SELECT CAST(a.patient_id AS VARCHAR) AS who, count(*) AS orders FROM orders_with_discount a
      JOIN (SELECT DISTINCT patient_id FROM orders_with_discount) b USING (patient_id) GROUP BY ALL`;
    const rows = (await run(file(['who', 'orders'], sql))).tables[0]!.rows;
    expect(rows.map(([who]) => Number(who)).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    // Every patient keeps its own count of orders.
    expect(rows.map(([, orders]) => Number(orders)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  });
});

describe('times that the policy makes coarser', () => {
  it('are coarser for a report too', async () => {
    const text = file(['at'], 'SELECT max(event_ts) AS at FROM orders_with_discount');
    const columns = COLUMNS.map((c) => (c.name === 'EVENT_TS' ? { ...c, coarse: 'day' as const } : c));
    const at = async (context: object): Promise<unknown> => {
      const definition = await ownReport(
        { file: 'mine.sql', text },
        [{ name: 'ORDERS_WITH_DISCOUNT', columns: PERSONS }],
        20,
      );
      const given = { ...contextOf(engine, { 'small-numbers': 'off' }), ...context };
      return (await definition.run(given)).tables[0]?.rows[0]?.[0];
    };
    // Order n stands at n milliseconds.
    expect(await at({})).toMatch(/^1970-01-01T00:00:00\.0[1-9]\dZ$/);
    expect(await at({ columns: () => columns })).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('a result that hangs on the order of rows', () => {
  const refused = [
    [
      'LIMIT in a subquery',
      'SELECT CAST(sum(order_id) AS VARCHAR) AS who FROM (SELECT order_id FROM orders_with_discount LIMIT 3)',
    ],
    [
      'row_number over ties',
      'SELECT CAST(order_id AS VARCHAR) AS who FROM orders_with_discount QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY amount_total) = 1',
    ],
    ['string_agg without order', "SELECT string_agg(CAST(order_id AS VARCHAR), ',') AS who FROM orders_with_discount"],
    ['arg_max with ties', 'SELECT CAST(arg_max(order_id, amount_total) AS VARCHAR) AS who FROM orders_with_discount'],
  ] as const;

  it.each(refused)('%s is refused', async (_, sql) => {
    expect((await problems(file(['who'], sql)))[0]).toMatch(
      /^own-report-not-deterministic The result of mine\.sql hangs on the order/,
    );
  });

  it('is taken where the order is told', async () => {
    for (const sql of [
      'SELECT CAST(sum(order_id) AS VARCHAR) AS who FROM (SELECT order_id FROM orders_with_discount ORDER BY order_id LIMIT 3)',
      'SELECT CAST(order_id AS VARCHAR) AS who FROM orders_with_discount QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY amount_total, order_id) = 1',
      "SELECT string_agg(CAST(order_id AS VARCHAR), ',' ORDER BY order_id) AS who FROM orders_with_discount",
      // The last digits of a DOUBLE hang on the order too, and mean nothing.
      'SELECT CAST(round(stddev(sqrt(amount_total + order_id)), 3) AS VARCHAR) AS who FROM orders_with_discount',
    ])
      expect([sql, await problems(file(['who'], sql))]).toEqual([sql, []]);
  });
});

describe('mistakes of a report file', () => {
  it('are told with their place', async () => {
    expect(await problems('SELECT 1')).toEqual([
      'bad-report-file 1:1 A report file begins with comment lines: -- title: ..., -- question: ..., -- columns: ...',
    ]);
    const text = [
      '-- titel: T',
      '-- question: Q?',
      '-- key: [b]',
      '-- parameters:',
      '--   Min: { type: whole, default: 1, help: H }',
      '--   n: { type: integer, default: x, help: H }',
      '-- columns:',
      '--   a: { label: A, unit: euros, help: H }',
      '-- chart: { kind: pie, x: a, y: c }',
      'SELECT 1 AS a',
    ].join('\n');
    expect(await problems(text)).toEqual([
      'bad-report-file 1:4 "titel" means nothing here; "title" and "question" and "parameters" and "key" and "columns" and "chart" do.',
      expect.stringMatching(/^bad-report-file 1:4 A report file says its "title" in words\.$/),
      expect.stringMatching(/^bad-report-file 8:27 "unit" is one of money/),
      expect.stringMatching(/^bad-report-file 3:10 "key" names no column/),
      expect.stringMatching(/^bad-report-file 5:6 "Min" cannot be a parameter/),
      expect.stringMatching(/^bad-report-file 5:19 "type" is one of text/),
      'bad-report-file 6:35 --n cannot be "x".',
      expect.stringMatching(/^bad-report-file 9:19 "kind" is one of bar, line\.$/),
      expect.stringMatching(/^bad-report-file 9:27 "x" names no column/),
      expect.stringMatching(/^bad-report-file 9:33 "y" names no column/),
    ]);
  });

  it('between head and query, and in the query', async () => {
    expect(await problems(file(['a', 'b'], "SELECT 'x' AS a, 'y' AS c FROM orders_with_discount LIMIT 1"))).toEqual([
      'bad-report-file The columns that mine.sql declares are not those of its query.',
    ]);
    expect((await problems(file(['orders'], "SELECT 'x' AS orders FROM orders_with_discount LIMIT 1")))[0]).toBe(
      'report-column The column orders of mine.sql has the unit count and is VARCHAR.',
    );
    expect((await problems(file(['a'], 'SELECT statsu AS a FROM orders_with_discount')))[0]).toMatch(
      /^own-report-statement The query of mine\.sql failed: .*statsu/,
    );
    expect((await problems(file(['a'], 'SELECT status a,, FROM x')))[0]).toMatch(
      /^own-report-statement 6:17 This is no SELECT/,
    );
    // A value that cannot be converted is somebody's: it is not printed.
    const said = await problems(file(['orders'], 'SELECT CAST(status AS INTEGER) AS orders FROM orders_with_discount'));
    expect(said.join()).not.toContain('paid');
  });
});
