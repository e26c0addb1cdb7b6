import { isNumeric } from '../ksql/coercion.js';
import { duckType, type KsqlType, physicalDecimal, sameType } from '../ksql/types.js';
import { heldDigits, scaled } from './decimal.js';
import { identifier, text } from './quote.js';

/** SQL that writes a DOUBLE as Java's `Double.toString`: 1.0, 1.0E10, 1.0E-4, NaN, Infinity. */
export function doubleText(sql: string): string {
  return `ks_double_text(${sql})`;
}

/** SQL that writes a DECIMAL plainly, with every digit of its scale. */
export function decimalText(sql: string, type?: KsqlType): string {
  const plain = `CAST(${sql} AS VARCHAR)`;
  if (type?.kind !== 'DECIMAL') return plain;
  const missing = type.scale - physicalDecimal(type).scale;
  return missing === 0 ? plain : `${plain} || '${'0'.repeat(missing)}'`;
}

/** SQL of `CAST(sql AS to)`: null where the value cannot be cast. */
export function castTo(sql: string, from: KsqlType, to: KsqlType): string {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return sameType(from, to) ? sql : arrayCast(sql, from, to);
  if (from.kind === 'MAP' && to.kind === 'MAP') return sameType(from, to) ? sql : mapCast(sql, from, to);
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') return sameType(from, to) ? sql : structCast(sql, from, to);
  switch (to.kind) {
    case 'BOOLEAN':
      return from.kind === 'STRING' ? `ks_to_boolean(${sql})` : sql;
    case 'INTEGER':
    case 'BIGINT':
      return toWhole(sql, from, to.kind);
    case 'DOUBLE':
      return toDouble(sql, from);
    case 'DECIMAL':
      return toDecimal(sql, from, to);
    case 'STRING':
      return toText(sql, from);
    case 'BYTES':
      return from.kind === 'STRING' ? `TRY(from_base64(${sql}))` : sql;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return toTemporal(sql, from, to.kind);
    default:
      throw new Error(`no cast to ${to.kind}`);
  }
}

const VARIABLE = identifier('$e');

// One element that cannot be cast makes the whole null.
function arrayCast(sql: string, from: KsqlType & { kind: 'ARRAY' }, to: KsqlType & { kind: 'ARRAY' }): string {
  const cast = castTo(VARIABLE, from.element, to.element);
  const all = `list_transform(${sql}, lambda ${VARIABLE}: ${cast})`;
  if (!canFail(from.element, to.element)) return all;
  return `CASE WHEN length(list_filter(${sql}, lambda ${VARIABLE}: ${VARIABLE} IS NOT NULL AND ${cast} IS NULL)) > 0 THEN NULL ELSE ${all} END`;
}

function canFail(from: KsqlType, to: KsqlType): boolean {
  return from.kind === 'STRING'
    ? to.kind !== 'STRING'
    : to.kind === 'DECIMAL' || from.kind === 'ARRAY' || from.kind === 'STRUCT';
}

