import { type CsvOption, DEFAULT_ENGINE, ENGINES, READ_AS, type ReplayOptions } from '../relation.js';
import { parseCsvOption } from './csv-option.js';
import type { Job } from './jobs.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** Most digits after the point that a DECIMAL can have. */
const LARGEST_SCALE = 38;

/** The options that shape a replay, read from the command line; problems stay in the reader. */
export function readReplayOptions(read: Reader): ReplayOptions {
  const timeZone = read.zone('time-zone', 'UTC');
  const until = read.time('until', timeZone);
  const knownAt = read.time('known-at', timeZone);
  const avroSchemas = read.text('avro-schemas');
  const csv = read.texts('csv').flatMap((text) => parseCsv(text, read));
  const readAs = read.texts('read-as').flatMap((text) => parseReadAs(text, read));
  return {
    order: read.choice('order', ['event-time', 'as-published'], 'event-time'),
    engine: read.choice('engine', ENGINES, DEFAULT_ENGINE),
    ...(until !== undefined && { until }),
    ...(knownAt !== undefined && { knownAt }),
    baseline: read.choice('baseline', ['strict', 'open'], 'strict'),
    topics: read.texts('topic').flatMap((text) => parseTopic(text, read)),
    decimalScales: read.texts('decimal-scale').flatMap((text) => parseScale(text, read)),
    ...(readAs.length > 0 && { readAs }),
    // The pipeline that ships says nothing of the user's database.
    ...(read.text('pipeline') !== undefined && { declaredScales: true }),
    ...(avroSchemas !== undefined && { avroSchemas }),
    ...(csv.length > 0 && { csv }),
    timeZone,
  };
}

/** How a run treats records that it cannot use. Nothing here changes a number. */
export function readReading(read: Reader): Pick<Job, 'locate' | 'maxBad'> {
  const maxBad = read.integer('max-bad', 0, Number.MAX_SAFE_INTEGER);
  return { ...(read.text('quarantine') !== undefined && { locate: true }), ...(maxBad !== undefined && { maxBad }) };
}

function parseTopic(text: string, read: Reader): ReplayOptions['topics'] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [{ name: text.slice(0, at), pattern: text.slice(at + 1) }];
  read.refuse(
    usage(
      'bad-value',
      `--topic cannot be "${text}": it is not NAME=PATTERN.`,
      'For example --topic orders=shop_orders_*',
    ),
  );
  return [];
}

function parseCsv(text: string, read: Reader): readonly CsvOption[] {
  const parsed = parseCsvOption(text);
  if ('option' in parsed) return [parsed.option];
  read.refuse(
    usage(
      'bad-value',
      `--csv cannot be "${text}": it ${parsed.why}.`,
      'For example --csv decimal:comma, or --csv "orders=delimiter:;,date:dmy,encoding:cp1252"',
    ),
  );
  return [];
}

function parseScale(text: string, read: Reader): ReplayOptions['decimalScales'] {
  const match = /^(?:(?:([^.=]+)\.)?([^.=]+)=)?(\d{1,2})$/.exec(text);
  const scale = Number(match?.[3]);
  if (match !== null && scale <= LARGEST_SCALE) {
    return [{ ...(match[1] && { table: match[1] }), ...(match[2] && { column: match[2] }), scale }];
  }
  read.refuse(
    usage(
      'bad-value',
      `--decimal-scale cannot be "${text}": it is not [TABLE.COLUMN=]N with N from 0 to ${LARGEST_SCALE}.`,
      'For example --decimal-scale 2, or --decimal-scale orders.amount_total=2',
    ),
  );
  return [];
}

function parseReadAs(text: string, read: Reader): NonNullable<ReplayOptions['readAs']> {
  const match = /^(?:([^.=]+)\.)?([^.=]+)=(.+)$/.exec(text);
  const form = READ_AS.find((name) => name === match?.[3]);
  if (match?.[2] !== undefined && form !== undefined)
    return [{ ...(match[1] && { table: match[1] }), column: match[2], form }];
  read.refuse(
    usage(
      'bad-value',
      `--read-as cannot be "${text}": it is not [TABLE.]COLUMN=FORM with FORM one of ${READ_AS.join(', ')}.`,
      'For example --read-as orders.created_at=us',
    ),
  );
  return [];
}
