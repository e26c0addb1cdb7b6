import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { SandboxResult, SandboxValue } from '../../engine/sandbox.js';
import type { ReportParameter } from '../definition.js';
import type { ParameterValues } from '../parameters.js';
import type { Cell, ReportColumn, Unit } from '../report.js';

const INTEGERS = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/;
const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT)$/;

/** What the type of a column must be for its unit. */
const FITS: Readonly<Record<Unit, { readonly type: RegExp; readonly says: string }>> = {
  count: { type: INTEGERS, says: 'a whole number' },
  money: { type: NUMBERS, says: 'a number' },
  share: { type: NUMBERS, says: 'a number' },
  statistic: { type: NUMBERS, says: 'a number' },
  p: { type: NUMBERS, says: 'a number' },
  'percent-points': { type: NUMBERS, says: 'a number' },
  number: { type: NUMBERS, says: 'a number' },
  text: { type: /^VARCHAR$/, says: 'a text (CAST(... AS VARCHAR))' },
  id: { type: /^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/, says: 'a text or a whole number' },
  bool: { type: /^BOOLEAN$/, says: 'true or false' },
  date: { type: /^DATE$/, says: 'a DATE' },
  timestamp: { type: /^(TIMESTAMP.*|BIGINT)$/, says: 'a TIMESTAMP, or epoch milliseconds' },
};

/** What a column's type should have been for its unit, in words; null where it fits. */
export function misfit({ unit }: ReportColumn, type: DuckDBType): string | null {
  const { type: wanted, says } = FITS[unit];
  return wanted.test(type.toString()) ? null : says;
}

/** The rows of a result as cells of a report. */
export function cellsOf({ rows }: SandboxResult, columns: readonly ReportColumn[]): Cell[][] {
  return rows.map((row) => row.map((value, at) => cell(value, columns[at]!.unit)));
}

function cell(value: DuckDBValue, unit: Unit): Cell {
  if (value === null) return null;
  if (typeof value === 'boolean') return value;
  switch (unit) {
    case 'text':
    case 'id':
    case 'date':
      return String(value);
    case 'timestamp':
      return new Date(epochMs(value)).toISOString();
    default:
      return typeof value === 'object' ? Number(String(value)) : Number(value);
  }
}

function epochMs(value: DuckDBValue): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  const micros = (value as { micros?: bigint }).micros;
  return micros === undefined ? Date.parse(`${String(value)}Z`) : Number(micros / 1000n);
}

/** The parameters of a report as values of its query: `min-orders` is `$min_orders`. */
export function queryValues(
  parameters: readonly ReportParameter[],
  values: ParameterValues,
): Readonly<Record<string, SandboxValue>> {
  return Object.fromEntries(parameters.map((p) => [p.name.replaceAll('-', '_'), queryValue(p, values)]));
}

function queryValue({ name, type }: ReportParameter, values: ParameterValues): SandboxValue {
  const text = values.text(name) ?? '';
  if (type === 'integer') return { kind: 'integer', value: BigInt(text) };
  if (type === 'list') return { kind: 'texts', value: values.list(name) };
  if (type !== 'number') return { kind: 'text', value: text };
  const [whole = '0', fraction = ''] = text.split('.');
  return { kind: 'decimal', value: BigInt(whole + fraction), scale: fraction.length };
}
