import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile, RecordFacts } from '../input/input-file.js';
import type { RawRequest } from '../input/reader.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { Rejected } from '../relation.js';
import type { ValueColumn } from './columns.js';
import { type Diagnosis, diagnose } from './diagnose.js';
import { CLASS, count, EVENTS, isFor, isPlaced } from './events-table.js';
import { anyEncoded, base64Fields, mayBeBytes, type TextEvidence, textEvidence } from './evidence.js';
import { NUMERIC } from './forms.js';
import { loadFile, type Reading } from './load.js';
import type { LoadContext } from './load-context.js';
import { roundedFields } from './rounded.js';
import { base64Guesses, unscaled } from './unscaled.js';

/** What reading one file gave. */
export interface FileResult {
  readonly events: number;
  readonly bareNulls: number;
  /** Deletes in the file, repeats included: bare nulls beyond them stand for deletes that nobody can attribute. */
  readonly deletes: number;
  readonly setAside: number;
  /** Rows of `debezium_signal`, part of `setAside`. */
  readonly signals: number;
  readonly rejected: readonly Rejected[];
  readonly withoutScale: readonly Diagnostic[];
  /** In words: what was concluded of this file's values, and what of them its declared types could not hold. */
  readonly guesses: readonly string[];
  readonly cuts: readonly string[];
}

const NOTHING: FileResult = {
  events: 0,
  bareNulls: 0,
  deletes: 0,
  setAside: 0,
  signals: 0,
  rejected: [],
  withoutScale: [],
  guesses: [],
  cuts: [],
};

/** Reads one file into the events table, again where its head did not tell all (shapes, base64, digits), and accounts for every line. */
export async function readFile(
  engine: Engine,
  file: InputFile,
  index: number,
  whole: LoadContext,
): Promise<FileResult> {
  const facts = file.form.records;
  if (facts === undefined) return NOTHING;
  const reader = readerOf(file);
  // A head of side topics and null values alone: no value is looked for until a record is found.
  const bare = !facts.envelope && !facts.flat;
  const context = bare ? { ...whole, values: [] } : narrowed(whole, file);
  const open = reader.questions?.(file, context.values) ?? [];
  if (open.length > 0) return { ...NOTHING, withoutScale: open };
  let reading: Reading = { context, request: {}, base64: new Map() };
  let evidence: ReadonlyMap<string, TextEvidence> = new Map();
  const lookAtTexts = async (): Promise<void> => {
    if (!reader.lines) return;
    evidence = await textEvidence(engine, file, reading);
    reading = { ...reading, base64: base64Fields(evidence) };
  };
  if (!facts.wrapped && headHoldsBase64(facts, context)) await lookAtTexts();
  let cuts: readonly string[] = [];
  const read = async (more: Partial<Reading> = {}, request: Partial<RawRequest> = {}): Promise<void> => {
    reading = { ...reading, ...more, request: { ...reading.request, ...request } };
    cuts = await loadFile(engine, file, index, reading);
  };
  await read();
  if (reading.context !== whole && (await feedsOthers(engine, index, reading.context))) await read({ context: whole });
  if (facts.connector !== null && (await unplaced(engine, index))) await read({}, { everyPlace: true });
  let diagnosis = await unread(engine, file, index);
  if (diagnosis.otherShapes) {
    await read(bare ? { context: whole } : {}, { everyShape: true });
    diagnosis = await unread(engine, file, index);
  }
  if (evidence.size === 0 && (await anyEncoded(engine, index))) {
    await lookAtTexts();
    if (reading.base64.size > 0) await read();
  }
  const exactNumbers = await roundedFields(engine, index, reading.context, facts);
  if (exactNumbers.length > 0) await read({}, { exactNumbers });
  reader.release?.(file);
  return await accounted(engine, file, index, { reading, evidence, diagnosis, cuts });
}

/** What became of a file that has been read. */
interface Done {
  readonly reading: Reading;
  readonly evidence: ReadonlyMap<string, TextEvidence>;
  readonly diagnosis: Diagnosis;
  readonly cuts: readonly string[];
}

async function accounted(
  engine: Engine,
  file: InputFile,
  index: number,
  { reading, evidence, diagnosis, cuts }: Done,
): Promise<FileResult> {
  const { context, base64 } = reading;
  const withoutScale = await unscaled(engine, file, index, context, base64, evidence);
  const here = `${EVENTS} WHERE file_index = ${index} AND class = ${CLASS.event}`;
  const isSignal = "NOT wanted AND (stream = 'debezium_signal' OR ends_with(stream, '.debezium_signal'))";
  const counted = await engine.rows(
    `SELECT count(*), count(*) FILTER (op = 'd'), count(*) FILTER (${isSignal}) FROM ${here}`,
  );
  const [events, deletes, signals] = counted[0]!.map(Number) as [number, number, number];
  return {
    events,
    bareNulls: diagnosis.bareNulls,
    deletes,
    setAside: [...diagnosis.setAside.values()].reduce((a, b) => a + b, 0) + signals,
    signals,
    rejected: diagnosis.rejected,
    withoutScale,
    guesses: base64Guesses(context, base64),
    cuts,
  };
}

/** Only the columns of the sources over the topic that the file's name tells (keys only where there are none); all where it tells no topic. */
function narrowed(context: LoadContext, file: InputFile): LoadContext {
  const fed = context.sources.flatMap((s, at) => (topicOf(s.topic) === tableOfTopic(file.fileTopic) ? [at] : []));
  if (fed.length === 0 && !file.fileTopic.includes('.')) return context;
  return { ...context, values: context.plan.values.filter((v) => v.key || v.sources.some((s) => fed.includes(s))) };
}

function topicOf(topic: string): string {
  return tableOfTopic(topic.toLowerCase());
}

/** True where a file, read for the sources of its name, holds records of others. */
async function feedsOthers(engine: Engine, index: number, context: LoadContext): Promise<boolean> {
  const missed = context.plan.values.filter((v) => !context.values.includes(v)).flatMap((v) => v.sources);
  const others = `SELECT count(*) FROM ${EVENTS} WHERE file_index = ${index} AND ${isFor(missed)}`;
  return (await count(engine, others)) > 0;
}

/** True where a record has no place of the kind that the connector of the file's head writes. */
async function unplaced(engine: Engine, index: number): Promise<boolean> {
  const without = `SELECT EXISTS (SELECT 1 FROM ${EVENTS} WHERE file_index = ${index} AND class = ${CLASS.event} AND NOT ${isPlaced()})::INTEGER`;
  return (await count(engine, without)) > 0;
}

async function unread(engine: Engine, file: InputFile, index: number): Promise<Diagnosis> {
  const { refused } = readerOf(file);
  if (refused !== undefined) return { ...NOTHING_UNREAD, rejected: await refused(engine, file) };
  const unreadable = `SELECT count(*) FROM ${EVENTS} WHERE file_index = ${index} AND class = ${CLASS.unreadable}`;
  return (await count(engine, unreadable)) === 0 ? NOTHING_UNREAD : await diagnose(engine, file, index);
}

const NOTHING_UNREAD: Diagnosis = { bareNulls: 0, setAside: new Map(), rejected: [], otherShapes: false };

/** True where the head of a file held base64 where the pipeline declares numbers, or text where the database has decimals. */
function headHoldsBase64(json: RecordFacts, context: LoadContext): boolean {
  const text = (v: ValueColumn): boolean => v.type.kind === 'STRING' && mayBeBytes(v, context);
  return context.values.some((v) => text(v) || (json.base64.has(v.field) && NUMERIC.has(v.type.kind)));
}
