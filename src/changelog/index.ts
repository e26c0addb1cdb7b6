import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { batchesOf } from '../input/batch.js';
import { fileText, isInstant, readerOf } from '../input/forms/index.js';
import { type InputFile, recordFacts, setAside } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { parsePolicy } from '../privacy/parse.js';
import type { Rejected, ReplayOptions, RunCounts } from '../relation.js';
import { alteredColumns } from './altered-columns.js';
import { relationName, throughCache } from './cache.js';
import type { ChangeLog } from './change-log.js';
import { planColumns } from './columns.js';
import { cutEvents } from './cuts.js';
import { fillDefaults, renameNotes } from './defaults.js';
import { bindHashKeys, judgeInputs, policyFailure } from './deidentify.js';
import { CLASS, count, createEventsSql, DROPPED, EVENTS, KEPT } from './events-table.js';
import { settleGuesses } from './guesses.js';
import { readHistory } from './history.js';
import { writeJournal } from './journal.js';
import { leaveKeyless } from './keyless.js';
import type { LoadContext } from './load-context.js';
import { MACROS } from './macros.js';
import { missingSources } from './missing.js';
import { missingColumns } from './missing-columns.js';
import { notesOf } from './notes.js';
import { countUndated, ORDERED, orderEvents } from './order.js';
import type { FileResult } from './read-file.js';
import { readFiles } from './read-files.js';
import { rejectedValues } from './rejects.js';
import { lastRowsSql, relationSql } from './relations.js';
import { dropRepeatedDumpRows, dropRepeats } from './repeats.js';
import { timestampSql } from './rowtime.js';
import { tableVersions } from './schema-history.js';
import { carryForward } from './toast.js';
import { adoptTombstones } from './tombstones.js';
import { undatedNotes } from './undated.js';
import { wrappedNumbers } from './wrapped.js';

export type { ChangeLog } from './change-log.js';

/**
 * Reads the files into one change log: typed, without repeats, in the replay order of `options`. Fails with a DiagnosticError
 * (exit 3) where a declared source has no file (`no-input-for-source`) or no key (`key-not-in-data`), or a decimal no scale (`decimal-without-scale`).
 */
export async function buildChangeLog(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  options: ReplayOptions,
  onProgress: (message: string) => void = () => {},
  maxBad = Number.POSITIVE_INFINITY,
  journal?: string,
): Promise<ChangeLog> {
  const build = (): Promise<ChangeLog> => readChangeLog(engine, files, sources, options, onProgress, maxBad, journal);
  // Only reading lists the events for a journal, and knows after which record to stop.
  if (journal !== undefined || maxBad !== Number.POSITIVE_INFINITY) return await build();
  return await throughCache(engine, { files, sources, options }, build);
}

