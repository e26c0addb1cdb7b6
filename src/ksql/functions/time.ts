import { row } from './row.js';

const add = (type: string): string[] => [`(UNIT, INTEGER, ${type}) -> ${type}`];
const ZONED = ' -> TIMESTAMP';

/** DATE, TIME, TIMESTAMP, and times held as numbers (days or milliseconds since 1970-01-01, UTC). */
export const TIME_FUNCTIONS = [
  row(
    'CONVERT_TZ',
    [`(TIMESTAMP, STRING, STRING)${ZONED}`],
    'Wall-clock time of one zone as that of another.',
    "CONVERT_TZ(ts, 'UTC', 'Europe/Paris')",
  ),
  row('DATEADD', add('DATE'), 'A date later by n DAYS (or smaller units).', 'DATEADD(DAYS, 1, d)'),
  row('DATESUB', add('DATE'), 'A date earlier by n DAYS (or smaller units).', 'DATESUB(DAYS, 1, d)'),
  row(
    'DATETOSTRING',
    ['(INTEGER, STRING) -> STRING'],
    'Days since 1970 in a Java date pattern.',
    "DATETOSTRING(0, 'yyyy-MM-dd') = '1970-01-01'",
  ),
  row('FORMAT_DATE', ['(DATE, STRING) -> STRING'], 'A date in a Java date pattern.', "FORMAT_DATE(d, 'yyyy-MM-dd')"),
  row('FORMAT_TIME', ['(TIME, STRING) -> STRING'], 'A time of day in a Java date pattern.', "FORMAT_TIME(t, 'HH:mm')"),
  row(
    'FORMAT_TIMESTAMP',
    ['(TIMESTAMP, STRING) -> STRING', '(TIMESTAMP, STRING, STRING) -> STRING'],
    'A timestamp in a Java date pattern, in a zone (UTC).',
    "FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'yyyy') = '1970'",
  ),
  row('FROM_DAYS', ['(INTEGER) -> DATE'], 'The date n days after 1970-01-01.', 'FROM_DAYS(0) = 1970-01-01'),
  row(
    'FROM_UNIXTIME',
    ['(BIGINT) -> TIMESTAMP'],
    'The timestamp of milliseconds since 1970.',
    'FROM_UNIXTIME(0) = 1970-01-01T00:00:00.000',
  ),
  row(
    'PARSE_DATE',
    ['(STRING, STRING) -> DATE'],
    'A date read with a Java date pattern.',
    "PARSE_DATE('1970-01-01', 'yyyy-MM-dd')",
  ),
  row(
    'PARSE_TIME',
    ['(STRING, STRING) -> TIME'],
    'A time of day read with a Java date pattern.',
    "PARSE_TIME('10:00', 'HH:mm')",
  ),
  row(
    'PARSE_TIMESTAMP',
    ['(STRING, STRING) -> TIMESTAMP', '(STRING, STRING, STRING) -> TIMESTAMP'],
    'A timestamp read with a Java date pattern, in a zone (UTC).',
    "PARSE_TIMESTAMP('1970', 'yyyy')",
  ),
  row(
    'STRINGTODATE',
    ['(STRING, STRING) -> INTEGER'],
    'Days since 1970 read with a Java date pattern.',
    "STRINGTODATE('1970-01-02', 'yyyy-MM-dd') = 1",
  ),
  row(
    'STRINGTOTIMESTAMP',
    ['(STRING, STRING) -> BIGINT', '(STRING, STRING, STRING) -> BIGINT'],
    'Milliseconds since 1970 read with a Java date pattern, in a zone (UTC).',
    "STRINGTOTIMESTAMP('1970-01-02', 'yyyy-MM-dd') = 86400000",
  ),
  row('TIMEADD', add('TIME'), 'A time of day later by n units, round the clock.', 'TIMEADD(HOURS, 1, t)'),
  row('TIMESTAMPADD', add('TIMESTAMP'), 'A timestamp later by n units.', 'TIMESTAMPADD(DAYS, 1, ts)'),
  row('TIMESTAMPSUB', add('TIMESTAMP'), 'A timestamp earlier by n units.', 'TIMESTAMPSUB(DAYS, 1, ts)'),
  row(
    'TIMESTAMPTOSTRING',
    ['(BIGINT, STRING) -> STRING', '(BIGINT, STRING, STRING) -> STRING'],
    'Milliseconds since 1970 in a Java date pattern, in a zone (UTC).',
    "TIMESTAMPTOSTRING(0, 'yyyy') = '1970'",
  ),
  row('TIMESUB', add('TIME'), 'A time of day earlier by n units, round the clock.', 'TIMESUB(HOURS, 1, t)'),
  row('UNIX_DATE', ['(DATE) -> INTEGER'], 'Days since 1970-01-01.', 'UNIX_DATE(FROM_DAYS(7)) = 7'),
  row('UNIX_TIMESTAMP', ['(TIMESTAMP) -> BIGINT'], 'Milliseconds since 1970.', 'UNIX_TIMESTAMP(FROM_UNIXTIME(7)) = 7'),
];
