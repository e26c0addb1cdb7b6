import { identifier, text } from '../quote.js';
import { type PatternPart, readPattern } from './pattern.js';
import type { Zone } from './zone.js';

type Field = Extract<PatternPart, { kind: 'field' }>;

// Lambda parameters bind the text and its groups once: DuckDB would evaluate a repeated subexpression each time.
const TEXT = identifier('$text');
const PARTS = identifier('$parts');

const NUMERIC = 'uyYMLdDeHhkKmsSAnNwWQqF';
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A pattern as a regular expression with one named group per field. */
interface Reader {
  readonly regex: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** SQL of the struct of all groups; `group` reads it under the name PARTS. */
  readonly read: string;
  /** SQL of the text of a field, '' where an optional part is missing. */
  group(letter: string): string;
}

function reader(
  parts: readonly PatternPart[],
  expression: (f: Field, next: PatternPart | undefined) => string | undefined,
  end: string,
): Reader | undefined {
  const fields = new Map<string, Field>();
  let regex = '(?i)^';
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') regex += part.text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    else if (part.kind === 'open') regex += '(?:';
    else if (part.kind === 'close') regex += ')?';
    else {
      const one = expression(part, parts[i + 1]);
      if (one === undefined || fields.has(part.letter)) return undefined;
      fields.set(part.letter, part);
      regex += `(${one})`;
    }
  }
  regex += end;
  const names = [...fields.keys()].map((l) => text(`g${l.charCodeAt(0)}`)).join(', ');
  const read = names === '' ? TEXT : `regexp_extract(${TEXT}, ${text(regex)}, [${names}])`;
  return { regex, fields, read, group: (letter) => `${PARTS}.g${letter.charCodeAt(0)}` };
}

function strict(f: Field): string | undefined {
  const { letter, count } = f;
  if ('yu'.includes(letter)) {
    if (count === 2) return '[0-9]{2}';
    return count === 4 ? '\\+[0-9]{5,9}|-?[0-9]{4}' : `-?[0-9]{${count},9}`;
  }
  if ('ML'.includes(letter) && count > 2) return names(MONTHS, count);
  if (letter === 'E') return names(DAYS, count < 3 ? 3 : count);
  if (letter === 'S') return `[0-9]{${count}}`;
  if (letter === 'a') return 'AM|PM';
  if (letter === 'G') return count === 4 ? 'Anno Domini|Before Christ' : 'AD|BC';
  if (NUMERIC.includes(letter)) return count === 1 ? '[0-9]{1,19}' : `[0-9]{${count}}`;
  return zoneText(letter, count);
}

function zoneText(letter: string, count: number): string | undefined {
  const forms = [
    '[+-][0-9]{2}(?:[0-9]{2})?',
    '[+-][0-9]{4}',
    '[+-][0-9]{2}:[0-9]{2}',
    '[+-][0-9]{4}(?:[0-9]{2})?',
    '[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?',
  ];
  if (letter === 'X') return `Z|${forms[count - 1]}`;
  if (letter === 'x') return forms[count - 1];
  if (letter === 'Z')
    return count < 4 ? '[+-][0-9]{4}' : count === 5 ? 'Z|[+-][0-9]{2}:[0-9]{2}' : 'GMT(?:[+-][0-9]{2}:[0-9]{2})?';
  if (letter === 'O') return 'GMT(?:[+-][0-9]{1,2}(?::[0-9]{2})?)?';
  return letter === 'V' || (letter === 'z' && count < 4)
    ? '[A-Za-z]+(?:/[A-Za-z_]+)*|[+-][0-9]{2}:[0-9]{2}'
    : undefined;
}

function names(list: readonly string[], count: number): string | undefined {
  if (count > 4) return undefined;
  return list.map((n) => (count === 3 ? n.slice(0, 3) : n)).join('|');
}

const int = (sql: string, missing: number | string): string => `ks_or(TRY_CAST(${sql} AS INTEGER), ${missing})`;

/** SQL of year, month and day fields; a missing field is that of 1970-01-01. */
function dateFields(r: Reader): { year: string; month: string; day: string } {
  const year = yearSql(r);
  const letter = r.fields.has('M') ? 'M' : 'L';
  const month = !r.fields.has(letter)
    ? '1'
    : r.fields.get(letter)!.count > 2
      ? `ks_or(list_position([${MONTHS.map((m) => text(m.slice(0, 3).toLowerCase())).join(', ')}], lower(${r.group(letter)}[1:3])), 1)`
      : int(r.group(letter), 1);
  return { year, month, day: r.fields.has('d') ? int(r.group('d'), 1) : '1' };
}

