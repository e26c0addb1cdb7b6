import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type FoundTable, guessTables } from '../config/guess.js';
import { configText, pipelineText, unsureOf } from '../config/write.js';
import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { type Inspection, inspectInputs } from '../input/inspect.js';
import { writeAtomically } from '../output/atomic.js';
import { checkPipeline } from '../replay/check.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { INIT } from './init.js';
import { startProgress } from './progress.js';
import { readReplayOptions } from './replay-options.js';
import { withEngine } from './session.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayBundled } from './settings.js';
import { exitOfWrite } from './targets.js';
import { usage } from './usage.js';

/** Runs `pharmabi init`. */
export async function runInit(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects, INIT.options);
  const voice = readVoice(read, effects);
  const limits = readLimits(read);
  const shaping = readReplayOptions(read);
  const [folder, ...named] = args.positionals;
  if (folder === undefined)
    read.refuse(usage('missing-argument', 'Which folder? Its name is missing.', 'pharmabi init shop exports/'));
  read.done();
  const pipeline = { ...readPipeline(read, effects), mapping: { tables: [] } };
  const { sources, diagnostics } = checkPipeline(pipeline);
  if (diagnostics.some((d) => d.severity === 'error')) throw new DiagnosticError(diagnostics, EXIT.pipeline);
  const inputs = readInputs(named, effects);
  await sayBundled(inputs.bundled, voice, effects);
  const inspection = await withEngine(limits, voice, effects, async (engine) => {
    const progress = startProgress(effects, voice, () => engine.progress());
    progress.say('inspecting');
    try {
      return await inspectInputs(engine, inputs.paths, shaping);
    } finally {
      await progress.stop();
    }
  });
  const found = foundTables(inspection);
  const guesses = guessTables(sources, found);
  const name = basename(pipeline.file);
  const config = configText({ pipeline: name, guesses, notes: optionNotes(inspection) });
  const files = [
    { path: join(folder!, 'pharmabi.yaml'), text: config },
    { path: join(folder!, name), text: pipelineText(pipeline.text, found, guesses) },
  ];
  mkdirSync(resolve(effects.cwd, folder!), { recursive: true });
  const bytes = files.map(({ path, text }) => ({ path, bytes: new TextEncoder().encode(text) }));
  const problems = await writeAtomically(bytes, { force: read.flag('force') });
  if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
  if (!voice.quiet)
    await sayNext(
      files.map(({ path }) => path),
      unsureOf(guesses),
      named,
      effects,
    );
  return EXIT.ok;
}

async function sayNext(
  [config, pipeline]: readonly string[],
  unsure: number,
  named: readonly string[],
  effects: Effects,
): Promise<void> {
  const open =
    unsure === 0
      ? 'every name was recognised'
      : `${unsure} name${unsure === 1 ? ' is' : 's are'} yours to decide: look for # in ${config}`;
  const inputs = named.map((path) => ` ${path}`).join('');
  await effects.stderr.write(
    `wrote ${config}, ${pipeline}; ${open}\nnext: pharmabi report discount-impact${inputs} --config ${config}\n`,
  );
}

/** One table of each name, with the fields of all its files. */
function foundTables({ files }: Inspection): readonly FoundTable[] {
  const tables = new Map<string, Record<string, string>>();
  for (const { table, fields } of files.flatMap((file) => file.tables)) {
    const known = tables.get(table) ?? {};
    for (const [field, type] of Object.entries(fields))
      known[field] = known[field] === undefined || known[field] === 'null' ? type : known[field];
    tables.set(table, known);
  }
  return [...tables].map(([table, fields]) => ({ table, fields })).sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** What the files ask to be told, as lines to be uncommented. */
function optionNotes({ files }: Inspection): readonly string[] {
  const scale = files.flatMap((file) => file.missing).find((note) => note.includes('--decimal-scale'));
  return scale === undefined ? [] : [scale, 'decimal-scale: [2]'];
}
