import { text } from '../quote.js';
import { type PatternPart, readPattern } from './pattern.js';

/** What a pattern may read: a moment (date, time and zone), a bare date or a bare time of day. */
export type Moment = 'timestamp' | 'date' | 'time';

/** `local`: SQL of the wall-clock TIMESTAMP; `offset`: SQL of the zone's offset in seconds; `zone`: SQL of its name. */
export interface LocalTime {
  readonly moment: Moment;
  readonly local: string;
  readonly offset: string;
  readonly zone: string;
}

const DATE_LETTERS = 'GuyDMLdQqYwWEecFg';
const TIME_LETTERS = 'ahKkHmsSAnNB';
const ZONE_LETTERS = 'VvzOXxZ';

/** SQL of a time written with a Java pattern; NULL where Java refuses the pattern or the value lacks a field. */
export function formatSql(pattern: string, time: LocalTime): string {
  const parts = readPattern(pattern);
  const fragments = parts?.map((p) => fragment(p, time));
  if (fragments === undefined || fragments.includes(undefined)) return 'CAST(NULL AS VARCHAR)';
  const kept = (fragments as string[]).filter((f) => f !== '');
  const general = kept.length === 0 ? "''" : kept.join(' || ');
  const quick = time.moment === 'time' ? undefined : strftimeFormat(parts!);
  // The moment itself stands first, so that a null stays null whatever the fragments are.
  if (quick === undefined) return `CASE WHEN ${time.local} IS NULL THEN NULL ELSE ${general} END`;
  return `CASE WHEN ${time.local} IS NULL THEN NULL WHEN year(${time.local}) BETWEEN 1000 AND 9999 THEN strftime(${time.local}, ${text(quick)}) ELSE ${general} END`;
}

const STRFTIME: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  uuuu: '%Y',
  MM: '%m',
  dd: '%d',
  HH: '%H',
  mm: '%M',
  ss: '%S',
  SSS: '%g',
  yy: '%y',
  EEE: '%a',
  EEEE: '%A',
  MMM: '%b',
  MMMM: '%B',
  DDD: '%j',
  hh: '%I',
  a: '%p',
};

// One call of DuckDB writes the usual patterns for the years that both write with four digits.
function strftimeFormat(parts: readonly PatternPart[]): string | undefined {
  const out = parts.map((p) => {
    if (p.kind === 'text') return p.text.replaceAll('%', '%%');
    return p.kind === 'field' ? STRFTIME[p.letter.repeat(p.count)] : '';
  });
  return out.includes(undefined) || out.length === 0 ? undefined : out.join('');
}

function fragment(part: PatternPart, time: LocalTime): string | undefined {
  if (part.kind === 'text') return text(part.text);
  if (part.kind !== 'field') return '';
  const { letter, count } = part;
  if (time.moment === 'date' && !DATE_LETTERS.includes(letter)) return undefined;
  if (time.moment === 'time' && !TIME_LETTERS.includes(letter)) return undefined;
  if (ZONE_LETTERS.includes(letter)) return zoneField(letter, count, time);
  return DATE_LETTERS.includes(letter) ? dateField(letter, count, time.local) : timeField(letter, count, time.local);
}

function number(sql: string, width: number): string {
  const plain = `CAST(${sql} AS VARCHAR)`;
  return width <= 1 ? plain : `ks_pad(${sql}, ${width})`;
}

/** A number cut to two digits (`yy`), as it is (`y`), or padded with a plus past its width (`yyyy`). */
function yearField(sql: string, count: number): string {
  if (count === 2) return number(`abs(${sql}) % 100`, 2);
  return count < 4 ? `ks_year(${sql}, ${count}, FALSE)` : `ks_year(${sql}, ${count}, TRUE)`;
}

