import type { KsqlType } from '../../ksql/types.js';
import { text } from '../../sql/quote.js';
import { type ColumnLocale, type DumpForm, SPACES } from './form.js';
import { columnOf } from './header.js';

const PARTS = "['a', 'b', 'c', 'h', 'i', 's', 'f', 'p']";
const TIME = String.raw`(?:[ T,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?([AaPp])[.]?[Mm][.]?)?)?`;
const YEAR_LAST = `^([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})${TIME}$`;
const YEAR_FIRST = `^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})${TIME}$`;
/** Groups of `PARTS` that are the year, the month and the day. */
const PLACES = { dmy: ['c', 'b', 'a'], mdy: ['c', 'a', 'b'], ymd: ['a', 'b', 'c'] } as const;

/** The text of a cell of dates as ISO 8601 (SQL): what is no such date stays what it is. Times without a zone are those of `zone`, else UTC. */
export function dateSql(cell: string, { date }: ColumnLocale, zone: string | undefined): string {
  const iso = date === undefined || date === 'unknown' ? cell : reordered(cell, date);
  if (zone === undefined) return iso;
  const local = `regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+')`;
  return `list_transform([${iso}], lambda t: CASE WHEN ${local} THEN coalesce(timezone(${text(zone)}, TRY_CAST(t AS TIMESTAMP))::VARCHAR, t) ELSE t END)[1]`;
}

function reordered(cell: string, order: 'dmy' | 'mdy' | 'ymd'): string {
  const [year, month, day] = PLACES[order];
  const found = `regexp_extract(${cell}, ${text(order === 'ymd' ? YEAR_FIRST : YEAR_LAST)}, ${PARTS})`;
  const hour = `CASE lower(m.p) WHEN '' THEN m.h WHEN 'p' THEN (m.h::INTEGER % 12 + 12)::VARCHAR ELSE (m.h::INTEGER % 12)::VARCHAR END`;
  const time = `' ' || lpad(${hour}, 2, '0') || ':' || m.i || ':' || coalesce(nullif(m.s, ''), '00') || CASE WHEN m.f = '' THEN '' ELSE '.' || m.f END`;
  const whole = `m.${year} || '-' || lpad(m.${month}, 2, '0') || '-' || lpad(m.${day}, 2, '0') || CASE WHEN m.h = '' THEN '' ELSE ${time} END`;
  return `CASE WHEN ${cell} IS NULL THEN NULL ELSE list_transform([${found}], lambda m: CASE WHEN coalesce(m.a, '') = '' THEN ${cell} ELSE ${whole} END)[1] END`;
}

const NUMBERS: ReadonlySet<KsqlType['kind']> = new Set(['DECIMAL', 'DOUBLE', 'INTEGER', 'BIGINT']);
const TIMES: ReadonlySet<KsqlType['kind']> = new Set(['BIGINT', 'TIMESTAMP', 'DATE']);

/** The text `v` of a field that is declared as a number, with a point and without thousands (SQL); any other type's is as it came. */
export function numberSql(form: DumpForm, field: string, type: KsqlType, v: string): string {
  const decimal = localeOfField(form, field)?.decimal;
  if (decimal === undefined || decimal === 'unknown' || !NUMBERS.has(type.kind)) return v;
  if (decimal === 'grouped') {
    const grouped = `[-+]?[0-9]{1,3}([,${SPACES}][0-9]{3})+([.][0-9]+)?`;
    return `CASE WHEN regexp_full_match(${v}, ${text(grouped)}) THEN regexp_replace(${v}, ${text(`[,${SPACES}]`)}, '', 'g') ELSE ${v} END`;
  }
  const number = `[-+]?([0-9]*|[0-9]{1,3}([.${SPACES}][0-9]{3})+)(,[0-9]+)?([eE][-+]?[0-9]+)?`;
  const plain = `replace(regexp_replace(${v}, ${text(`[.${SPACES}]`)}, '', 'g'), ',', '.')`;
  // A point before decimals in a column with decimal commas contradicts it: the empty text fits no number.
  return `CASE WHEN regexp_full_match(${v}, ${text(number)}) THEN ${plain} WHEN regexp_full_match(${v}, '[-+]?[0-9]*[.][0-9]+') THEN '' ELSE ${v} END`;
}

/** What stands in the way of reading a field as a type: the file does not tell which sign or which part of a date is which. */
export function openQuestion(form: DumpForm, field: string, type: KsqlType): 'decimal' | 'date' | null {
  const locale = localeOfField(form, field);
  if (locale?.decimal === 'unknown' && NUMBERS.has(type.kind)) return 'decimal';
  return locale?.date === 'unknown' && TIMES.has(type.kind) ? 'date' : null;
}

/** How the column of a field is written; undefined where it is as a database writes it. */
function localeOfField(form: DumpForm, field: string): ColumnLocale | undefined {
  const at = columnOf(form.header, field);
  return at < 0 ? undefined : form.locale[form.header[at]!];
}
