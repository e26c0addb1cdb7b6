import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { listPaths } from '../input/expand.js';
import type { Demand } from '../plan/plan.js';
import { bindRun, checkPolicy } from '../replay/index.js';
import type { Effects } from './effects.js';
import { withText } from './failures.js';
import type { Settings } from './finish.js';
import type { Job } from './jobs.js';

/** Says what a job would read and write, after all that can be checked without its data. Throws what is wrong, as a run would. */
export async function dryRun(
  job: Job,
  demand: readonly Demand[],
  { manifest, quarantine, force }: Pick<Settings, 'manifest' | 'quarantine' | 'force'>,
  effects: Effects,
): Promise<ExitCode> {
  const { plan } = bound(job, demand);
  const topics = [...new Set(plan.sources.map(({ topic }) => topic))].sort();
  const files = listPaths(job.paths).map(({ path, name, refused }) => fileLine(path, name, refused));
  const outputs = [...job.targets.map(({ path }) => path), manifest, quarantine].filter((path) => path !== null);
  const lines = [
    `pipeline ${job.pipeline.file}: no errors`,
    ...demand.map(
      ({ relation, columns }) => `reads ${relation}${columns === undefined ? '' : ` (${columns.join(', ')})`}`,
    ),
    `topics ${topics.join(', ')}`,
    ...files,
    ...outputs.map((path) => `output ${path === '-' ? 'stdout' : path}${fate(path, force, effects)}`),
    'dry run: nothing was read, nothing written',
  ];
  await effects.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
}

function bound(job: Job, demand: readonly Demand[]): ReturnType<typeof bindRun> {
  try {
    const made = bindRun({ pipeline: job.pipeline, demand, options: job.options });
    checkPolicy(made, job.options);
    return made;
  } catch (error) {
    throw withText(error, job.pipeline);
  }
}

function fileLine(path: string, name: string, refused: string | undefined): string {
  if (path === '-') return 'input stdin';
  const size = statSync(path, { throwIfNoEntry: false });
  return `input ${name} (${refused ?? (size?.isFile() === true ? `${size.size} bytes` : 'a pipe')})`;
}

function fate(path: string, force: boolean, { cwd }: Effects): string {
  if (path === '-' || !existsSync(resolve(cwd, path))) return '';
  return force ? ' (exists, and is replaced)' : ' (exists: other content needs --force)';
}