function mapCast(sql: string, from: KsqlType & { kind: 'MAP' }, to: KsqlType & { kind: 'MAP' }): string {
  const [key, value] = [castTo(`${VARIABLE}.key`, from.key, to.key), castTo(`${VARIABLE}.value`, from.value, to.value)];
  const entries = `list_transform(map_entries(${sql}), lambda ${VARIABLE}: struct_pack(k := ${key}, v := ${value}))`;
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE map_from_entries(${entries}) END`;
}

function structCast(sql: string, from: KsqlType & { kind: 'STRUCT' }, to: KsqlType & { kind: 'STRUCT' }): string {
  const fields = to.fields.map((f) => {
    const own = from.fields.find((g) => g.name === f.name);
    const read =
      own === undefined ? `CAST(NULL AS ${duckType(f.type)})` : castTo(fieldOf(sql, f.name), own.type, f.type);
    return `${identifier(f.name)} := ${read}`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
}

/** SQL that reads one field of a STRUCT. */
export function fieldOf(sql: string, name: string): string {
  return `struct_extract(${sql}, ${text(name)})`;
}

function toWhole(sql: string, from: KsqlType, to: 'INTEGER' | 'BIGINT'): string {
  const kind = to === 'INTEGER' ? 'int' : 'long';
  switch (from.kind) {
    case 'INTEGER':
      return to === 'INTEGER' ? sql : `CAST(${sql} AS BIGINT)`;
    case 'BIGINT':
      return to === 'BIGINT' ? sql : `ks_wrap_int(${sql} & 4294967295)`;
    case 'DOUBLE':
      return `ks_double_to_${kind}(${sql})`;
    case 'DECIMAL':
      return `ks_low_${kind}(CAST(trunc(${sql}) AS HUGEINT))`;
    default:
      return `ks_to_${kind}(${sql})`;
  }
}

function toDouble(sql: string, from: KsqlType): string {
  if (from.kind === 'STRING') return `ks_to_double(${sql})`;
  // DuckDB divides the digits by a power of ten: exact only while both are whole DOUBLEs.
  const exact = from.kind === 'DECIMAL' && heldDigits(from).precision > 15;
  return exact ? `ks_exact_double(${sql})` : from.kind === 'DOUBLE' ? sql : `CAST(${sql} AS DOUBLE)`;
}

function toDecimal(sql: string, from: KsqlType, to: KsqlType & { kind: 'DECIMAL' }): string {
  if (from.kind === 'DOUBLE') {
    const held = physicalDecimal(to);
    return `TRY(${scaled(`ks_double_unscaled(${sql}, ${held.precision}, ${held.scale})`, held)})`;
  }
  if (from.kind === 'STRING') return `TRY_CAST(ks_number_text(${sql}) AS ${duckType(to)})`;
  return sameType(from, to) ? sql : `TRY_CAST(${sql} AS ${duckType(to)})`;
}

function toTemporal(sql: string, from: KsqlType, to: 'DATE' | 'TIME' | 'TIMESTAMP'): string {
  if (from.kind === 'STRING') return `ks_to_${to.toLowerCase()}(${sql})`;
  return from.kind === to ? sql : `CAST(${sql} AS ${to})`;
}

/** SQL of a value as CAST(... AS VARCHAR) writes it; null stays null. */
export function toText(sql: string, from: KsqlType, nested = false): string {
  switch (from.kind) {
    case 'STRING':
      return sql;
    case 'DOUBLE':
      return doubleText(sql);
    case 'DECIMAL':
      return decimalText(sql, from);
    case 'TIMESTAMP':
      // java.sql.Timestamp inside a collection.
      return nested ? `ks_sql_timestamp_text(${sql})` : `ks_timestamp_text(${sql})`;
    case 'TIME':
      return nested ? `CAST(${sql} AS VARCHAR)[1:8]` : `ks_time_text(${sql})`;
    case 'DATE':
      return `ks_date_text(${sql})`;
    case 'BYTES':
      return `to_base64(${sql})`;
    case 'ARRAY': {
      const parts = `list_transform(${sql}, lambda ${VARIABLE}: ks_or(${toText(VARIABLE, from.element, true)}, 'null'))`;
      return `('[' || array_to_string(${parts}, ', ') || ']')`;
    }
    case 'MAP': {
      const [key, value] = [toText(`${VARIABLE}.key`, from.key, true), toText(`${VARIABLE}.value`, from.value, true)];
      const parts = `list_transform(ks_hash_entries(${sql}), lambda ${VARIABLE}: ks_or(${key}, 'null') || '=' || ks_or(${value}, 'null'))`;
      return `('{' || array_to_string(${parts}, ', ') || '}')`;
    }
    case 'STRUCT': {
      const parts = from.fields.map((f) => `${text(`${f.name}=`)} || ${toText(fieldOf(sql, f.name), f.type, true)}`);
      return `CASE WHEN ${sql} IS NULL THEN NULL ELSE 'Struct{' || concat_ws(',', ${parts.join(', ') || "''"}) || '}' END`;
    }
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** Widening that the dialect does by itself; never null for a value. */
export function widenTo(sql: string, from: KsqlType, to: KsqlType): string {
  if (isNumeric(from) && to.kind === 'DECIMAL') return `CAST(${sql} AS ${duckType(to)})`;
  return castTo(sql, from, to);
}
