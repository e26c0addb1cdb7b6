import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KitFile, kitOf, totals } from '../deploy/kit.js';
import { clusterProblems } from '../deploy/refusals.js';
import { type Topology, topologyOf } from '../deploy/topology.js';
import { type Diagnostic, DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { renderDiagnostics } from '../diagnostics/render.js';
import { writeAtomically } from '../output/atomic.js';
import { compileText } from '../replay/compile.js';
import type { Arguments } from './arguments.js';
import { DEPLOY } from './deploy.js';
import type { Effects } from './effects.js';
import { textsOf } from './failures.js';
import { readPartitions } from './partitions.js';
import { readerOf, readPipeline, readVoice } from './settings.js';
import { exitOfWrite } from './targets.js';
import { usage } from './usage.js';

/** What the files of a kit are free of, whatever the pipeline says. */
const MENDED: ReadonlySet<string> = new Set(['deploy-partitions', 'deploy-second-run', 'deploy-offset-reset']);

/** Runs `pharmabi deploy`. */
export async function runDeploy(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects, DEPLOY.options);
  const voice = readVoice(read, effects);
  const folder = args.positionals.at(-1);
  const file = args.positionals.length > 1 ? args.positionals[0] : undefined;
  if (folder === undefined || folder.endsWith('.ksql') || args.positionals.length > 2) {
    read.refuse(
      usage('missing-argument', 'pharmabi deploy takes a FILE.ksql and a DIR.', 'pharmabi deploy pipeline.ksql kit'),
    );
    read.done();
  }
  const text = readPipeline(read, effects, file);
  const { pipeline, diagnostics } = compileText(text);
  if (diagnostics.some((d) => d.severity === 'error')) throw new DiagnosticError(diagnostics, EXIT.pipeline);
  const topology = topologyOf(pipeline);
  const partitions = readPartitions(read, topology);
  const [replicas, queries] = [read.integer('replicas', 1, 100) ?? 3, read.integer('queries', 1, 10_000) ?? 20];
  read.done();
  const database = read.text('database') ?? 'pharmacy';
  const counts = new Map([...topology.sources.map(({ name }): [string, number] => [name, 4]), ...partitions]);
  const problems = clusterProblems(pipeline, topology, counts).filter((d) => !MENDED.has(d.code));
  if (problems.some((d) => d.severity === 'error'))
    throw new DiagnosticError(placed(problems, text.file), EXIT.pipeline);
  const of = (topic: string): number => counts.get(topic)!;
  const files = kitOf({ text: text.text, pipeline, topology, database, partitions: of, replicas, queries });
  await write(files, folder!, read.flag('force'), effects);
  if (!voice.quiet) {
    const rendered = renderDiagnostics(placed(problems, text.file), textsOf(text), { color: voice.colour });
    await effects.stderr.write(problems.length === 0 ? '' : `${rendered}\n`);
    await effects.stdout.write(
      `${files.map(({ name }) => `wrote ${join(folder!, name)}`).join('\n')}\n${heldLine(topology)}`,
    );
  }
  return EXIT.ok;
}

/** What a cluster has to hold for a pipeline, in one line. */
export function heldLine(topology: Topology): string {
  const { repartitions, foreignKeyJoins, stores } = totals(topology.queries);
  return `on a cluster: ${topology.sources.length} source topics, ${topology.queries.length} queries, ${repartitions} repartitions, ${foreignKeyJoins} foreign-key joins, ${stores} state stores\n`;
}

function placed(problems: readonly Diagnostic[], file: string): readonly Diagnostic[] {
  return problems.map((d) => ({ ...d, place: { ...d.place, file } }));
}

async function write(files: readonly KitFile[], folder: string, force: boolean, effects: Effects): Promise<void> {
  mkdirSync(resolve(effects.cwd, folder), { recursive: true });
  const encoder = new TextEncoder();
  const bytes = files.map(({ name, text }) => ({ path: join(folder, name), bytes: encoder.encode(text) }));
  const problems = await writeAtomically(bytes, { force });
  if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
}