function dateField(letter: string, count: number, t: string): string | undefined {
  const names = (list: string, sql: string, short: number) => {
    if (count === 3) return `(${list})[${sql}][1:${short}]`;
    return count === 4 ? `(${list})[${sql}]` : `(${list})[${sql}][1:1]`;
  };
  switch (letter) {
    case 'u':
      return yearField(`year(${t})`, count);
    case 'y':
      return yearField(`CASE WHEN year(${t}) > 0 THEN year(${t}) ELSE 1 - year(${t}) END`, count);
    case 'Y':
      return yearField(`ks_week_year(${t})`, count);
    case 'M':
    case 'L':
      return count < 3 ? number(`month(${t})`, count) : names('ks_months()', `month(${t})`, 3);
    case 'd':
      return number(`day(${t})`, count);
    case 'D':
      return number(`dayofyear(${t})`, count);
    case 'E':
      return weekday(count, t);
    case 'e':
    case 'c':
      return count < 3 ? number(`dayofweek(${t}) + 1`, count) : weekday(count, t);
    case 'G':
      return `CASE WHEN year(${t}) > 0 THEN ${text(['AD', 'AD', 'AD', 'Anno Domini', 'A'][count - 1]!)} ELSE ${text(['BC', 'BC', 'BC', 'Before Christ', 'B'][count - 1]!)} END`;
    case 'Q':
    case 'q':
      return quarter(count, t);
    case 'w':
      return number(`ks_week(${t})`, count);
    case 'W':
      return number(`ks_week_of_month(${t})`, count);
    case 'F':
      return number(`(day(${t}) - 1) % 7 + 1`, count);
    case 'g':
      return number(`date_diff('day', DATE '1858-11-17', CAST(${t} AS DATE))`, count);
    default:
      return undefined;
  }
}

function weekday(count: number, t: string): string {
  const name = `(ks_weekdays())[dayofweek(${t}) + 1]`;
  return count < 4 ? `${name}[1:3]` : count === 4 ? name : `${name}[1:1]`;
}

function quarter(count: number, t: string): string {
  if (count < 3) return number(`quarter(${t})`, count);
  if (count === 3) return `'Q' || CAST(quarter(${t}) AS VARCHAR)`;
  return count === 4 ? `(['1st', '2nd', '3rd', '4th'])[quarter(${t})] || ' quarter'` : `CAST(quarter(${t}) AS VARCHAR)`;
}

function timeField(letter: string, count: number, t: string): string | undefined {
  switch (letter) {
    case 'H':
      return number(`hour(${t})`, count);
    case 'k':
      return number(`CASE WHEN hour(${t}) = 0 THEN 24 ELSE hour(${t}) END`, count);
    case 'K':
      return number(`hour(${t}) % 12`, count);
    case 'h':
      return number(`(hour(${t}) + 11) % 12 + 1`, count);
    case 'm':
      return number(`minute(${t})`, count);
    case 's':
      return number(`second(${t})`, count);
    case 'S':
      return `rpad(ks_pad(microsecond(${t}) % 1000000, 6), 9, '0')[1:${count}]`;
    case 'A':
      return number(`ks_milli_of_day(${t})`, count);
    case 'n':
      return number(`(microsecond(${t}) % 1000000) * 1000`, count);
    case 'N':
      return number(`CAST(ks_milli_of_day(${t}) AS BIGINT) * 1000000`, count);
    case 'a':
      return `CASE WHEN hour(${t}) < 12 THEN 'AM' ELSE 'PM' END`;
    case 'B':
      return `ks_day_period(hour(${t}), minute(${t}))`;
    default:
      return undefined;
  }
}

function zoneField(letter: string, count: number, time: LocalTime): string | undefined {
  switch (letter) {
    case 'X':
      return `ks_offset(${time.offset}, ${count}, 'Z')`;
    case 'x':
      return `ks_offset(${time.offset}, ${count}, NULL)`;
    case 'Z':
      if (count < 4) return `ks_offset(${time.offset}, 4, NULL)`;
      return count === 4 ? `ks_offset_gmt(${time.offset}, TRUE)` : `ks_offset(${time.offset}, 5, 'Z')`;
    case 'O':
      return `ks_offset_gmt(${time.offset}, ${count === 4 ? 'TRUE' : 'FALSE'})`;
    case 'V':
      return time.zone;
    default:
      return `ks_zone_name(${time.zone}, ${time.offset}, ${count === 4 ? 'TRUE' : 'FALSE'})`;
  }
}