async function readChangeLog(
  engine: Engine,
  found: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  options: ReplayOptions,
  onProgress: (message: string) => void,
  maxBad: number,
  journal: string | undefined,
): Promise<ChangeLog> {
  for (const macro of MACROS) await engine.run(macro);
  const plan = planColumns(sources);
  const deidentification =
    options.policy === undefined
      ? null
      : judgeInputs(parsePolicy(options.policy.text, options.policy.file), sources, plan, found, options);
  if (deidentification !== null && options.hashKey !== undefined)
    await bindHashKeys(engine, deidentification, options.hashKey);
  const files = [...found];
  const history = await readHistory(engine, files);
  const { added, renamed } = alteredColumns(history);
  const context: LoadContext = {
    sources,
    plan,
    options,
    spelling: spellings(files),
    values: plan.values,
    history: tableVersions(history),
    deidentification,
    renamed: renamed.filter((r) => plan.values.some((v) => v.field === r.column)),
  };
  await engine.run(createEventsSql(plan));
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${DROPPED} (event_row BIGINT, why VARCHAR)`);

  const results: FileResult[] = [];
  const explainPolicy = (error: unknown): never => {
    throw deidentification === null ? error : policyFailure(error, { policy: deidentification.policy, sources, plan });
  };
  for (const batch of batchesOf(found)) {
    onProgress(`reading ${batch.files[0]!.name}`);
    for (const { file, ...result } of await readFiles(engine, batch, context).catch(explainPolicy)) {
      files[results.length] = file;
      results.push(result);
    }
    stopAt(maxBad, [...files.slice(0, results.length).flatMap(refused), ...results.flatMap((r) => r.rejected)]);
  }
  const scales = results.flatMap((r) => r.withoutScale);
  if (scales.length > 0) throw new DiagnosticError(scales, EXIT.input);
  const missing = await missingSources(engine, files, sources, results);
  if (missing.length > 0) throw new DiagnosticError(missing, EXIT.input);
  const columns = await missingColumns(engine, files, sources, plan);
  const wrong = columns.filter((d) => d.severity === 'error');
  if (wrong.length > 0) throw new DiagnosticError(wrong, EXIT.input);
  const settled = await settleGuesses(engine, sources, plan);
  if (settled.ambiguous.length > 0) throw new DiagnosticError(settled.ambiguous, EXIT.input);
  const keyless = await leaveKeyless(engine, sources, plan);

  onProgress('removing repeats');
  const badValues = await rejectedValues(engine, files, plan);
  stopAt(maxBad, [...files.flatMap(refused), ...results.flatMap((r) => r.rejected), ...badValues]);
  await engine.run(`INSERT INTO ${DROPPED} SELECT rowid, 'misfit' FROM ${EVENTS} WHERE misfit IS NOT NULL`);
  const alterations = [
    ...(await fillDefaults(engine, added, sources, plan, options, deidentification)),
    ...(await renameNotes(engine, context.renamed, sources, plan, options)),
  ];
  const tombstones = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE class = ${CLASS.tombstone}`);
  const tombstoneDeletes = await adoptTombstones(engine, plan);
  const repeats = await dropRepeats(engine, plan);
  const dumps = files.flatMap((f, i) => (isInstant(f) ? [i] : []));
  const instants = sources.map((s, at) => timestampSql(s, at, plan)).filter((s) => s !== 'NULL');
  const dumpRepeats = await dropRepeatedDumpRows(engine, plan, dumps, [...new Set(instants)]);
  const carried = await carryForward(engine, plan);
  const fallback = await latestInstant(engine, instants);
  const events = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${KEPT}`);
  const cut = await cutEvents(engine, sources, plan, options, fallback);

  onProgress('ordering events');
  const {
    openings: openedBaselines,
    postponed,
    followed,
    last,
  } = await orderEvents(engine, { sources, plan, options, fallback });
  const undated = undatedNotes(await countUndated(engine, { sources, plan, options, fallback }));
  const relations = new Map<string, string>();
  for (const [at, source] of sources.entries()) {
    const relation = relationName(source.name);
    const sql =
      source.finalOnly === true
        ? lastRowsSql(relation, source, at, plan, last(at))
        : relationSql(relation, source, at, plan);
    for (const statement of sql) await engine.run(statement);
    relations.set(source.name, relation);
  }
  const [firstEvent, lastEvent] = await bounds(engine, sources);
  const rejected = [...files.flatMap((f) => refused(f)), ...results.flatMap((r) => r.rejected), ...badValues];
  const setAside = results.reduce((n, r) => n + r.setAside, 0);
  const counts: RunCounts = {
    events,
    duplicates: repeats + dumpRepeats,
    tombstones: tombstones + results.reduce((n, r) => n + r.bareNulls, 0),
    undecodable: rejected.length,
    setAside,
    cut: cut.records,
    carriedForward: carried,
    tombstoneDeletes,
    openedBaselines,
    postponedDeletes: postponed + followed,
    otherTables:
      (await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE class = 0 AND NOT wanted`)) -
      results.reduce((n, r) => n + r.signals, 0) -
      keyless.gone,
    withoutKey: keyless.records,
    unreadFiles: results.filter((r) => r.unneeded !== undefined).length,
  };
  const notes = await notesOf(engine, files, sources, results, {
    tombstoneDeletes,
    dumpRepeats,
    carried,
    postponed,
    followed,
    keyless: keyless.records,
  });
  const told = results.flatMap((r) => r.guesses);
  const guesses = [...new Set([...settled.guesses, ...told])].sort();
  const cuts = [
    ...settled.cuts,
    ...results.flatMap((r) => r.cuts),
    ...(await wrappedNumbers(engine, sources, plan, context.history)),
  ];
  if (journal !== undefined) {
    const policy = options.policy === undefined ? null : parsePolicy(options.policy.text, options.policy.file);
    await writeJournal(engine, journal, { sources, plan, policy, hasKey: options.hashKey !== undefined });
  }
  await engine.run('DROP VIEW IF EXISTS "$pairs"');
  for (const table of [EVENTS, DROPPED, ORDERED, '"$arrival"', '"$incremental"', '"$redated"'])
    await engine.run(`DROP TABLE IF EXISTS ${table}`);
  const inputs = files.map((f, i) => ({
    name: f.name,
    bytes: f.bytes,
    sha256: f.sha256,
    form:
      results[i]!.unneeded === undefined ? fileText(f) : `${fileText(f)}, not read: nothing here asks for its topic`,
    events: results[i]!.events,
  }));
  return {
    relations,
    counts,
    inputs,
    rejected: rejected.sort(byPlace),
    notes: [...new Set([...notes, ...guesses, ...files.flatMap((f) => f.notes ?? [])])]
      .sort()
      .concat(alterations, cut.notes, undated, deidentification?.notes ?? []),
    guesses,
    losses: [...new Set(cuts)].sort(),
    deidentified: deidentification?.notes ?? [],
    warnings: [...files.flatMap(toldOf), ...columns],
    firstEvent,
    lastEvent,
  };
}

