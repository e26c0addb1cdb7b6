import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from '@duckdb/node-api';

/** A value out of DuckDB as plain data: dates as epoch days, times and timestamps as milliseconds, bytes as base64. */
export function plainValue(value: unknown): unknown {
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimeValue) return value.micros / 1000n;
  if (value instanceof DuckDBTimestampValue) return floored(value.micros);
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBMapValue) return new Map(value.entries.map((e) => [e.key, plainValue(e.value)]));
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([k, v]) => [k, plainValue(v)]));
  }
  return value;
}

function floored(micros: bigint): bigint {
  const millis = micros / 1000n;
  return micros % 1000n < 0n ? millis - 1n : millis;
}
