import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { jsonText } from '../diagnostics/visible.js';
import {
  type Declared,
  type FileInspection,
  type GuessedType,
  type Inspection,
  inspectInputs,
  type TableInspection,
} from '../input/inspect.js';
import { tableOfTopic } from '../input/topic-name.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import { checkPipeline } from '../replay/check.js';
import type { PipelineText } from '../replay/compile.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { wrap } from './help-text.js';
import { operationText, overviewText, totalsLine } from './inspect-overview.js';
import { readPrivacy } from './privacy-options.js';
import { startProgress } from './progress.js';
import { readReplayOptions } from './replay-options.js';
import { withEngine } from './session.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayBundled } from './settings.js';

/** Version of the document: docs/inspect.md says what its keys mean. */
const INSPECT_SCHEMA = 'pharmabi.inspect/1';
const SHOWN_UNDECODABLE = 5;

/** Runs `pharmabi inspect`. */
export async function runInspect(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects);
  const voice = readVoice(read, effects);
  const limits = readLimits(read);
  const replayOptions = readReplayOptions(read);
  read.done();
  const pipeline = readPipeline(read, effects);
  const { policy, hashKey } = readPrivacy(read, effects);
  const inputs = readInputs(args.positionals, effects);
  await sayBundled(inputs.bundled, voice, effects);
  const inspection = await withEngine(limits, voice, effects, async (engine) => {
    const progress = startProgress(effects, voice, () => engine.progress());
    progress.say('inspecting');
    try {
      return await inspectInputs(engine, inputs.paths, { ...replayOptions, declared: declaredBy(pipeline) });
    } finally {
      await progress.stop();
    }
  });
  if (args.flags.has('privacy')) {
    const { columnPrivacy, privacyText } = await import('./inspect-privacy.js');
    const columns = columnPrivacy(inspection.files, pipeline, policy!, hashKey !== undefined);
    const said = args.flags.has('json') ? jsonText({ columns }) : privacyText(columns);
    await effects.stdout.write(said);
    return EXIT.ok;
  }
  const text = args.flags.has('json')
    ? jsonText({ schema: INSPECT_SCHEMA, ...inspection })
    : voice.verbose
      ? inspectionText(inspection)
      : overviewText(inspection);
  await effects.stdout.write(text);
  return EXIT.ok;
}

/** What the pipeline says of the data: which fields are decimals, and which field dates the rows of a table. */
function declaredBy(pipeline: PipelineText): Declared {
  const { sources } = checkPipeline(pipeline);
  const decimals = sources.flatMap((source) => source.columns.filter((column) => column.type.kind === 'DECIMAL'));
  const dating = ({ columns, timestamp }: SourceDeclaration): string | undefined => {
    const column = columns.find(({ name }) => name === timestamp?.column);
    return column === undefined ? undefined : fieldOf(column);
  };
  const typed = new Map<string, Map<string, GuessedType>>();
  for (const { topic, columns } of sources) {
    const table = tableOfTopic(topic.toLowerCase());
    const found = typed.get(table) ?? new Map<string, GuessedType>();
    for (const column of columns) {
      const { type } = column;
      if (type.kind === 'TIMESTAMP' || type.kind === 'DATE' || type.kind === 'TIME' || type.kind === 'BYTES')
        found.set(fieldOf(column), type.kind);
    }
    typed.set(table, found);
  }
  return {
    typed,
    decimals: new Set(decimals.map(fieldOf)),
    times: new Map(
      sources.flatMap((source) => {
        const field = dating(source);
        return field === undefined ? [] : [[tableOfTopic(source.topic.toLowerCase()), field] as const];
      }),
    ),
  };
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
    ...file.guesses.map((text) => `guess: ${text}`),
    ...file.schemaChanges.filter((change) => !change.snapshot).map(changeText),
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
  const happened =
    table.firstEvent === null ? [] : [`event time ${time(table.firstEvent)} to ${time(table.lastEvent)}`];
  const key = table.key === null ? [] : [`key ${table.key.join(', ')}`];
  const fields = Object.entries(table.fields).map(([name, type]) => `${name} ${type}`);
  return [
    ...wrap(`table ${table.table}: ${table.records} records (${operations.join(', ')})${repeats}`, 2),
    ...[...committed, ...happened, ...key].flatMap((text) => wrap(text, 4)),
    ...wrap(`fields ${fields.join(', ')}`, 4),
  ];
}

/** `schema change: ALTER pharmacy.products, 16 columns, at mysql-bin.000003:1589164 (2026-11-22T...)`. */
function changeText({ kind, table, columns, place, committed }: FileInspection['schemaChanges'][number]): string {
  const where = place === null ? '' : `, at ${place}`;
  return `schema change: ${kind} ${table}, ${columns.length} columns${where} (${time(committed)})`;
}

function time(epochMs: number | null): string {
  return epochMs === null ? 'unknown' : new Date(epochMs).toISOString();
}
