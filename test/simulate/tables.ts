import type { Engine } from '../../src/engine/engine.js';
import { BIGINT, decimal, type KsqlType, STRING } from '../../src/ksql/types.js';
import type { ReportContext } from '../../src/reports/definition.js';
import { identifier, text } from '../../src/sql/quote.js';

/** What a relation is filled with: its columns by name, and rows in their order; money in whole units. */
export interface Relation {
  readonly columns: Readonly<Record<string, 'id' | 'money' | 'percent' | 'text' | 'time'>>;
  readonly rows: readonly (readonly (number | string | null)[])[];
}

const TYPES: Readonly<Record<Relation['columns'][string], readonly [string, KsqlType]>> = {
  id: ['BIGINT', BIGINT],
  time: ['BIGINT', BIGINT],
  money: ['DECIMAL(18,2)', decimal(18, 2)],
  percent: ['DECIMAL(9,2)', decimal(9, 2)],
  text: ['VARCHAR', STRING],
};

/** The first instant of every simulated log. */
export const START = Date.UTC(2026, 0, 1);
export const DAY = 86_400_000;

function cell(value: number | string | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : text(value);
}

/** Makes the relations, and the context that a replay of them would hand to a report; the log ends `days` after its start. */
export async function contextOver(
  engine: Engine,
  relations: Readonly<Record<string, Relation>>,
  days: number,
  parameters: Readonly<Record<string, string>> = {},
): Promise<ReportContext> {
  for (const [name, { columns, rows }] of Object.entries(relations)) {
    const declared = Object.entries(columns).map(([column, kind]) => `${identifier(column)} ${TYPES[kind][0]}`);
    await engine.run(`CREATE OR REPLACE TABLE ${identifier(name)} (${declared.join(', ')})`);
    const values = rows.map((row) => `(${row.map(cell).join(', ')})`);
    if (values.length > 0) await engine.run(`INSERT INTO ${identifier(name)} VALUES ${values.join(', ')}`);
  }
  return {
    engine,
    final: (name) => name,
    columns: (name) =>
      Object.entries(relations[name]?.columns ?? {}).map(([column, kind]) => ({ name: column, type: TYPES[kind][1] })),
    parameters,
    replay: { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC' },
    counts: { events: 1, duplicates: 0, tombstones: 0, undecodable: 0, setAside: 0, cut: 0 },
    inputs: [],
    notes: [],
    firstEvent: START,
    lastEvent: START + days * DAY - 1,
  };
}
