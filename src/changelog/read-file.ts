import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile, RecordFacts } from '../input/input-file.js';
import type { RawRequest } from '../input/reader.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { Rejected } from '../relation.js';
import type { ValueColumn } from './columns.js';
import { type Diagnosis, diagnose } from './diagnose.js';
import { CLASS, EVENTS, isFor, isOf, isPlaced } from './events-table.js';
import { base64Fields, mayBeBytes, type TextEvidence, textEvidence } from './evidence.js';
import { NUMERIC } from './forms.js';
import { loadFile, type Reading } from './load.js';
import type { LoadContext } from './load-context.js';
import { roundedTests } from './rounded.js';
import { type Rest, scanInto } from './scanned.js';
import type { Unneeded } from './unneeded.js';
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
  /** Set for a file of a topic that nothing reads: it was recognised only. */
  readonly unneeded?: Unneeded;
}

/** The same, and the file as it was found when it was read to its end. */
export interface FileRead extends FileResult {
  readonly file: InputFile;
}

/** Of a file of which nothing was read. */
export const NOTHING: FileResult = {
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

/** Reads one file into the events table and accounts for every record: by a scan where it can be scanned, and only what that leaves over by the general reader. */
export async function readFile(engine: Engine, file: InputFile, index: number, whole: LoadContext): Promise<FileRead> {
  const scanned = file.bytes < engine.scanFrom ? null : await scan(engine, file, index, whole);
  if (scanned !== null) return scanned;
  const looked = (await file.whole?.()) ?? file;
  return { ...(await readAll(engine, looked, index, whole)).result, file: looked };
}

/** Reads a file by a scan; null where that cannot be the same as reading it, and nothing is left of it then. */
async function scan(engine: Engine, file: InputFile, index: number, whole: LoadContext): Promise<FileRead | null> {
  const facts = file.form.records;
  if (facts === undefined || readerOf(file).scan === undefined || headHoldsBase64(facts, whole)) return null;
  const context = narrowed(whole, file);
  const rest = await scanInto(engine, file, index, context);
  const read = rest === null ? null : await readRest(engine, rest, index, whole);
  const look = await lookAt(engine, isOf(file, index), context, facts);
  const odd =
    read === null ||
    (context !== whole && look.others) ||
    (facts.connector !== null && look.unplaced) ||
    look.encoded ||
    look.unreadable > 0;
  if (rest !== null && read !== null && !odd) {
    const { whole: _, ...seen } = file;
    const { sha256, bytes } = rest;
    return { ...read, ...counted(look, read.setAside - read.signals), file: { ...seen, sha256, bytes } };
  }
  await engine.run(`DELETE FROM ${EVENTS} WHERE file_index IN (${index}, ${ASIDE + index})`);
  return null;
}

/** Places that one statement holds. */
const PLACES = 20_000;
/** Rows of a rest stand under this much more than the index of their file, as long as they are read. */
const ASIDE = 2 ** 31;

/** Reads the lines that a scan has left over; null where they say something of the others too. */
async function readRest(engine: Engine, rest: Rest, index: number, whole: LoadContext): Promise<FileResult | null> {
  if (rest.records.length === 0) return NOTHING;
  const aside = ASIDE + index;
  const { result, alone } = await readAll(engine, rest.file, aside, whole);
  if (!alone || result.withoutScale.length > 0 || result.cuts.length > 0) return null;
  const places = '"$places"';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${places} (n UINTEGER, record UINTEGER)`);
  const values = rest.records.map((record, n) => `(${n}, ${record})`);
  for (let at = 0; at < values.length; at += PLACES)
    await engine.run(`INSERT INTO ${places} VALUES ${values.slice(at, at + PLACES).join(', ')}`);
  await engine.run(
    `UPDATE ${EVENTS} SET file_index = ${index}, record = p.record FROM ${places} p WHERE file_index = ${aside} AND ${EVENTS}.record = p.n`,
  );
  await engine.run(`DROP TABLE ${places}`);
  const line = (n: number | null): number | null => (n === null ? null : rest.records[n - 1]! + 1);
  return { ...result, rejected: result.rejected.map((r) => ({ ...r, line: line(r.line) })) };
}

/**
 * Reads one file into the events table, again where its head did not tell all (shapes, base64, digits), and accounts for every line. `alone`:
 * nothing was found in it that would have other records of the same file read in another way.
 */
async function readAll(
  engine: Engine,
  file: InputFile,
  index: number,
  whole: LoadContext,
): Promise<{ readonly result: FileResult; readonly alone: boolean }> {
  let alone = true;
  const facts = file.form.records;
  if (facts === undefined) return { result: NOTHING, alone };
  const reader = readerOf(file);
  // A head of side topics and null values alone: no value is looked for until a record is found.
  const bare = !facts.envelope && !facts.flat;
  const context = bare ? { ...whole, values: [] } : narrowed(whole, file);
  const open = reader.questions?.(file, context.values) ?? [];
  if (open.length > 0) return { result: { ...NOTHING, withoutScale: open }, alone };
  let reading: Reading = { context, request: {}, base64: new Map() };
  let evidence: ReadonlyMap<string, TextEvidence> = new Map();
  const lookAtTexts = async (): Promise<void> => {
    if (!reader.lines) return;
    alone = false;
    evidence = await textEvidence(engine, file, reading);
    reading = { ...reading, base64: base64Fields(evidence) };
  };
  if (!facts.wrapped && headHoldsBase64(facts, context)) await lookAtTexts();
  let cuts: readonly string[] = [];
  const read = async (more: Partial<Reading> = {}, request: Partial<RawRequest> = {}): Promise<Look> => {
    // Digits are read anew of each record for itself; all else is found of the file as a whole.
    alone &&= Object.keys({ ...more, ...request }).every((key) => key === 'exactNumbers');
    reading = { ...reading, ...more, request: { ...reading.request, ...request } };
    cuts = await loadFile(engine, file, index, reading);
    return await lookAt(engine, isOf(file, index), reading.context, facts);
  };
  let look = await read();
  if (reading.context !== whole && look.others) look = await read({ context: whole });
  if (facts.connector !== null && look.unplaced) look = await read({}, { everyPlace: true });
  let diagnosis = await unread(engine, file, index, look);
  if (diagnosis.otherShapes) {
    look = await read(bare ? { context: whole } : {}, { everyShape: true });
    diagnosis = await unread(engine, file, index, look);
  }
  if (evidence.size === 0 && look.encoded) {
    await lookAtTexts();
    if (reading.base64.size > 0) look = await read();
  }
  if (look.rounded.length > 0) look = await read({}, { exactNumbers: look.rounded });
  reader.release?.(file);
  return { result: await accounted(engine, file, index, { reading, evidence, diagnosis, cuts, look }), alone };
}

/** What became of a file that has been read. */
interface Done {
  readonly reading: Reading;
  readonly evidence: ReadonlyMap<string, TextEvidence>;
  readonly diagnosis: Diagnosis;
  readonly look: Look;
  readonly cuts: readonly string[];
}

async function accounted(
  engine: Engine,
  file: InputFile,
  index: number,
  { reading, evidence, diagnosis, cuts, look }: Done,
): Promise<FileResult> {
  const { context, base64 } = reading;
  const withoutScale = await unscaled(engine, file, index, context, base64, evidence);
  const setAside = [...diagnosis.setAside.values()].reduce((a, b) => a + b, 0);
  return {
    ...counted(look, setAside),
    bareNulls: diagnosis.bareNulls,
    rejected: diagnosis.rejected,
    withoutScale,
    guesses: base64Guesses(context, base64),
    cuts,
  };
}

/** What stands in the events table of a file. `setAside`: its records of side topics. */
function counted(
  { events, deletes, signals }: Look,
  setAside: number,
): Pick<FileResult, 'events' | 'deletes' | 'signals' | 'setAside'> {
  return { events, deletes, signals, setAside: setAside + signals };
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

/** What one look at the records of a file tells of how it was read. */
interface Look {
  readonly events: number;
  readonly deletes: number;
  readonly signals: number;
  readonly unreadable: number;
  /** A file that was read for the sources of its name holds records of others. */
  readonly others: boolean;
  /** A record has no place of the kind that the connector of the file's head writes. */
  readonly unplaced: boolean;
  /** A field holds base64 where a number was expected. */
  readonly encoded: boolean;
  /** Fields with more digits than a double holds. */
  readonly rounded: readonly string[];
}

async function lookAt(engine: Engine, here: string, context: LoadContext, facts: RecordFacts): Promise<Look> {
  const missed = context.plan.values.filter((v) => !context.values.includes(v)).flatMap((v) => v.sources);
  const rounded = roundedTests(context.plan.values, facts);
  const event = `class = ${CLASS.event}`;
  const isSignal = "NOT wanted AND (stream = 'debezium_signal' OR ends_with(stream, '.debezium_signal'))";
  const [row] = await engine.rows(
    `SELECT ${[
      `count(*) FILTER (${event})`,
      `count(*) FILTER (${event} AND op = 'd')`,
      `count(*) FILTER (${event} AND ${isSignal})`,
      `count(*) FILTER (class = ${CLASS.unreadable})`,
      `coalesce(bool_or(${isFor(missed)}), false)`,
      `coalesce(bool_or(${event} AND NOT ${isPlaced()}), false)`,
      'coalesce(bool_or(misfit < 0), false)',
      ...rounded.map(({ sql }) => sql),
    ].join(', ')} FROM ${EVENTS} WHERE ${here}`,
  );
  const [events, deletes, signals, unreadable] = row!.slice(0, 4).map(Number) as [number, number, number, number];
  const [others, unplaced, encoded, ...wide] = row!.slice(4).map((value) => value === true);
  const fields = rounded.filter((_, i) => wide[i] === true).map(({ field }) => field);
  const found = { others: others!, unplaced: unplaced!, encoded: encoded!, rounded: [...new Set(fields)] };
  return { events, deletes, signals, unreadable, ...found };
}

async function unread(engine: Engine, file: InputFile, index: number, { unreadable }: Look): Promise<Diagnosis> {
  const { refused } = readerOf(file);
  if (refused !== undefined) return { ...NOTHING_UNREAD, rejected: await refused(engine, file) };
  return unreadable === 0 ? NOTHING_UNREAD : await diagnose(engine, file, index);
}

const NOTHING_UNREAD: Diagnosis = { bareNulls: 0, setAside: new Map(), rejected: [], otherShapes: false };

/** True where the head of a file held base64 where the pipeline declares numbers, or text where the database has decimals. */
function headHoldsBase64(json: RecordFacts, context: LoadContext): boolean {
  const text = (v: ValueColumn): boolean => v.type.kind === 'STRING' && mayBeBytes(v, context);
  return context.values.some((v) => text(v) || (json.base64.has(v.field) && NUMERIC.has(v.type.kind)));
}
