import type { Engine } from '../engine/engine.js';
import { text } from '../sql/quote.js';
import type { RecordFacts } from './input-file.js';
import { DAY_MILLISECONDS, DAYS_BELOW, MICROSECONDS_FROM, NANOSECONDS_FROM } from './time-magnitude.js';

/** Types of a pipeline whose values a log without schemas can write in more than one way. */
export type GuessedType = 'TIMESTAMP' | 'DATE' | 'TIME' | 'BYTES';

const SAYS: Readonly<Record<string, string>> = {
  days: 'numbers are read as days',
  ms: 'numbers are read as milliseconds',
  us: 'numbers are read as microseconds',
  ns: 'numbers are read as nanoseconds',
  zone: 'times without a zone are read as UTC',
  hex: 'texts of hexadecimal digits are read as hex',
  base64: 'texts are read as base64',
};
/** What a value means in the dialect where it meets JSON: no guess. */
const CONVENTION: Readonly<Record<GuessedType, string>> = {
  TIMESTAMP: 'ms',
  DATE: 'days',
  TIME: 'ms',
  BYTES: 'base64',
};

/**
 * How the values of a field of "$inspected" would be read as a type, where the records carry no schema: in words, with counts and
 * never a value. Two units in one field are said to be an error of a run.
 */
export async function valueGuesses(
  engine: Engine,
  table: string,
  field: string,
  type: GuessedType,
): Promise<readonly string[]> {
  const path = text(`$."${field.replaceAll('"', '')}"`);
  const rows = await engine.rows(`SELECT c, count(*) FROM (SELECT ${classSql(type)} AS c
    FROM (SELECT s, TRY_CAST(s AS BIGINT) AS n FROM (SELECT TRY(json_extract_string(row, ${path})) AS s FROM "$inspected" WHERE what = 'event' AND op <> 'd' AND tab = ${text(table)})))
    WHERE c IS NOT NULL GROUP BY c ORDER BY c`);
  const counts = new Map(rows.map(([c, n]) => [String(c), Number(n)]));
  const name = `${table}.${field}`;
  const units = ['days', 'ms', 'us', 'ns'].filter((unit) => counts.has(unit));
  if (units.length > 1)
    return [
      `${name}: numbers without a unit look like ${units.map((unit) => `${unit} (${counts.get(unit)})`).join(' and ')}: a run asks which it is (--read-as ${name}=${units[0]})`,
    ];
  // Where one text can only be base64, all are.
  if (counts.has('base64')) counts.delete('hex');
  return [...counts]
    .filter(([c]) => c !== CONVENTION[type])
    .map(([c, n]) => `${name}: ${n} ${SAYS[c]}${c === 'zone' ? '' : ` (--read-as ${name}=... says otherwise)`}`);
}

function classSql(type: GuessedType): string {
  const instant = `WHEN abs(n) >= ${NANOSECONDS_FROM} THEN 'ns' WHEN abs(n) >= ${MICROSECONDS_FROM} THEN 'us'`;
  const zone = `WHEN n IS NULL THEN CASE WHEN s LIKE '%____-__-__%:%' AND s NOT LIKE '%Z' AND NOT regexp_matches(s, '[0-9][+-][0-9]{2}(:?[0-9]{2})?$') THEN 'zone' END`;
  switch (type) {
    case 'TIMESTAMP':
      return `CASE ${zone} WHEN n = 0 THEN NULL ${instant} ELSE 'ms' END`;
    case 'DATE':
      return `CASE ${zone} WHEN n = 0 THEN NULL WHEN abs(n) < ${DAYS_BELOW} THEN 'days' ${instant} ELSE 'ms' END`;
    case 'TIME':
      return `CASE WHEN n IS NULL OR n = 0 THEN NULL WHEN abs(n) > ${DAY_MILLISECONDS} THEN 'us' ELSE 'ms' END`;
    case 'BYTES':
      return `CASE WHEN s IS NULL OR s = '' OR s LIKE '\\x%' THEN NULL WHEN length(s) % 2 = 0 AND regexp_full_match(s, '[0-9a-f]+') THEN 'hex' ELSE 'base64' END`;
  }
}

/** What the form of a file's decimals leaves out: the scale of those that are bytes, digits of those that are floating point. */
export function decimalNotes(json: RecordFacts, decimals: ReadonlySet<string>): readonly string[] {
  const bytes = json.wrapped
    ? []
    : [...json.base64].filter((field) => decimals.has(field) || json.encoded.has(field)).sort();
  const doubles = [...decimals].filter((field) => json.types.get(field)?.has('number') === true).sort();
  return [
    ...(bytes.length > 0
      ? [
          `${bytes.join(', ')}: base64 bytes; of decimals so written, the scale is not in the file (--decimal-scale, or the connector's schema-change topic beside it)`,
        ]
      : []),
    ...(doubles.length > 0
      ? [
          `${doubles.join(', ')}: decimals as JSON numbers (decimal.handling.mode=double): trailing zeros are lost, and digits behind the 15th are not exact`,
        ]
      : []),
  ];
}