/** Throws `too-many-bad-records` (exit 3) where more records cannot be used than the user allows. */
function stopAt(maxBad: number, rejected: readonly Rejected[]): void {
  if (rejected.length <= maxBad) return;
  const first = rejected[maxBad]!;
  throw new DiagnosticError(
    [
      {
        code: 'too-many-bad-records',
        severity: 'error',
        message: `More than ${maxBad} records cannot be used; stopped after ${rejected.length} in ${first.file}.`,
        place: { file: first.file, ...(first.line !== null && { line: first.line }) },
        expected: `at most ${maxBad} (--max-bad)`,
        found: `${rejected.length}, this one because it ${first.reason}`,
        help: 'Mend the export, or allow more.',
        next: `pharmabi inspect ${first.file}`,
      },
    ],
    EXIT.input,
  );
}

function byPlace(a: Rejected, b: Rejected): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0);
}

function refused(file: InputFile): readonly Rejected[] {
  const aside = setAside(file);
  if (aside === null) return file.rejected;
  const { code, reason, help } = aside;
  return [{ file: file.name, line: null, code, reason: help === undefined ? reason : `${reason}. ${help}` }];
}

/** What a file as a whole has to tell, where the answer stands. */
function toldOf(file: InputFile): readonly Diagnostic[] {
  return (file.notes ?? []).map((message) => ({
    code: 'records-set-aside',
    severity: 'warning',
    message,
    place: { file: file.name },
  }));
}

function spellings(files: readonly InputFile[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  // A header line spells the columns of its own file alone.
  const logs = files.filter((file) => setAside(file) === null && readerOf(file).header === undefined);
  for (const { fields } of recordFacts(logs))
    for (const [lower, name] of fields) if (!all.has(lower)) all.set(lower, name);
  return all;
}

/** When rows are placed that nothing dates; 0 where there are none. */
async function latestInstant(engine: Engine, instants: readonly string[]): Promise<number> {
  const undated = `SELECT EXISTS (SELECT 1 FROM ${EVENTS} WHERE class = 0 AND wanted AND committed IS NULL AND recorded IS NULL)::INTEGER`;
  if ((await count(engine, undated)) === 0) return 0;
  const times = [
    ...instants,
    'CASE WHEN NOT incremental THEN committed END',
    'CASE WHEN committed IS NULL THEN recorded END',
  ].map((t) => `max(${t})`);
  return await count(
    engine,
    `SELECT coalesce(greatest(${[...times, 'NULL'].join(', ')}), 0)::BIGINT FROM ${EVENTS} WHERE ${KEPT}`,
  );
}

async function bounds(
  engine: Engine,
  sources: readonly SourceDeclaration[],
): Promise<readonly [number | null, number | null]> {
  const streams = sources.flatMap((s, at) => (s.kind === 'stream' ? [at] : []));
  const filter = streams.length === 0 ? '' : ` AND s IN (${streams.join(', ')})`;
  const row = (await engine.rows(`SELECT min(ts), max(ts) FROM ${ORDERED} WHERE live${filter}`))[0];
  return [row?.[0] == null ? null : Number(row[0]), row?.[1] == null ? null : Number(row[1])];
}
