import type { KsqlType } from '../../ksql/types.js';
import { decimalText, doubleText, fieldOf } from '../casts.js';
import { identifier, text } from '../quote.js';
import { type Call, literalText, type Template } from './template.js';

const ELEMENT = identifier('$e');

// The paths that ksqlDB takes: names, indexes from 0, quoted names.
const PATH = /^\$((\.[A-Za-z0-9_-]+)|(\[\d+\])|(\["[^"]*"\]))*$/;

/** A ksqlDB JSON path as DuckDB writes it, or undefined where ksqlDB refuses it. */
function duckPath(path: string): string | undefined {
  if (!PATH.test(path)) return undefined;
  return path.replace(
    /\["([^"]*)"\]|\.([A-Za-z0-9_-]+)/g,
    (_, quoted?: string, plain?: string) => `."${quoted ?? plain}"`,
  );
}

function extract(c: Call): string {
  const path = literalText(c.nodes[1]);
  if (path === undefined) return `TRY(ks_json_field(${c.args[0]}, ${c.args[1]}))`;
  const own = duckPath(path);
  return own === undefined ? 'CAST(NULL AS VARCHAR)' : `TRY(ks_json_field(${c.args[0]}, ${text(own)}))`;
}

/** SQL that writes a value as JSON text the way TO_JSON_STRING does. */
function jsonSql(sql: string, type: KsqlType): string {
  const whole = (inner: string) => `ks_or(${inner}, 'null')`;
  switch (type.kind) {
    case 'STRING':
      return whole(`CAST(to_json(${sql}) AS VARCHAR)`);
    case 'DOUBLE':
      return whole(
        `CASE WHEN isnan(${sql}) OR isinf(${sql}) THEN '"' || ${doubleText(sql)} || '"' ELSE ${doubleText(sql)} END`,
      );
    case 'DECIMAL':
      return whole(decimalText(sql, type));
    case 'BYTES':
      return whole(`'"' || to_base64(${sql}) || '"'`);
    case 'DATE':
      return whole(`'"' || ks_date_text(${sql}) || '"'`);
    case 'TIME':
      return whole(`'"' || ks_time_text(${sql}) || '"'`);
    case 'TIMESTAMP':
      return whole(`'"' || ks_timestamp_text(${sql}) || '"'`);
    case 'ARRAY':
      return whole(
        `'[' || array_to_string(list_transform(${sql}, lambda ${ELEMENT}: ${jsonSql(ELEMENT, type.element)}), ',') || ']'`,
      );
    case 'MAP': {
      const entry = `CAST(to_json(${ELEMENT}.key) AS VARCHAR) || ':' || ${jsonSql(`${ELEMENT}.value`, type.value)}`;
      return whole(
        `'{' || array_to_string(list_transform(ks_sorted_entries(${sql}), lambda ${ELEMENT}: ${entry}), ',') || '}'`,
      );
    }
    case 'STRUCT': {
      const fields = type.fields.map(
        (f) => `${text(`${JSON.stringify(f.name)}:`)} || ${jsonSql(fieldOf(sql, f.name), f.type)}`,
      );
      return `CASE WHEN ${sql} IS NULL THEN 'null' ELSE '{' || ${fields.join(` || ',' || `) || "''"} || '}' END`;
    }
    default:
      return whole(`CAST(${sql} AS VARCHAR)`);
  }
}

function contains(c: Call): string {
  const [s, value] = c.args as [string, string];
  const type = c.types[1];
  if (type == null || !/^(INTEGER|BIGINT|DOUBLE|STRING|BOOLEAN)$/.test(type.kind)) {
    return `TRY(ks_json_contains(${s}, CASE WHEN ${value} IS NULL THEN ['null'] ELSE CAST([] AS VARCHAR[]) END))`;
  }
  const json = jsonSql(value, type);
  return `TRY(ks_json_contains(${s}, [${json}]))`;
}

/** SQL of the JSON functions. */
export const JSON_SQL: Readonly<Record<string, Template>> = {
  EXTRACTJSONFIELD: extract,
  IS_JSON_STRING: 'ks_or(json_valid({0}), FALSE)',
  JSON_ARRAY_CONTAINS: contains,
  JSON_ARRAY_LENGTH: 'TRY(ks_json_length({0}))',
  JSON_CONCAT: 'TRY(ks_json_concat([{*}]))',
  JSON_ITEMS: 'TRY(ks_json_items({0}))',
  JSON_KEYS: 'TRY(ks_json_keys({0}))',
  JSON_RECORDS: 'TRY(ks_json_records({0}))',
  TO_JSON_STRING: (c) => (c.types[0] == null ? "'null'" : jsonSql(c.args[0]!, c.types[0])),
};
