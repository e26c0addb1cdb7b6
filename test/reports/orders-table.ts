import { type Engine, openEngine } from '../../src/engine/engine.js';
import { BIGINT, decimal, type KsqlType, STRING } from '../../src/ksql/types.js';
import type { ReportContext } from '../../src/reports/definition.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import type { Cell, Report } from '../../src/reports/report.js';
import { identifier } from '../../src/sql/quote.js';

/** One row of ORDERS_WITH_DISCOUNT; `amount` in cents, `discount` in hundredths of a percentage point or null. */
export interface Order {
  readonly patient: number | null;
  readonly discount: number | null;
  readonly amount: number | bigint | null;
  readonly practitioner?: number | null | undefined;
  readonly basis?: string;
  readonly status?: string | null;
}

/** The columns that the shipped pipeline gives the relation. */
export const COLUMNS: readonly { readonly name: string; readonly type: KsqlType }[] = [
  { name: 'ORDER_ID', type: BIGINT },
  { name: 'PATIENT_ID', type: BIGINT },
  { name: 'PRACTITIONER_ID', type: BIGINT },
  { name: 'DISCOUNT', type: decimal(5, 2) },
  { name: 'DISCOUNT_BASIS', type: STRING },
  { name: 'AMOUNT_TOTAL', type: decimal(18, 2) },
  { name: 'AMOUNT_SUBTOTAL', type: decimal(18, 2) },
  { name: 'STATUS', type: STRING },
  { name: 'EVENT_TS', type: BIGINT },
  { name: 'ORDER_YEAR', type: STRING },
];

/** Name of the DuckDB relation that stands for the final rows; odd on purpose, so that it must be quoted. */
export const FINAL = 'final ORDERS "with" discount';

/** Makes that relation from a query that gives its columns in order, in the types above. */
export async function createOrders(engine: Engine, query: string): Promise<void> {
  const columns = COLUMNS.map(({ name, type }) => {
    const duck =
      type.kind === 'DECIMAL'
        ? `DECIMAL(${type.precision},${type.scale})`
        : type.kind === 'STRING'
          ? 'VARCHAR'
          : 'BIGINT';
    return `${identifier(name)} ${duck}`;
  });
  await engine.run(`CREATE OR REPLACE TABLE ${identifier(FINAL)} (${columns.join(', ')})`);
  await engine.run(`INSERT INTO ${identifier(FINAL)} ${query}`);
}

function decimalText(value: number | bigint | null): string {
  if (value === null) return 'NULL';
  const digits = String(value).replace('-', '').padStart(3, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function literal(order: Order, id: number): string {
  const { patient, practitioner = null, discount, amount, status = 'paid' } = order;
  const basis = order.basis ?? 'proven';
  const money = decimalText(amount);
  const stored = decimalText(discount === null ? null : -discount);
  return `(${id}, ${patient ?? 'NULL'}, ${practitioner ?? 'NULL'}, ${stored}, '${basis}', ${money}, ${money}, ${status === null ? 'NULL' : `'${status}'`}, ${id}, '2026')`;
}

/** Makes the relation from orders, in their order. */
export async function insertOrders(engine: Engine, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0)
    return createOrders(
      engine,
      'SELECT * FROM (SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) WHERE false',
    );
  return createOrders(engine, `VALUES ${orders.map(literal).join(', ')}`);
}

/** The context that a replay would hand over. */
export function contextOf(engine: Engine, parameters: Readonly<Record<string, string>> = {}): ReportContext {
  return {
    engine,
    final: () => FINAL,
    columns: () => COLUMNS,
    parameters,
    replay: { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC' },
    counts: { events: 10, duplicates: 0, tombstones: 0, undecodable: 0, setAside: 0, cut: 0 },
    inputs: [{ name: 'orders.jsonl', bytes: 1, sha256: 'ab', form: 'debezium-json', events: 10 }],
    notes: ['a note of the replay'],
    firstEvent: 1_767_225_600_000,
    lastEvent: 1_769_904_000_000,
  };
}

/** The report over orders, in an engine of its own. */
export async function reportOn(
  orders: readonly Order[],
  parameters: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const engine = await openEngine({ threads: 1 });
  try {
    await insertOrders(engine, orders);
    return await discountImpact.run(contextOf(engine, parameters));
  } finally {
    engine.close();
  }
}

/** The rows of one of its tables, as objects by column name. */
export function rowsOf(report: Report, table: string): Record<string, Cell>[] {
  const { columns, rows } = report.tables.find(({ name }) => name === table)!;
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]!])));
}