function yearSql(r: Reader): string {
  const letter = r.fields.has('u') ? 'u' : 'y';
  const field = r.fields.get(letter);
  if (field === undefined) return '1970';
  const read = int(r.group(letter), field.count === 2 ? -1930 : 1970);
  if (field.count === 2) return `${read.replace('-1930', '-30')} + 2000`;
  if (letter === 'u') return read;
  // Year of the era: there is no year 0.
  const era = r.fields.has('G') ? `CASE WHEN upper(${r.group('G')}) LIKE 'B%' THEN 1 - ${read} ELSE ${read} END` : read;
  return `CASE WHEN ${read} > 0 THEN ${era} END`;
}

/** SQL of the milliseconds of the day, NULL where a field is out of its range. */
function timeOfDay(r: Reader): string {
  const afternoon = r.fields.has('a') ? `CASE WHEN upper(${r.group('a')}) = 'PM' THEN 12 ELSE 0 END` : '0';
  const hour = r.fields.has('H')
    ? ranged(int(r.group('H'), 0), 0, 24)
    : r.fields.has('k')
      ? `${ranged(int(r.group('k'), 24), 1, 24)} % 24`
      : r.fields.has('h')
        ? `${ranged(int(r.group('h'), 12), 1, 12)} % 12 + ${afternoon}`
        : r.fields.has('K')
          ? `${ranged(int(r.group('K'), 0), 0, 11)} + ${afternoon}`
          : '0';
  const minute = r.fields.has('m') ? ranged(int(r.group('m'), 0), 0, 59) : '0';
  const second = r.fields.has('s') ? ranged(int(r.group('s'), 0), 0, 59) : '0';
  const nano = r.fields.has('n') ? `CAST(${r.group('n')} AS BIGINT) // 1000000` : '0';
  const milli = r.fields.has('S') ? int(`rpad(${r.group('S')}, 3, '0')[1:3]`, 0) : nano;
  if (r.fields.has('A')) return ranged(int(r.group('A'), 0), 0, 86_399_999);
  if (r.fields.has('N')) return `CAST(${r.group('N')} AS BIGINT) // 1000000`;
  const total = `(${hour}) * 3600000 + ${minute} * 60000 + ${second} * 1000 + ${milli}`;
  // 24:00 is the end of the day, and nothing is later than that.
  return r.fields.has('H') ? `CASE WHEN ${total} <= 86400000 THEN ${total} END` : total;
}

function ranged(sql: string, low: number, high: number): string {
  return `CASE WHEN ${sql} BETWEEN ${low} AND ${high} THEN ${sql} END`;
}

/** SQL of the date, a day past the end of its month moved to the last. */
function smartDate(r: Reader): string {
  const { year, month, day } = dateFields(r);
  if (r.fields.has('D')) {
    const n = int(r.group('D'), 1);
    const date = `make_date(${year}, 1, 1) + ${n} - 1`;
    return `CASE WHEN ${n} BETWEEN 1 AND 366 AND year(${date}) = ${year} THEN CAST(${date} AS DATE) END`;
  }
  const first = `make_date(${year}, ${ranged(month, 1, 12)}, 1)`;
  const date = `CASE WHEN ${day} BETWEEN 1 AND 31 THEN least(CAST(${first} + ${day} - 1 AS DATE), last_day(${first})) END`;
  if (!r.fields.has('E')) return date;
  const names = `[${DAYS.map((d) => text(d.slice(0, 3).toLowerCase())).join(', ')}]`;
  return `CASE WHEN lower(${r.group('E')}[1:3]) = (${names})[dayofweek(${date}) + 1] THEN ${date} END`;
}

function when(source: string, r: Reader, sql: string): string {
  const value = `list_transform([${r.read}], lambda ${PARTS}: ${sql})[1]`;
  const matched = `CASE WHEN regexp_matches(${TEXT}, ${text(r.regex)}) THEN ${value} END`;
  return `TRY(list_transform([${source}], lambda ${TEXT}: ${matched})[1])`;
}

/** SQL of PARSE_TIMESTAMP: missing fields are those of 1970-01-01T00:00, the zone is the text's own or `zone`. */
export function parseTimestampSql(source: string, pattern: string, zone: Zone): string {
  const r = strictReader(pattern);
  if (r === undefined) return 'CAST(NULL AS TIMESTAMP)';
  const local = `(CAST(${smartDate(r)} AS TIMESTAMP) + to_milliseconds(CAST(${timeOfDay(r)} AS BIGINT)))`;
  return when(source, r, zoned(r, local, zone));
}

