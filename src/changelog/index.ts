import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { batchesOf } from '../input/batch.js';
import { fileText, readerOf } from '../input/forms/index.js';
import { type InputFile, recordFacts, setAside } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { parsePolicy } from '../privacy/parse.js';
import type { InputFact, Rejected, ReplayOptions, RunCounts } from '../relation.js';
import { alteredColumns } from './altered-columns.js';
import { relationName, throughCache } from './cache.js';
import type { ChangeLog } from './change-log.js';
import { type ColumnPlan, planColumns } from './columns.js';
import { bindHashKeys, judgeInputs, policyFailure } from './deidentify.js';
import { createEventsSql, DROPPED, EVENTS } from './events-table.js';
import { readHistory, type TableChange } from './history.js';
import { writeJournal } from './journal.js';
import type { LoadContext } from './load-context.js';
import { MACROS } from './macros.js';
import { ORDERED } from './order.js';
import { type EventLog, type Found, NOTHING_FOUND, together } from './pass.js';
import { PASSES } from './passes.js';
import type { FileResult } from './read-file.js';
import { readFiles } from './read-files.js';
import { lastRowsSql, relationSql } from './relations.js';
import { tableVersions } from './schema-history.js';

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
  recognised: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  options: ReplayOptions,
  onProgress: (message: string) => void,
  maxBad: number,
  journal: string | undefined,
): Promise<ChangeLog> {
  for (const macro of MACROS) await engine.run(macro);
  const plan = planColumns(sources);
  const history = await readHistory(engine, recognised);
  const altered = alteredColumns(history);
  const context = await contextOf(engine, recognised, { sources, plan, options, history, renamed: altered.renamed });
  const { deidentification } = context;
  const { files, results } = await readAll(engine, recognised, context, onProgress, maxBad);
  const bad = [...files.flatMap(refused), ...results.flatMap((r) => r.rejected)];
  const log = { engine, files, sources, plan, options, context, altered, results };
  const found = await runPasses(log, bad, onProgress, maxBad);
  const relations = await makeRelations(engine, sources, plan, found);
  const [firstEvent, lastEvent] = await bounds(engine, sources);
  if (journal !== undefined) {
    const policy = options.policy === undefined ? null : parsePolicy(options.policy.text, options.policy.file);
    await writeJournal(engine, journal, { sources, plan, policy, hasKey: options.hashKey !== undefined });
  }
  await engine.run('DROP VIEW IF EXISTS "$pairs"');
  for (const table of [EVENTS, DROPPED, ORDERED, '"$arrival"', '"$incremental"', '"$redated"'])
    await engine.run(`DROP TABLE IF EXISTS ${table}`);
  const rejected = [...bad, ...found.rejected];
  const guesses = [...new Set(found.guesses)].sort();
  const deidentified = deidentification?.notes ?? [];
  return {
    relations,
    counts: countsOf(found, rejected.length),
    inputs: files.map((file, i) => inputFact(file, results[i]!)),
    rejected: rejected.sort(byPlace),
    notes: [...new Set([...found.notes, ...guesses, ...files.flatMap((f) => f.notes ?? [])])]
      .sort()
      .concat(found.remarks, deidentified),
    guesses,
    losses: [...new Set(found.losses)].sort(),
    deidentified,
    warnings: [...files.flatMap(toldOf), ...found.problems],
    unusable: found.unusable,
    firstEvent,
    lastEvent,
  };
}

/** What reading depends on. Judges the columns by the policy first. */
async function contextOf(
  engine: Engine,
  files: readonly InputFile[],
  known: Pick<LoadContext, 'sources' | 'plan' | 'options' | 'renamed'> & { readonly history: readonly TableChange[] },
): Promise<LoadContext> {
  const { sources, plan, options, renamed, history } = known;
  const { policy, hashKey } = options;
  const deidentification =
    policy === undefined ? null : judgeInputs(parsePolicy(policy.text, policy.file), sources, plan, files, options);
  if (deidentification !== null && hashKey !== undefined) await bindHashKeys(engine, deidentification, hashKey);
  return {
    sources,
    plan,
    options,
    spelling: spellings(files),
    values: plan.values,
    history: tableVersions(history),
    deidentification,
    renamed: renamed.filter((r) => plan.values.some((v) => v.field === r.column)),
  };
}

