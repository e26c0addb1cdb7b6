import { clusterProblems, refusedQueries } from '../deploy/refusals.js';
import { topologyOf } from '../deploy/topology.js';
import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { renderDiagnostics } from '../diagnostics/render.js';
import { jsonText } from '../diagnostics/visible.js';
import { typeText } from '../ksql/types.js';
import { type Checked, type CheckedRelation, checkPipeline } from '../replay/check.js';
import { compileText, type PipelineText } from '../replay/compile.js';
import type { Arguments } from './arguments.js';
import { heldLine } from './deploy-run.js';
import type { Effects } from './effects.js';
import { textsOf } from './failures.js';
import { readPartitions } from './partitions.js';
import { readerOf, readPipeline, readVoice } from './settings.js';
import type { Voice } from './style.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** Runs `pharmabi check`. */
export async function runCheck(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects);
  const voice = readVoice(read, effects);
  if (args.positionals.length > 1)
    read.refuse(usage('too-many-arguments', 'pharmabi check takes one FILE.', 'Check them one by one.'));
  const pipeline = readPipeline(read, effects, args.positionals[0] ?? read.text('pipeline'));
  const deploys = args.flags.has('deploy');
  if (!deploys && read.texts('partitions').length > 0)
    read.refuse(
      usage('conflicting-options', '--partitions is read by --deploy alone.', 'pharmabi check --deploy --partitions 4'),
    );
  const checked: Checked & { readonly held?: string } = deploys
    ? checkedForCluster(pipeline, read)
    : checkPipeline(pipeline);
  read.done();
  const ok = checked.diagnostics.every((d) => d.severity !== 'error');
  if (args.flags.has('json')) await effects.stdout.write(checkedJson(pipeline, checked, ok));
  else await sayChecked(pipeline, checked, ok, voice, effects);
  if (deploys && checked.held !== undefined && !args.flags.has('json') && !voice.quiet)
    await effects.stdout.write(checked.held);
  return ok ? EXIT.ok : EXIT.pipeline;
}

/** The same with what a cluster would refuse or do otherwise, where the file itself has no mistake. */
function checkedForCluster(text: PipelineText, read: Reader): Checked & { readonly held?: string } {
  const checked = checkPipeline(text);
  if (checked.diagnostics.some((d) => d.severity === 'error')) return checked;
  const { pipeline } = compileText(text);
  const topology = topologyOf(pipeline);
  const existing = readPartitions(read, topology);
  const found = clusterProblems(pipeline, topology, existing);
  const refused = refusedQueries(pipeline, topology, existing);
  const problems = found.map((d) => ({ ...d, place: { ...d.place, file: text.file } }));
  return {
    ...checked,
    diagnostics: [...checked.diagnostics, ...problems],
    held: `${heldLine(topology)}${refusedLine(refused)}`,
  };
}

function refusedLine(refused: readonly string[]): string {
  const names = refused.join(', ');
  return refused.length === 0
    ? ''
    : `refused for their partitions, with what reads them: ${refused.length} (${names})\n`;
}

async function sayChecked(
  pipeline: PipelineText,
  checked: Checked,
  ok: boolean,
  voice: Voice,
  effects: Effects,
): Promise<void> {
  const shown = voice.quiet ? checked.diagnostics.filter((d) => d.severity === 'error') : checked.diagnostics;
  if (shown.length > 0) {
    const sources = textsOf(pipeline);
    await effects.stderr.write(`${renderDiagnostics(shown, sources, { color: voice.colour })}\n`);
  }
  if (ok) await effects.stdout.write(summary(pipeline, checked));
  else {
    const errors = checked.diagnostics.filter((d) => d.severity === 'error').length;
    await effects.stderr.write(`\n${pipeline.file}: ${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
  }
}

function summary(pipeline: PipelineText, checked: Checked): string {
  const made = (kind: string): number => checked.relations.filter((r) => r.kind === kind).length;
  const head = `${pipeline.file}: no errors; ${made('stream')} streams, ${made('table')} tables`;
  return `${[head, ...checked.relations.flatMap((r) => ['', ...relationLines(r)])].join('\n')}\n`;
}

function relationLines(relation: CheckedRelation): readonly string[] {
  const origin = relation.topic === undefined ? '' : `  (topic ${relation.topic})`;
  const width = Math.max(0, ...relation.columns.map((c) => c.name.length));
  return [
    `${relation.kind} ${relation.name}${origin}`,
    ...relation.columns.map((c) => `  ${c.name.padEnd(width)}  ${typeText(c.type)}${c.key ? '  key' : ''}`),
  ];
}

function checkedJson(pipeline: PipelineText, checked: Checked, ok: boolean): string {
  const document = {
    ok,
    file: pipeline.file,
    diagnostics: checked.diagnostics,
    relations: checked.relations.map((r) => ({
      name: r.name,
      kind: r.kind,
      topic: r.topic ?? null,
      columns: r.columns.map((c) => ({ name: c.name, type: typeText(c.type), key: c.key })),
    })),
    sources: checked.sources.map((s) => ({
      name: s.name,
      kind: s.kind,
      topic: s.topic,
      timestamp: s.timestamp?.column ?? null,
    })),
  };
  return jsonText(document);
}
