import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { removeAvroJson } from '../input/avro/write.js';
import { openQuestion } from '../input/dump/localise.js';
import type { InputFile, JsonFacts } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { Rejected } from '../relation.js';
import { text } from '../sql/quote.js';
import type { ValueColumn } from './columns.js';
import { type Diagnosis, diagnose } from './diagnose.js';
import { CLASS, count, EVENTS, isFor, isPlaced } from './events-table.js';
import { anyEncoded, base64Fields, mayBeBytes, type TextEvidence, textEvidence } from './evidence.js';
import { type Base64Fields, NUMERIC } from './forms.js';
import { type LoadContext, loadFile } from './load.js';
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
  if (file.form.kind === 'set-aside') return NOTHING;
  let json: JsonFacts | null = 'json' in file.form ? file.form.json : null;
  // A head of side topics and null values alone: no value is looked for until a record is found.
  const bare = json !== null && !json.envelope && !json.flat;
  let context = bare ? { ...whole, values: [] } : narrowed(whole, file);
  const open = openQuestions(file, context);
  if (open.length > 0) return { ...NOTHING, withoutScale: open };
  let evidence: ReadonlyMap<string, TextEvidence> = new Map();
  let base64: Base64Fields = new Map();
  const lookAtTexts = async (): Promise<void> => {
    if (json === null || ('avro' in file.form && file.form.avro !== undefined)) return;
    evidence = await textEvidence(engine, file, context, json);
    base64 = base64Fields(evidence);
  };
  if (json !== null && !json.wrapped && headHoldsBase64(json, context)) await lookAtTexts();
  let exact: readonly string[] = [];
  let cuts = await load(engine, file, index, context, base64, json, exact);
  if (context !== whole && (await feedsOthers(engine, index, context))) {
    context = whole;
    cuts = await load(engine, file, index, context, base64, json, exact);
  }
  if (json?.connector != null && (await unplaced(engine, index))) {
    json = { ...json, connector: null };
    cuts = await load(engine, file, index, context, base64, json, exact);
  }
  let diagnosis = await unread(engine, file, index);
  if (diagnosis.otherShapes && json !== null) {
    json = { ...json, wrapped: true, bare: true, envelope: true, flat: true };
    if (bare) context = whole;
    cuts = await load(engine, file, index, context, base64, json, exact);
    diagnosis = await unread(engine, file, index);
  }
  if (evidence.size === 0 && (await anyEncoded(engine, index))) {
    await lookAtTexts();
    if (base64.size > 0) cuts = await load(engine, file, index, context, base64, json, exact);
  }
  exact = json === null ? [] : await roundedFields(engine, index, context, json);
  if (exact.length > 0) cuts = await load(engine, file, index, context, base64, json, exact);
  removeAvroJson(file);
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

/** One diagnostic per column of a dump whose numbers or dates can be read in two ways. */
function openQuestions(file: InputFile, context: LoadContext): readonly Diagnostic[] {
  const { form } = file;
  if (form.kind !== 'dump') return [];
  const table = tableOfTopic(file.fileTopic);
  const found = new Map<string, Diagnostic>();
  for (const { field, type } of context.values) {
    const question = openQuestion(form, field, type);
    if (question === null) continue;
    const date = question === 'date';
    found.set(field, {
      code: date ? 'date-order-unknown' : 'decimal-sign-unknown',
      severity: 'error',
      message: date
        ? `Column ${field} of ${file.name} holds dates like 03/04/2026, and nothing in the file tells whether day or month comes first.`
        : `Column ${field} of ${file.name} holds numbers like 1,234, and nothing in the file tells whether they are near one or over a thousand.`,
      place: { file: file.name, column: field },
      expected: date
        ? 'a date with a day above 12, or ISO 8601'
        : 'a number with a sign before decimals that can be nothing else',
      found: date ? 'only days up to 12, or days above 12 in both places' : 'one comma before three digits each',
      help: date
        ? `Say which comes first: --csv ${table}=date:dmy or --csv ${table}=date:mdy.`
        : `Say what the comma is: --csv ${table}=decimal:comma (near one) or --csv ${table}=decimal:point (a thousand).`,
      next: `pharmabi inspect ${file.name}`,
    });
  }
  return [...found.values()];
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

async function load(
  engine: Engine,
  file: InputFile,
  index: number,
  context: LoadContext,
  base64: Base64Fields,
  json: JsonFacts | null,
  exact: readonly string[],
): Promise<readonly string[]> {
  await engine.run(`DELETE FROM ${EVENTS} WHERE file_index = ${index}`);
  return await loadFile(engine, file, index, context, base64, json, exact);
}

async function unread(engine: Engine, file: InputFile, index: number): Promise<Diagnosis> {
  if (file.form.kind === 'dump') return await dumpRejects(engine, file);
  const unreadable = await count(
    engine,
    `SELECT count(*) FROM ${EVENTS} WHERE file_index = ${index} AND class = ${CLASS.unreadable}`,
  );
  if (unreadable === 0) return { bareNulls: 0, setAside: new Map(), rejected: [], otherShapes: false };
  return await diagnose(engine, file, index);
}

/** Lines of a dump that its reader refused, with the reader's reason in our words. */
async function dumpRejects(engine: Engine, file: InputFile): Promise<Diagnosis> {
  const rows = await engine.rows(
    `SELECT line::BIGINT, min(error_type::VARCHAR) FROM reject_errors JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ${text(file.readPath)} GROUP BY line ORDER BY line`,
  );
  await engine.run('DELETE FROM reject_errors');
  await engine.run('DELETE FROM reject_scans');
  const rejected = rows.map(([line, type]) => ({
    file: file.name,
    line: Number(line),
    code: 'wrong-columns',
    reason: `cannot be read as a row: ${String(type).toLowerCase()}`,
  }));
  return { bareNulls: 0, setAside: new Map(), rejected, otherShapes: false };
}

/** True where the head of a file held base64 where the pipeline declares numbers, or text where the database has decimals. */
function headHoldsBase64(json: JsonFacts, context: LoadContext): boolean {
  const text = (v: ValueColumn): boolean => v.type.kind === 'STRING' && mayBeBytes(v, context);
  return context.values.some((v) => text(v) || (json.base64.has(v.field) && NUMERIC.has(v.type.kind)));
}
