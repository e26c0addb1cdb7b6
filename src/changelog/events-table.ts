import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { duckType } from '../ksql/types.js';
import type { ColumnPlan } from './columns.js';

/** The table of all records read, one row each; dropped when the change log stands. Its columns are named by `eventColumns` alone. */
export const EVENTS = '"$events"';

/** Position kinds: how a record's place in its source is known. */
export const POSITION = { none: 0, binlog: 1, lsn: 2, offset: 3 } as const;

/** SQL boolean: the record's place is one in the log of its source, that orders it among all others. */
export function isPlaced(alias = ''): string {
  return `${alias}place_kind IN (${POSITION.binlog}, ${POSITION.lsn})`;
}

/** Classes of records in the events table. */
export const CLASS = { event: 0, tombstone: 1, unreadable: 9 } as const;

/** Columns of a run's events table with their types, in order. */
export function eventColumns(plan: ColumnPlan): readonly (readonly [name: string, type: string])[] {
  return [
    // Input file by its place in the list, and the record's place in it from 0.
    ['file_index', 'UINTEGER'],
    ['record', 'UINTEGER'],
    // `CLASS`.
    ['class', 'UTINYINT'],
    // Which declared sources the record is for (`sourceWords`), and whether it is for any.
    ...sourceWords(plan.sources).map((name) => [name, 'UBIGINT'] as const),
    ['wanted', 'BOOLEAN'],
    // `<prefix>.<database>.<table>`, else the topic; null for records that have a place and a source.
    ['stream', 'VARCHAR'],
    // `c u d r t m`; `x` a delete that only a tombstone tells of.
    ['op', 'VARCHAR'],
    ['snapshot_row', 'BOOLEAN'],
    ['incremental', 'BOOLEAN'],
    // `POSITION`: binlog file, position, row; or commit LSN, LSN; or partition, offset.
    ['place_kind', 'UTINYINT'],
    ['place1', 'BIGINT'],
    ['place2', 'BIGINT'],
    ['place3', 'INTEGER'],
    // Commit in the source and record time in Kafka, epoch milliseconds.
    ['committed', 'BIGINT'],
    ['recorded', 'BIGINT'],
    ['kafka_partition', 'INTEGER'],
    ['kafka_offset', 'BIGINT'],
    ['transaction_hash', 'UBIGINT'],
    // A hash of what tells a record from every other; null where nothing does.
    ['identity', 'UBIGINT'],
    // The value column whose text does not fit its type; -1 less it where that is base64 without a scale.
    ['misfit', 'INTEGER'],
    // Value columns that the source did not send (TOAST); null where it sent all.
    ['untouched', 'INTEGER[]'],
    ...plan.values.map((v) => [`value${v.index}`, duckType(v.type)] as const),
    // How a value was read beyond what the log tells: `guessSql`.
    ...plan.values.filter((v) => v.guessed).map((v) => [`guess${v.index}`, 'UTINYINT'] as const),
  ];
}

/** Makes the empty events table of a run. */
export function createEventsSql(plan: ColumnPlan): string {
  return `CREATE OR REPLACE TEMP TABLE ${EVENTS} (${eventColumns(plan)
    .map((column) => column.join(' '))
    .join(', ')})`;
}

/** SQL boolean: the record was read out of that file, or one of those that are read as one from that place in the list on. */
export function isOf(file: Pick<InputFile, 'paths'>, index: number): string {
  return file.paths === undefined
    ? `file_index = ${index}`
    : `file_index BETWEEN ${index} AND ${index + file.paths.length - 1}`;
}

/** Sources to a word: all its bits are exact in a signed number too. */
const WORD = 60;

/** The columns that say which of a run's sources a record is for: as many words of bits as there must be. */
export function sourceWords(sources: number): readonly string[] {
  return Array.from({ length: Math.max(1, Math.ceil(sources / WORD)) }, (_, at) => `sources${at}`);
}

/** SQL integer: word `word` of a set of sources. */
export function wordOf(sources: readonly number[], word: number): string {
  const bits = sources.filter((at) => Math.floor(at / WORD) === word).map((at) => 2n ** BigInt(at % WORD));
  return `${[...new Set(bits)].reduce((sum, bit) => sum | bit, 0n)}::UBIGINT`;
}

/** SQL boolean: the record (of the events table, under an alias like `e.`) is for one of these sources. */
export function isFor(sources: readonly number[], alias = ''): string {
  const words = [...new Set(sources.map((at) => Math.floor(at / WORD)))];
  const tests = words.map((word) => `(${alias}sources${word} & ${wordOf(sources, word)}) <> 0`);
  return tests.length === 1 ? tests[0]! : `(${tests.join(' OR ') || 'false'})`;
}

/** Tells the sources that the words of a row (or of several, by `bit_or`) stand for. */
export function sourcesIn(words: readonly unknown[]): readonly number[] {
  return words.flatMap((word, at) => {
    const bits = BigInt(String(word ?? 0));
    return Array.from({ length: WORD }, (_, bit) => bit).flatMap((bit) =>
      (bits >> BigInt(bit)) & 1n ? [at * WORD + bit] : [],
    );
  });
}

/** SQL boolean: the record did not send the value column. */
export function isUntouched(index: number, alias = ''): string {
  return `list_contains(${alias}untouched, ${index})`;
}

/** Records that do not enter the change log, with why; `event_row` is the events table's rowid. */
export const DROPPED = '"$dropped"';

/** SQL boolean: a change event of a declared source that nothing has taken out. */
export const KEPT = `class = ${CLASS.event} AND wanted AND rowid NOT IN (SELECT event_row FROM ${DROPPED})`;

/** One number (a count) out of a query. */
export async function count(engine: Engine, sql: string): Promise<number> {
  return Number((await engine.rows(sql))[0]?.[0] ?? 0);
}
