import type { Engine } from '../engine/engine.js';
import { isInstant } from '../input/forms/index.js';
import { type InputFile, setAside } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { count, EVENTS } from './events-table.js';
import type { FileResult } from './read-file.js';

/** What could not be established, and what was guessed: sentences in a fixed order. */
export async function notesOf(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  results: readonly FileResult[],
  facts: {
    readonly tombstoneDeletes: number;
    readonly dumpRepeats: number;
    readonly carried: number;
    readonly postponed: number;
    readonly followed: number;
    readonly keyless: number;
  },
): Promise<readonly string[]> {
  const notes: string[] = [];
  const rows = await engine.rows(
    `SELECT DISTINCT stream, place_kind FROM ${EVENTS} WHERE class = 0 AND wanted AND place_kind IN (0, 3) ORDER BY stream, place_kind`,
  );
  const empty =
    rows.length === 0 &&
    (await count(engine, `SELECT EXISTS (SELECT 1 FROM ${EVENTS} WHERE class = 0 AND wanted)::INTEGER`)) === 0;
  const dumped = new Set(files.filter(isInstant).map((f) => f.fileTopic));
  for (const [stream, kind] of rows) {
    if (Number(kind) === 0 && dumped.has(String(stream))) {
      notes.push(
        `${stream} comes from a dump: it is one instant, its rows have no history but what their own columns say.`,
      );
    } else if (Number(kind) === 0) {
      notes.push(
        `${stream} has no source positions: ties within one second cannot be ordered across tables, and repeats cannot be told from genuine changes, so none were removed.`,
      );
    } else if (Number(kind) === 3) {
      notes.push(
        `${stream} has no source positions, only Kafka offsets: ties within one second cannot be ordered across tables, and a redelivered change cannot be told from a genuine one.`,
      );
    }
  }
  const logs = files.flatMap((f, i) => (isInstant(f) || setAside(f) !== null ? [] : [i]));
  const told = results.some((result) => result.unneeded?.truncates === true);
  if (logs.length > 0 && !told && (await mayLackTruncates(engine, logs)))
    notes.push(
      'No TRUNCATE stands in the log. A connector leaves them out by default (skipped.operations=t), and unwrapped rows never hold one: a table that was emptied so would seem to live on.',
    );
  for (const [index, result] of results.entries()) {
    const lost = result.bareNulls - result.deletes;
    if (lost > 0)
      notes.push(
        `${files[index]!.name} has ${lost} null records without a key and without a delete before them: the deletes that they stand for cannot be attributed.`,
      );
  }
  if (facts.tombstoneDeletes > 0)
    notes.push(
      `${facts.tombstoneDeletes} deletes are known only by their tombstone: they are dated by the time of the Kafka record.`,
    );
  if (facts.dumpRepeats > 0)
    notes.push(`${facts.dumpRepeats} rows of dumps repeat a key at one instant and were read once.`);
  if (facts.carried > 0)
    notes.push(
      `${facts.carried} values were not sent by the source (unchanged, stored out of line) and were carried forward from the version before.`,
    );
  if (facts.followed > 0)
    notes.push(
      `The commit clock of this log runs behind its event times (a guess: most records are dated over a day after their commit): ${facts.followed} deletes stand at the latest event time that was committed before them.`,
    );
  for (const [index, file] of files.entries()) {
    if (file.damage !== null)
      notes.push(
        `${file.name} is ${file.damage === 'cut off' ? 'cut off: its end is missing' : 'damaged: records are missing or wrong'}. What could be unpacked was read; every number here is incomplete.`,
      );
    const lines = file.rejected.length + results[index]!.rejected.length;
    if (lines > 0 && file.damage === null)
      notes.push(
        `${file.name} has ${lines} ${lines === 1 ? 'line' : 'lines'} that could not be read and ${lines === 1 ? 'is' : 'are'} left out.`,
      );
  }
  if (facts.keyless > 0)
    notes.push(`${facts.keyless} records without a key were left out of the tables, which need one.`);
  if (facts.postponed > 0)
    notes.push(
      `${facts.postponed} deletes were committed before the time that their row gives for itself: they stand at the row's time.`,
    );
  const dated = sources.filter((s) =>
    s.columns.some((c) => c.name.toLowerCase() === s.timestamp?.column.toLowerCase() && c.type.kind === 'BIGINT'),
  );
  if (empty) notes.push(...dated.map((source) => `${source.name} has no records.`));
  return [...new Set(notes)].sort();
}

/** True where change events are read and none of the whole input, of whatever table, is a truncate. */
async function mayLackTruncates(engine: Engine, logs: readonly number[]): Promise<boolean> {
  const [row] = await engine.rows(
    `SELECT coalesce(bool_or(wanted), false), coalesce(bool_or(op = 't'), false) FROM ${EVENTS} WHERE class = 0 AND file_index IN (${logs.join(', ')})`,
  );
  return row![0] === true && row![1] === false;
}
