import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { type FileInspection, type Inspection, inspectInputs, type TableInspection } from '../input/inspect.js';
import { checkPipeline } from '../replay/check.js';
import { shippedPipeline } from '../replay/shipped.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { wrap } from './help-text.js';
import { operationText, overviewText, totalsLine } from './inspect-overview.js';
import { readPrivacy } from './privacy-options.js';
import { startProgress } from './progress.js';
import { readReplayOptions } from './replay-options.js';
import { withEngine } from './session.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayBundled } from './settings.js';

const SHOWN_UNDECODABLE = 5;

/** Runs `pharmabi inspect`. */
export async function runInspect(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = readerOf(args, effects);
  const voice = readVoice(read, effects);
  const limits = readLimits(read);
  const replayOptions = readReplayOptions(read);
  read.done();
  const pipeline = readPipeline(read.text('pipeline'), effects);
  const { policy, hashKey } = readPrivacy(read, effects);
  const inputs = readInputs(args.positionals, effects);
  await sayBundled(inputs.bundled, voice, effects);
  const inspection = await withEngine(limits, voice, effects, async (engine) => {
    const progress = startProgress(effects, voice, () => engine.progress());
    progress.say('inspecting');
    try {
      return await inspectInputs(engine, inputs.paths, { ...replayOptions, decimals: declaredDecimals() });
    } finally {
      await progress.stop();
    }
  });
  if (args.flags.has('privacy')) {
    const { columnPrivacy, privacyText } = await import('./inspect-privacy.js');
    const columns = columnPrivacy(inspection.files, pipeline, policy!, hashKey !== undefined);
    const said = args.flags.has('json') ? `${JSON.stringify({ columns }, null, 2)}\n` : privacyText(columns);
    await effects.stdout.write(said);
    return EXIT.ok;
  }
  const text = args.flags.has('json')
    ? `${JSON.stringify(inspection, null, 2)}\n`
    : voice.verbose
      ? inspectionText(inspection)
      : overviewText(inspection);
  await effects.stdout.write(text);
  return EXIT.ok;
}

/** Fields that the shipped pipeline declares as decimals, in lower case. */
function declaredDecimals(): ReadonlySet<string> {
  const { text, file } = shippedPipeline();
  const sources = checkPipeline(text, file).relations.filter((relation) => relation.topic !== undefined);
  const decimals = sources.flatMap((relation) => relation.columns.filter((column) => column.type.kind === 'DECIMAL'));
  return new Set(decimals.map((column) => column.name.toLowerCase()));
}

/** Everything, file by file. */
function inspectionText(inspection: Inspection): string {
  return `${[totalsLine(inspection), ...inspection.files.flatMap((f) => ['', ...fileLines(f)])].join('\n')}\n`;
}

function fileLines(file: FileInspection): readonly string[] {
  const side = Object.entries(file.sideTopics).map(([what, n]) => `${n} ${what} records, set aside`);
  const shown = file.undecodable.slice(0, SHOWN_UNDECODABLE);
  const more = file.undecodable.length - shown.length;
  const facts = [
    `${file.form}${file.connector === null ? '' : `, ${file.connector}`}`,
    ...side,
    ...(file.tombstones > 0 ? [`${file.tombstones} tombstones`] : []),
    ...file.missing.map((text) => `note: ${text}`),
    ...shown.map((u) => `not decoded${u.line === null ? '' : `, line ${u.line}`}: ${u.reason}`),
    ...(more > 0 ? [`and ${more} more that were not decoded (--json lists them)`] : []),
  ];
  return [file.name, ...facts.flatMap((text) => wrap(text, 2)), ...file.tables.flatMap(tableLines)];
}

function tableLines(table: TableInspection): readonly string[] {
  const operations = Object.entries(table.operations).map(([op, n]) => `${n} ${operationText(op)}`);
  const repeats = table.repeats === 0 ? '' : `; ${table.repeats} repeats`;
  const committed =
    table.firstCommit === null ? [] : [`committed ${time(table.firstCommit)} to ${time(table.lastCommit)}`];
  const fields = Object.entries(table.fields).map(([name, type]) => `${name} ${type}`);
  return [
    ...wrap(`table ${table.table}: ${table.records} records (${operations.join(', ')})${repeats}`, 2),
    ...committed.flatMap((text) => wrap(text, 4)),
    ...wrap(`fields ${fields.join(', ')}`, 4),
  ];
}

function time(epochMs: number | null): string {
  return epochMs === null ? 'unknown' : new Date(epochMs).toISOString();
}