function zoned(r: Reader, local: string, zone: Zone): string {
  const offset = ['X', 'x', 'Z', 'O'].find((l) => r.fields.has(l));
  if (offset !== undefined) return `${local} - to_seconds(ks_text_offset(${r.group(offset)}))`;
  const region = ['V', 'z'].find((l) => r.fields.has(l));
  if (region !== undefined) return `timezone('UTC', timezone(ks_text_zone(${r.group(region)}), ${local}))`;
  return zone.toUtc(local);
}

function strictReader(pattern: string): Reader | undefined {
  const parts = readPattern(pattern);
  return parts === undefined ? undefined : reader(parts, strict, '$');
}

/** SQL of STRINGTODATE: a whole date must be there; a zone and a time are read and left. */
export function parseDaysSql(source: string, pattern: string): string {
  const r = strictReader(pattern);
  const year = r?.fields.has('y') || r?.fields.has('u');
  const day = r?.fields.has('D') || (r?.fields.has('d') && (r.fields.has('M') || r.fields.has('L')));
  if (r === undefined || !year || !day) return 'CAST(NULL AS DATE)';
  return when(source, r, `${smartDate(r)} + CAST((${timeOfDay(r)}) // 86400000 AS INTEGER)`);
}

/** SQL of PARSE_TIME: the hour must be there. */
export function parseTimeSql(source: string, pattern: string): string {
  const r = strictReader(pattern);
  const hour =
    r?.fields.has('H') ||
    r?.fields.has('k') ||
    r?.fields.has('A') ||
    (r?.fields.has('a') && (r.fields.has('h') || r.fields.has('K')));
  if (r === undefined || !hour) return 'CAST(NULL AS TIME)';
  return when(source, r, `TIME '00:00:00' + to_milliseconds(CAST((${timeOfDay(r)}) % 86400000 AS BIGINT))`);
}

/**
 * SQL of PARSE_DATE, which reads with Java's old, lenient SimpleDateFormat: fields run over (month 13 is next
 * January), what follows the pattern is ignored, but a time of day other than midnight is refused.
 */
export function parseDateSql(source: string, pattern: string): string {
  const parts = readPattern(pattern);
  const r = parts && reader(parts, lenient, '');
  if (r === undefined) return 'CAST(NULL AS DATE)';
  const { month, day } = dateFields(r);
  const year = lenientYear(r);
  const date = r.fields.has('D')
    ? `make_date(${year}, 1, 1) + ${int(r.group('D'), 1)} - 1`
    : `CAST(make_date(${year}, 1, 1) + to_months(${month} - 1) AS DATE) + ${day} - 1`;
  const clock = lenientClock(r);
  if (clock === '0') return when(source, r, `CAST(${date} AS DATE)`);
  return when(
    source,
    r,
    `CASE WHEN (${clock}) % 86400000 = 0 THEN CAST(${date} + CAST((${clock}) // 86400000 AS INTEGER) AS DATE) END`,
  );
}

function lenient(f: Field, next: PatternPart | undefined): string | undefined {
  const { letter, count } = f;
  if ('XxOV'.includes(letter) || letter === 'Q' || letter === 'u') return undefined;
  if (!NUMERIC.includes(letter) || ('ML'.includes(letter) && count > 2))
    return strict({ ...f, count: letter === 'E' ? 3 : count });
  const adjacent = next?.kind === 'field' && NUMERIC.includes(next.letter);
  return adjacent ? `[0-9]{${count}}` : '\\s*-?[0-9]{1,9}';
}

// Java's two-digit years lie within 80 years before and 20 after today; a fixed turn keeps a replay the same tomorrow.
function lenientYear(r: Reader): string {
  const field = r.fields.get('y');
  if (field === undefined) return '1970';
  const read = int(`trim(${r.group('y')})`, 1970);
  if (field.count === 2)
    return `CASE WHEN ${read} < 46 THEN 2000 + ${read} WHEN ${read} < 100 THEN 1900 + ${read} ELSE ${read} END`;
  return r.fields.has('G') ? `CASE WHEN upper(${r.group('G')}) LIKE 'B%' THEN 1 - ${read} ELSE ${read} END` : read;
}

function lenientClock(r: Reader): string {
  const units: readonly [string, number][] = [
    ['H', 3_600_000],
    ['k', 3_600_000],
    ['h', 3_600_000],
    ['K', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['S', 1],
  ];
  const terms = units.filter(([l]) => r.fields.has(l)).map(([l, n]) => `${int(`trim(${r.group(l)})`, 0)} * ${n}`);
  if (r.fields.has('a')) terms.push(`CASE WHEN upper(${r.group('a')}) = 'PM' THEN 43200000 ELSE 0 END`);
  return terms.join(' + ') || '0';
}
