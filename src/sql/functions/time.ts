import { formatSql } from '../java-time/format.js';
import { parseDateSql, parseDaysSql, parseTimeSql, parseTimestampSql } from '../java-time/parse.js';
import { localTime, zoneOf } from '../java-time/zone.js';
import { type Call, literalText, type Template } from './template.js';

const UNITS: Readonly<Record<string, number>> = {
  MILLISECONDS: 1,
  MILLISECOND: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

function add(name: string, sign: 1 | -1): Template {
  return (c) => {
    const unit = c.nodes[0]?.kind === 'unit' ? UNITS[c.nodes[0].unit] : undefined;
    if (unit === undefined) return `CASE WHEN FALSE THEN ${c.args[2]} END`;
    return `TRY(${name}(${c.args[2]}, CAST(${c.args[1]} AS BIGINT) * ${sign * unit}))`;
  };
}

const NULL_TEXT = 'CAST(NULL AS VARCHAR)';

function formatMoment(c: Call, timestamp: string): string {
  const pattern = literalText(c.nodes[1]);
  const zone = zoneOf(c.nodes[2], c.args[2]);
  if (pattern === undefined || zone === undefined) return NULL_TEXT;
  return formatSql(pattern, localTime(timestamp, zone));
}

function parseMoment(c: Call): string {
  const pattern = literalText(c.nodes[1]);
  const zone = zoneOf(c.nodes[2], c.args[2]);
  if (pattern === undefined || zone === undefined) return 'CAST(NULL AS TIMESTAMP)';
  return parseTimestampSql(c.args[0]!, pattern, zone);
}

function formatOther(c: Call, moment: 'date' | 'time', local: string): string {
  const pattern = literalText(c.nodes[1]);
  return pattern === undefined ? NULL_TEXT : formatSql(pattern, { moment, local, offset: '0', zone: "'GMT'" });
}

function converted(c: Call): string {
  const [from, to] = [zoneOf(c.nodes[1], c.args[1]), zoneOf(c.nodes[2], c.args[2])];
  if (from === undefined || to === undefined) return 'CAST(NULL AS TIMESTAMP)';
  return `TRY(${to.fromUtc(from.toUtc(c.args[0]!))})`;
}

/** SQL of the time functions. A Java pattern must be a literal: it is compiled here, not row by row. */
export const TIME_SQL: Readonly<Record<string, Template>> = {
  CONVERT_TZ: converted,
  DATEADD: add('ks_add_days', 1),
  DATESUB: add('ks_add_days', -1),
  DATETOSTRING: (c) => formatOther(c, 'date', `(DATE '1970-01-01' + ${c.args[0]})`),
  FORMAT_DATE: (c) => formatOther(c, 'date', c.args[0]!),
  FORMAT_TIME: (c) => formatOther(c, 'time', c.args[0]!),
  FORMAT_TIMESTAMP: (c) => formatMoment(c, c.args[0]!),
  FROM_DAYS: "TRY(CAST(DATE '1970-01-01' + {0} AS DATE))",
  FROM_UNIXTIME: 'TRY(make_timestamp_ms({0}))',
  PARSE_DATE: (c) => withPattern(c, 'DATE', (p) => parseDateSql(c.args[0]!, p)),
  PARSE_TIME: (c) => withPattern(c, 'TIME', (p) => parseTimeSql(c.args[0]!, p)),
  PARSE_TIMESTAMP: parseMoment,
  STRINGTODATE: (c) =>
    withPattern(c, 'INTEGER', (p) => `date_diff('day', DATE '1970-01-01', ${parseDaysSql(c.args[0]!, p)})`),
  STRINGTOTIMESTAMP: (c) => `epoch_ms(${parseMoment(c)})`,
  TIMEADD: add('ks_add_time', 1),
  TIMESTAMPADD: add('ks_add_timestamp', 1),
  TIMESTAMPSUB: add('ks_add_timestamp', -1),
  TIMESTAMPTOSTRING: (c) => `TRY(${formatMoment(c, `make_timestamp_ms(${c.args[0]})`)})`,
  TIMESUB: add('ks_add_time', -1),
  UNIX_DATE: "CAST(date_diff('day', DATE '1970-01-01', {0}) AS INTEGER)",
  UNIX_TIMESTAMP: 'epoch_ms({0})',
};

function withPattern(c: Call, type: string, sql: (pattern: string) => string): string {
  const pattern = literalText(c.nodes[1]);
  return pattern === undefined ? `CAST(NULL AS ${type})` : sql(pattern);
}
