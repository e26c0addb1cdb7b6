import { isInstant } from '../input/forms/index.js';
import { cutEvents } from './cuts.js';
import { fillDefaults, renameNotes } from './defaults.js';
import { dumpSnapshots } from './dump-snapshots.js';
import { CLASS, count, DROPPED, EVENTS, KEPT } from './events-table.js';
import { settleGuesses } from './guesses.js';
import { leaveKeyless } from './keyless.js';
import { missingSources } from './missing.js';
import { missingColumns } from './missing-columns.js';
import { notesOf } from './notes.js';
import { countUndated, orderEvents } from './order.js';
import { counted, type EventLog, type Pass } from './pass.js';
import { rejectedValues } from './rejects.js';
import { dropRepeatedDumpRows, dropRepeats } from './repeats.js';
import { timestampSql } from './rowtime.js';
import { severalTables } from './several-tables.js';
import { carryForward } from './toast.js';
import { adoptTombstones } from './tombstones.js';
import { undatedNotes } from './undated.js';
import { unusableSources } from './unusable.js';
import { vanishedColumns } from './vanished.js';
import { wrappedNumbers } from './wrapped.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const SCALES: Pass = {
  name: 'scales',
  run: async ({ results }) => ({ problems: results.flatMap((r) => r.withoutScale) }),
};

const MISSING_SOURCES: Pass = {
  name: 'missing-sources',
  run: async ({ engine, files, sources, results }) => ({
    problems: await missingSources(engine, files, sources, results),
  }),
};

const MISSING_COLUMNS: Pass = {
  name: 'missing-columns',
  needs: ['missing-sources'],
  run: async ({ engine, files, sources, plan }) => ({ problems: await missingColumns(engine, files, sources, plan) }),
};

const SEVERAL_TABLES: Pass = {
  name: 'several-tables',
  run: async ({ files, sources, options }) => ({ problems: severalTables(files, sources, options) }),
};

/** Before the misfits go: what cannot be used, and columns that vanish. */
const UNUSABLE: Pass = {
  name: 'unusable',
  async run({ engine, files, context }) {
    const vanished = await vanishedColumns(engine, files, context);
    const [errors, warnings] = ['error', 'warning'].map((severity) => vanished.filter((d) => d.severity === severity));
    return { unusable: [...(await unusableSources(engine, files, context)), ...errors!], problems: warnings! };
  },
};

const SNAPSHOTS: Pass = {
  name: 'dump-snapshots',
  needs: ['misfits'],
  async run({ engine, files, sources, plan }) {
    const { questions, warnings } = await dumpSnapshots(engine, files, sources, plan);
    return { problems: [...questions, ...warnings], notes: warnings.map(({ message }) => message) };
  },
};

/** One unit must hold for all values of a column. */
const GUESSES: Pass = {
  name: 'guesses',
  async run({ engine, sources, plan, results }) {
    const { ambiguous, warnings, guesses, cuts } = await settleGuesses(engine, sources, plan);
    return {
      problems: [...ambiguous, ...warnings],
      guesses: [...guesses, ...results.flatMap((r) => r.guesses)],
      losses: [...cuts, ...results.flatMap((r) => r.cuts)],
    };
  },
};

const KEYLESS: Pass = {
  name: 'keyless',
  async run({ engine, sources, plan }) {
    const { records, gone } = await leaveKeyless(engine, sources, plan);
    return { counts: { withoutKey: records, keylessGone: gone } };
  },
};

const MISFITS: Pass = {
  name: 'misfits',
  progress: 'removing repeats',
  async run({ engine, files, plan }) {
    const rejected = await rejectedValues(engine, files, plan);
    await engine.run(`INSERT INTO ${DROPPED} SELECT rowid, 'misfit' FROM ${EVENTS} WHERE misfit IS NOT NULL`);
    return { rejected };
  },
};

const DEFAULTS: Pass = {
  name: 'defaults',
  needs: ['misfits'],
  run: async ({ engine, altered, sources, plan, options, context }) => ({
    remarks: [
      ...(await fillDefaults(engine, altered.added, sources, plan, options, context.deidentification)),
      ...(await renameNotes(engine, context.renamed, sources, plan, options)),
    ],
  }),
};

