import type { SourceDeclaration } from '../ksql/source.js';
import type { KsqlType } from '../ksql/types.js';
import { text } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { GUESS } from './typed.js';

/** Epoch milliseconds of the column that dates a source's records, as SQL over the events table; NULL where none is declared. */
export function timestampSql(source: SourceDeclaration, at: number, plan: ColumnPlan, alias = ''): string {
  const { timestamp } = source;
  if (timestamp === undefined) return 'NULL';
  const column = source.columns.find((c) => c.name.toLowerCase() === timestamp.column.toLowerCase());
  const index = column === undefined ? undefined : plan.bySource[at]?.get(column.name);
  if (column === undefined || index === undefined) return 'NULL';
  return milliseconds(column.type, `${alias}value${index}`, `${alias}guess${index}`, timestamp.format);
}

function milliseconds(type: KsqlType, v: string, guess: string, format: string | undefined): string {
  switch (type.kind) {
    case 'TIMESTAMP':
    case 'DATE':
      return `epoch_ms(${v}::TIMESTAMP)`;
    case 'STRING':
      return format === undefined
        ? `pbi_floor(pbi_instant(${v}), 1000)`
        : `epoch_ms(TRY_STRPTIME(${v}, ${text(strptimePattern(format))}))`;
    default:
      return `CASE ${guess} WHEN ${GUESS.us} THEN pbi_floor(${v}, 1000) WHEN ${GUESS.ns} THEN pbi_floor(${v}, 1000000) ELSE ${v} END`;
  }
}

const LETTERS: { readonly [pattern: string]: string } = {
  yyyy: '%Y',
  uuuu: '%Y',
  yy: '%y',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSS: '%g',
  SSSSSS: '%f',
  a: '%p',
  X: '%z',
  XX: '%z',
  XXX: '%z',
  x: '%z',
  Z: '%z',
  MMM: '%b',
  MMMM: '%B',
  DDD: '%j',
  EEE: '%a',
  EEEE: '%A',
};

/** A java.time pattern as DuckDB's strptime writes it. */
function strptimePattern(format: string): string {
  return format.replace(/'((?:[^']|'')*)'|([a-zA-Z])\2*|%/g, (token, quoted: string | undefined) => {
    if (token === '%') return '%%';
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'").replaceAll('%', '%%');
    return LETTERS[token] ?? token;
  });
}
