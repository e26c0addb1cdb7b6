import type { KsqlType } from '../ksql/types.js';
import { identifier, text } from '../sql/quote.js';

/** Column whose BIGINT holds epoch milliseconds and is shown as a time. */
const ROWTIME = 'ROWTIME';

const ISO = '%Y-%m-%dT%H:%M:%S.%gZ';

/** A column to be written. `ROWTIME` may be BIGINT (epoch milliseconds) or TIMESTAMP. */
export interface OutputColumn {
  readonly name: string;
  readonly type: KsqlType;
}

/** SQL for one line of CSV (RFC 4180, without its line end) made of the columns. Null is empty, empty text is `""`. */
export function csvLine(columns: readonly OutputColumn[]): string {
  return columns.map((column) => csvField(column)).join(` || ',' || `);
}

/** The header line of the CSV. */
export function csvHeader(columns: readonly OutputColumn[]): string {
  return columns
    .map((c) => (/[",\r\n]/.test(c.name) || c.name === '' ? `"${c.name.replaceAll('"', '""')}"` : c.name))
    .join(',');
}

/** SQL for one JSON object (on one line) made of the columns, in their order. */
export function jsonLine(columns: readonly OutputColumn[]): string {
  const members = columns.map(
    (c) => `${text(`${JSON.stringify(c.name)}:`)} || ${jsonOrNull(identifier(c.name), shownType(c))}`,
  );
  return members.length === 0 ? `'{}'` : `'{' || ${members.join(` || ',' || `)} || '}'`;
}

/** Is it the ROWTIME of a relation, as epoch milliseconds? */
export function isRowtime({ name, type }: OutputColumn): boolean {
  return name.toUpperCase() === ROWTIME && type.kind === 'BIGINT';
}

function shownType(column: OutputColumn): KsqlType | 'epoch' {
  return isRowtime(column) ? 'epoch' : column.type;
}

function csvField(column: OutputColumn): string {
  const value = identifier(column.name);
  const type = shownType(column);
  if (type === 'epoch') return `coalesce(${epochText(value)}, '')`;
  switch (type.kind) {
    case 'STRING':
      return csvQuoted(value);
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return csvQuoted(jsonText(value, type));
    default:
      return `coalesce(${scalarText(value, type)}, '')`;
  }
}

function csvQuoted(value: string): string {
  const needed = `regexp_matches(${value}, '[",\\r\\n]')`;
  return `CASE WHEN ${value} IS NULL THEN '' WHEN ${value} = '' OR ${needed} THEN '"' || replace(${value}, '"', '""') || '"' ELSE ${value} END`;
}

function epochText(value: string): string {
  return `strftime(epoch_ms(${value}), ${text(ISO)})`;
}

/** SQL for the bare text of a scalar; null stays null. */
function scalarText(value: string, type: KsqlType): string {
  switch (type.kind) {
    case 'DOUBLE':
      return `CASE WHEN isnan(${value}) THEN 'NaN' WHEN isinf(${value}) THEN if(${value} > 0, 'Infinity', '-Infinity') ELSE ${value}::VARCHAR END`;
    case 'TIMESTAMP':
      return `CASE WHEN ${commonYear(value)} THEN strftime(${value}, ${text(ISO)}) ELSE ${isoDay(value)} || strftime(${value}, 'T%H:%M:%S.%gZ') END`;
    case 'DATE':
      return `CASE WHEN ${commonYear(value)} THEN ${value}::VARCHAR ELSE ${isoDay(value)} END`;
    case 'TIME':
      return `strftime(DATE '1970-01-01' + ${value}, '%H:%M:%S.%g')`;
    case 'BYTES':
      return `base64(${value})`;
    default:
      return `${value}::VARCHAR`;
  }
}

/** SQL boolean: a year that ISO 8601 writes with four digits and no sign. */
function commonYear(value: string): string {
  return `year(${value}) BETWEEN 1 AND 9999`;
}

/** SQL for a day of any year: `-4712-01-01` is in 4713 BC, `+10000-01-01` after the year 9999. */
function isoDay(value: string): string {
  const year = `abs(year(${value}))::VARCHAR`;
  return `(CASE WHEN year(${value}) < 0 THEN '-' WHEN year(${value}) > 9999 THEN '+' ELSE '' END || lpad(${year}, greatest(4, length(${year}))::INTEGER, '0') || strftime(${value}, '-%m-%d'))`;
}

function jsonOrNull(value: string, type: KsqlType | 'epoch'): string {
  return `coalesce(${type === 'epoch' ? `'"' || ${epochText(value)} || '"'` : jsonText(value, type)}, 'null')`;
}

/** SQL for a value as JSON text; null stays null. DuckDB's own `to_json` drops the zeros of decimals and writes bare NaN. */
function jsonText(value: string, type: KsqlType, depth = 0): string {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
      return `${value}::VARCHAR`;
    case 'DOUBLE':
      return `CASE WHEN isfinite(${value}) THEN ${value}::VARCHAR ELSE '"' || ${scalarText(value, type)} || '"' END`;
    case 'STRING':
      return `to_json(${value})::VARCHAR`;
    case 'ARRAY':
      return jsonList(value, (e) => elementText(e, type.element, depth + 1), depth);
    case 'MAP': {
      const member = (e: string): string =>
        `to_json(${mapKey(`${e}.key`, type.key)})::VARCHAR || ':' || ${elementText(`${e}.value`, type.value, depth + 1)}`;
      return jsonList(`list_sort(map_entries(${value}))`, member, depth, '{}');
    }
    case 'STRUCT': {
      const members = type.fields.map(
        (f) =>
          `${text(`${JSON.stringify(f.name)}:`)} || ${elementText(`${value}.${identifier(f.name)}`, f.type, depth)}`,
      );
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE '{' || ${members.join(` || ',' || `)} || '}' END`;
    }
    default:
      return `'"' || ${scalarText(value, type)} || '"'`;
  }
}

function elementText(value: string, type: KsqlType, depth: number): string {
  return `coalesce(${jsonText(value, type, depth)}, 'null')`;
}

function mapKey(value: string, type: KsqlType): string {
  return type.kind === 'STRING' ? value : `coalesce(${jsonText(value, type)}, 'null')`;
}

function jsonList(value: string, element: (name: string) => string, depth: number, brackets = '[]'): string {
  const name = `e${depth}`;
  return `'${brackets[0]}' || array_to_string(list_transform(${value}, lambda ${name}: ${element(name)}), ',') || '${brackets[1]}'`;
}