const TOMBSTONES: Pass = {
  name: 'tombstones',
  needs: ['keyless'],
  async run({ engine, plan, results }) {
    const here = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE class = ${CLASS.tombstone}`);
    const tombstones = here + sum(results.map((r) => r.bareNulls));
    return { counts: { tombstones, tombstoneDeletes: await adoptTombstones(engine, plan) } };
  },
};

const REPEATS: Pass = {
  name: 'repeats',
  needs: ['misfits', 'tombstones'],
  run: async ({ engine, plan }) => ({ counts: { duplicates: await dropRepeats(engine, plan) } }),
};

const DUMP_REPEATS: Pass = {
  name: 'dump-repeats',
  needs: ['misfits', 'dump-snapshots'],
  async run(log) {
    const dumps = log.files.flatMap((f, i) => (isInstant(f) ? [i] : []));
    const n = await dropRepeatedDumpRows(log.engine, log.plan, dumps, instantsOf(log));
    return { counts: { duplicates: n, dumpRepeats: n } };
  },
};

/** The distinct columns that date the records of sources, as SQL. */
function instantsOf({ sources, plan }: EventLog): readonly string[] {
  return [...new Set(sources.map((s, at) => timestampSql(s, at, plan)).filter((s) => s !== 'NULL'))];
}

const TOAST: Pass = {
  name: 'toast',
  needs: ['repeats'],
  run: async ({ engine, plan }) => ({ counts: { carriedForward: await carryForward(engine, plan) } }),
};

/** Counts what takes part, and says when rows are placed that nothing dates. */
const EXTENT: Pass = {
  name: 'extent',
  needs: ['toast', 'repeats', 'dump-repeats'],
  async run(log) {
    const fallback = await latestInstant(log);
    const events = await count(log.engine, `SELECT count(*) FROM ${EVENTS} WHERE ${KEPT}`);
    return { counts: { events, fallback } };
  },
};

/** The latest time of the input where there are rows that nothing dates, else 0. */
async function latestInstant(log: EventLog): Promise<number> {
  const undated = `SELECT EXISTS (SELECT 1 FROM ${EVENTS} WHERE class = 0 AND wanted AND committed IS NULL AND recorded IS NULL)::INTEGER`;
  if ((await count(log.engine, undated)) === 0) return 0;
  const times = [
    ...instantsOf(log),
    'CASE WHEN NOT incremental THEN committed END',
    'CASE WHEN committed IS NULL THEN recorded END',
  ].map((t) => `max(${t})`);
  const latest = `coalesce(greatest(${[...times, 'NULL'].join(', ')}), 0)::BIGINT`;
  return await count(log.engine, `SELECT ${latest} FROM ${EVENTS} WHERE ${KEPT}`);
}

const CUTS: Pass = {
  name: 'cuts',
  needs: ['extent'],
  async run(log) {
    const { engine, sources, plan, options } = log;
    const { records, notes } = await cutEvents(engine, sources, plan, options, counted(log, 'fallback'));
    return { counts: { cut: records }, remarks: notes };
  },
};

const ORDER: Pass = {
  name: 'order',
  needs: ['cuts'],
  progress: 'ordering events',
  async run(log) {
    const { engine, sources, plan, options } = log;
    const context = { sources, plan, options, fallback: counted(log, 'fallback') };
    const { openings, postponed, followed, last } = await orderEvents(engine, context);
    const remarks = undatedNotes(await countUndated(engine, context));
    return { counts: { openedBaselines: openings, postponed, followed }, remarks, last };
  },
};

const WRAPPED: Pass = {
  name: 'wrapped',
  run: async ({ engine, sources, plan, context }) => ({
    losses: await wrappedNumbers(engine, sources, plan, context.history),
  }),
};

/** What the log as a whole does not say, and what was set aside. */
const NOTES: Pass = {
  name: 'notes',
  needs: ['tombstones', 'dump-repeats', 'toast', 'order', 'keyless'],
  async run(log) {
    const { engine, files, sources, results } = log;
    const others = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE class = 0 AND NOT wanted`);
    const notes = await notesOf(engine, files, sources, results, {
      tombstoneDeletes: counted(log, 'tombstoneDeletes'),
      dumpRepeats: counted(log, 'dumpRepeats'),
      carried: counted(log, 'carriedForward'),
      postponed: counted(log, 'postponed'),
      followed: counted(log, 'followed'),
      keyless: counted(log, 'withoutKey'),
    });
    const otherTables = others - sum(results.map((r) => r.signals)) - counted(log, 'keylessGone');
    const unreadFiles = results.filter((r) => r.unneeded !== undefined).length;
    return { notes, counts: { otherTables, unreadFiles, setAside: sum(results.map((r) => r.setAside)) } };
  },
};

/** From the events as they were read to the change log in its order, in the order of their running. */
export const PASSES: readonly Pass[] = [
  SCALES,
  MISSING_SOURCES,
  MISSING_COLUMNS,
  SEVERAL_TABLES,
  UNUSABLE,
  GUESSES,
  KEYLESS,
  MISFITS,
  DEFAULTS,
  TOMBSTONES,
  REPEATS,
  SNAPSHOTS,
  DUMP_REPEATS,
  TOAST,
  EXTENT,
  CUTS,
  ORDER,
  WRAPPED,
  NOTES,
];