/** Reads all files into the events table, and says how they were found when they were read to their ends. */
async function readAll(
  engine: Engine,
  recognised: readonly InputFile[],
  context: LoadContext,
  onProgress: (message: string) => void,
  maxBad: number,
): Promise<{ readonly files: readonly InputFile[]; readonly results: readonly FileResult[] }> {
  const { sources, plan, deidentification } = context;
  await engine.run(createEventsSql(plan));
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${DROPPED} (event_row BIGINT, why VARCHAR)`);
  const explainPolicy = (error: unknown): never => {
    throw deidentification === null ? error : policyFailure(error, { policy: deidentification.policy, sources, plan });
  };
  const files: InputFile[] = [];
  const results: FileResult[] = [];
  for (const batch of batchesOf(recognised)) {
    onProgress(`reading ${batch.files[0]!.name}`);
    for (const { file, ...result } of await readFiles(engine, batch, context).catch(explainPolicy)) {
      files.push(file);
      results.push(result);
    }
    stopAt(maxBad, [...files.flatMap(refused), ...results.flatMap((r) => r.rejected)]);
  }
  return { files, results };
}

/** Runs the passes one after the other. The first error ends the run; so do more records that cannot be used than are allowed. */
async function runPasses(
  log: Omit<EventLog, 'found'>,
  bad: readonly Rejected[],
  onProgress: (message: string) => void,
  maxBad: number,
): Promise<Found> {
  let found = NOTHING_FOUND;
  for (const one of PASSES) {
    if (one.progress !== undefined) onProgress(one.progress);
    found = together(found, await one.run({ ...log, found }));
    const errors = found.problems.filter((d) => d.severity === 'error');
    if (errors.length > 0) throw new DiagnosticError(errors, EXIT.input);
    stopAt(maxBad, [...bad, ...found.rejected]);
  }
  return found;
}

async function makeRelations(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  { last }: Found,
): Promise<ReadonlyMap<string, string>> {
  const relations = new Map<string, string>();
  for (const [at, source] of sources.entries()) {
    const relation = relationName(source.name);
    const sql =
      source.finalOnly === true
        ? lastRowsSql(relation, source, at, plan, last!(at))
        : relationSql(relation, source, at, plan);
    for (const statement of sql) await engine.run(statement);
    relations.set(source.name, relation);
  }
  return relations;
}

function countsOf({ counts }: Found, undecodable: number): RunCounts {
  const n = (name: string): number => counts.get(name) ?? 0;
  return {
    events: n('events'),
    duplicates: n('duplicates'),
    tombstones: n('tombstones'),
    undecodable,
    setAside: n('setAside'),
    cut: n('cut'),
    carriedForward: n('carriedForward'),
    tombstoneDeletes: n('tombstoneDeletes'),
    openedBaselines: n('openedBaselines'),
    postponedDeletes: n('postponed') + n('followed'),
    otherTables: n('otherTables'),
    withoutKey: n('withoutKey'),
    unreadFiles: n('unreadFiles'),
  };
}

function inputFact(file: InputFile, { unneeded, events }: FileResult): InputFact {
  const { name, bytes, sha256 } = file;
  const form = unneeded === undefined ? fileText(file) : `${fileText(file)}, not read: nothing here asks for its topic`;
  return { name, bytes, sha256, form, events };
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

async function bounds(
  engine: Engine,
  sources: readonly SourceDeclaration[],
): Promise<readonly [number | null, number | null]> {
  const streams = sources.flatMap((s, at) => (s.kind === 'stream' ? [at] : []));
  const filter = streams.length === 0 ? '' : ` AND s IN (${streams.join(', ')})`;
  const row = (await engine.rows(`SELECT min(ts), max(ts) FROM ${ORDERED} WHERE live${filter}`))[0];
  return [row?.[0] == null ? null : Number(row[0]), row?.[1] == null ? null : Number(row[1])];
}
