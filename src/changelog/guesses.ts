import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { EXCEL_EPOCH, SECONDS_TO } from '../input/time-magnitude.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { typeText } from '../ksql/types.js';
import type { ColumnPlan, ValueColumn } from './columns.js';
import { EVENTS, sourcesIn, sourceWords } from './events-table.js';
import { CLASS_BITS, CUT, GUESS } from './typed.js';

/** What was concluded of the values of a run beyond what the log says. */
export interface Guesses {
  /** In words, sorted: what was guessed. */
  readonly guesses: readonly string[];
  /** In words: what the declared types could not hold, with counts. */
  readonly cuts: readonly string[];
  /** What could be read in two ways: errors, each with the option that settles it. */
  readonly ambiguous: readonly Diagnostic[];
  /** Units that no log of the usual connectors has: told at once. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Adds up how values were read where the log does not say it: units by magnitude, times without a zone, bytes as hex. A column
 * whose values fall under two units is ambiguous: one unit must hold for all. Bytes that are base64 in one value are so in all.
 */
export async function settleGuesses(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<Guesses> {
  const guesses: string[] = [];
  const cuts: string[] = [];
  const ambiguous: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const value of plan.values.filter((v) => v.guessed)) {
    for (const [{ feeds, here }, classes, cut] of await classesOf(engine, value, plan)) {
      const table = tableName(value, sources, feeds);
      const name = `${table}.${value.field}`;
      const early = await isEarly(engine, here);
      const count = (kind: keyof typeof GUESS): number =>
        early ? earlyCount(classes, kind, value) : (classes.get(GUESS[kind]) ?? 0);
      if (cut > 0) cuts.push(cutText(name, value, cut));
      const units = (['days', 'excel', 's', 'ms', 'us', 'ns'] as const).filter((unit) => count(unit) > 0);
      if (units.length > 1) {
        ambiguous.push(twoUnits(table, value, units, units.map(count)));
        continue;
      }
      const [unit] = units;
      if (value.type.kind === 'BIGINT' && unit !== undefined) await inMilliseconds(engine, value, unit, here);
      if (unit !== undefined && unit !== CONVENTION[value.type.kind]) {
        const text = `${name}: ${count(unit)} numbers without a unit were read as ${WORDS[unit]} (a guess by magnitude; --read-as ${name}=... says it).`;
        guesses.push(text);
        if (value.type.kind === 'BIGINT' && unit in MILLISECONDS)
          warnings.push({
            code: 'unit-guessed',
            severity: 'warning',
            message: text,
            place: { topic: table, column: value.field },
          });
      }
      if (count('noZone') > 0)
        guesses.push(`${name}: ${count('noZone')} times without a zone were read as UTC (a guess).`);
      if (count('hex') === 0) continue;
      if (count('base64') === 0)
        guesses.push(
          `${name}: ${count('hex')} texts of hexadecimal digits were read as hex, not as base64 (a guess; --read-as ${name}=base64 says otherwise).`,
        );
      else if (!(await takenAsBase64(engine, value, here))) ambiguous.push(hexOrBase64(table, value));
    }
  }
  return { guesses: [...new Set(guesses)].sort(), cuts: [...new Set(cuts)].sort(), ambiguous, warnings };
}

/** From here on a commit time is one of a clock that runs: 1973. */
const CLOCK_FROM = 100_000_000_000;

/** True where the commits themselves are of early 1970 (in made-up logs): numbers of that size are then the milliseconds that they say. */
async function isEarly(engine: Engine, here: string): Promise<boolean> {
  const [row] = await engine.rows(`SELECT max(committed) FROM ${EVENTS} WHERE ${here}`);
  return row?.[0] != null && Number(row[0]) < CLOCK_FROM;
}

function earlyCount(classes: ReadonlyMap<number, number>, kind: keyof typeof GUESS, { type }: ValueColumn): number {
  const small = type.kind === 'BIGINT' ? ([GUESS.s, GUESS.days, GUESS.excel] as const) : ([GUESS.s] as const);
  const mine = classes.get(GUESS[kind]) ?? 0;
  if ((small as readonly number[]).includes(GUESS[kind])) return 0;
  return kind === 'ms' ? small.reduce((sum, other) => sum + (classes.get(other) ?? 0), mine) : mine;
}

/** What a number of a unit comes to in milliseconds; of the other units a BIGINT keeps the number that it came with. */
const MILLISECONDS: Readonly<Record<string, (v: string) => string>> = {
  s: (v) => `${v} * 1000`,
  days: (v) => `${v} * 86400000`,
  excel: (v) => `(${v} - ${EXCEL_EPOCH}) * 86400000`,
};

/** Instants of a column are in milliseconds, as the dialect has them. A count of days with a time of day is so already. */
async function inMilliseconds(engine: Engine, { index }: ValueColumn, unit: string, here: string): Promise<void> {
  const made = MILLISECONDS[unit];
  if (made === undefined) return;
  await engine.run(
    `UPDATE ${EVENTS} SET value${index} = ${made(`value${index}`)} WHERE ${here} AND (guess${index} & ${CLASS_BITS}) = ${GUESS[unit as keyof typeof GUESS]} AND abs(value${index}) <= ${SECONDS_TO}`,
  );
}

/** Records for the same sources: which they are, and the SQL boolean that picks them. */
interface Group {
  readonly feeds: readonly number[];
  readonly here: string;
}

type Classes = readonly [group: Group, classes: ReadonlyMap<number, number>, cut: number];

async function classesOf(engine: Engine, { index }: ValueColumn, plan: ColumnPlan): Promise<readonly Classes[]> {
  const words = sourceWords(plan.sources);
  const rows = await engine.rows(
    `SELECT (guess${index} & ${CLASS_BITS})::INTEGER AS class, count(*), count(*) FILTER (guess${index} >= ${CUT}), ${words.map((w) => `${w}::VARCHAR`).join(', ')} FROM ${EVENTS} WHERE class = 0 AND wanted AND guess${index} > 0 GROUP BY ALL ORDER BY ${words.map((_, at) => at + 4).join(', ')}, 1`,
  );
  const groups = new Map(rows.map((row) => [row.slice(3).join(' '), row.slice(3)]));
  return [...groups].map(([name, set]) => {
    const mine = rows.filter((row) => row.slice(3).join(' ') === name);
    return [
      { feeds: sourcesIn(set), here: words.map((word, at) => `${word} = ${set[at]}::UBIGINT`).join(' AND ') },
      new Map(mine.map((row) => [Number(row[0]), Number(row[1])])),
      mine.reduce((sum, row) => sum + Number(row[2]), 0),
    ];
  });
}

/** What a number of a type means in the dialect, where it meets JSON: no guess. */
const CONVENTION: Readonly<Record<string, string>> = { BIGINT: 'ms', TIMESTAMP: 'ms', DATE: 'days', TIME: 'ms' };

const WORDS = {
  days: 'days',
  excel: "a spreadsheet's count of days",
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
} as const;

function tableName(value: ValueColumn, sources: readonly SourceDeclaration[], feeds: readonly number[]): string {
  const at = value.sources.find((s) => feeds.includes(s)) ?? value.sources[0]!;
  return tableOfTopic(sources[at]!.topic);
}

function cutText(name: string, { type }: ValueColumn, n: number): string {
  const what: Readonly<Record<string, string>> = {
    DATE: 'have a time of day, which a DATE does not hold',
    DOUBLE: 'are decimals of more digits than a DOUBLE holds',
  };
  return `${name}: ${n} values ${what[type.kind] ?? `have parts of a millisecond, which a ${typeText(type)} does not hold`}; declared as VARCHAR they come out in full.`;
}

function twoUnits(
  table: string,
  value: ValueColumn,
  units: readonly (keyof typeof WORDS)[],
  counts: readonly number[],
): Diagnostic {
  const found = units.map((unit, i) => `${counts[i]} that look like ${WORDS[unit]}`).join(' and ');
  const name = `${table}.${value.field}`;
  return {
    code: 'unit-ambiguous',
    severity: 'error',
    message: `The numbers of ${name} have no unit in the data, and their magnitudes tell two: ${found}.`,
    place: { topic: table, column: value.field },
    expected: 'one unit for all, or a schema that tells it',
    found,
    help: `Say the unit: ${units.map((unit) => `--read-as ${name}=${unit}`).join(', or ')}. (9999-12-31 in milliseconds looks like 1978 in microseconds.)`,
    next: 'pharmabi inspect INPUT... --verbose',
  };
}

function hexOrBase64(table: string, value: ValueColumn): Diagnostic {
  const name = `${table}.${value.field}`;
  return {
    code: 'bytes-ambiguous',
    severity: 'error',
    message: `The bytes of ${name} are base64 in some records and hexadecimal in others, and nothing in the data says which.`,
    place: { topic: table, column: value.field },
    expected: 'one form for all, or a schema that tells it',
    found: 'texts that can only be base64 beside texts that can only be hex',
    help: `Say it: --read-as ${name}=base64, or --read-as ${name}=hex.`,
    next: 'pharmabi inspect INPUT... --verbose',
  };
}

/** Texts of a column of base64 that happen to be hexadecimal digits are base64 too; false where one cannot be. */
async function takenAsBase64(engine: Engine, { index }: ValueColumn, group: string): Promise<boolean> {
  const here = `${group} AND (guess${index} & ${CLASS_BITS}) = ${GUESS.hex}`;
  const odd = await engine.rows(
    `SELECT 1 FROM ${EVENTS} WHERE ${here} AND octet_length(value${index}) % 2 = 1 LIMIT 1`,
  );
  if (odd.length > 0) return false;
  await engine.run(`UPDATE ${EVENTS} SET value${index} = from_base64(lower(hex(value${index}))) WHERE ${here}`);
  return true;
}
