import { basename, dirname, relative, resolve, sep } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { removeTemporaryFiles } from '../engine/temporary.js';
import { schemaFilesText } from '../input/avro/schema-folder.js';
import { type Content, writeAtomically } from '../output/atomic.js';
import { sha256 } from '../provenance/digest.js';
import { type Manifest, type ManifestOutput, makeManifest, manifestText } from '../provenance/manifest.js';
import { versions } from '../provenance/versions.js';
import type { Effects } from './effects.js';
import type { Job, Produced, Rendered } from './jobs.js';
import { packageVersion } from './package.js';
import type { Voice } from './style.js';
import { exitOfWrite } from './targets.js';

/** Where the manifest of a run goes: where it was asked for, else beside the first file; null where nothing is a file. */
export function manifestPath(asked: string | undefined, paths: readonly string[]): string | null {
  const first = paths.find((p) => p !== '-');
  return asked ?? (first === undefined ? null : `${first}.manifest.json`);
}

/** The manifest of a finished job. `path` is where it stands or will stand: all names in it are relative to that. */
export async function manifestOf(job: Job, produced: Produced, path: string, cwd: string): Promise<Manifest> {
  const folder = dirname(resolve(cwd, path));
  return makeManifest({
    toolVersion: packageVersion(),
    versions: await versions(),
    command: job.command,
    pipeline: { ...job.pipeline, name: basename(job.pipeline.file) },
    options: job.options,
    ...(job.options.avroSchemas !== undefined && {
      avroSchemas: {
        folder: relativeName(job.options.avroSchemas, folder, cwd),
        sha256: sha256(schemaFilesText(resolve(cwd, job.options.avroSchemas))),
      },
    }),
    sources: job.bundled ? [] : job.paths.map((p) => relativeName(p, folder, cwd)),
    inputs: produced.result.inputs,
    counts: produced.result.counts,
    guesses: produced.result.guesses,
    losses: produced.result.losses,
    outputs: produced.files.map((file) => outputOf(file, folder, cwd)),
  });
}

function outputOf(file: Rendered, folder: string, cwd: string): ManifestOutput {
  return {
    name: relativeName(file.path, folder, cwd),
    form: file.form,
    bytes: file.bytes,
    sha256: file.sha256,
    ...((file.path === '-' || file.layout.ascii || file.layout.csvFor !== undefined) && { layout: file.layout }),
  };
}

function relativeName(path: string, folder: string, cwd: string): string {
  return path === '-' ? '-' : relative(folder, resolve(cwd, path)).split(sep).join('/') || '.';
}

/**
 * Writes every file and the manifest, all or none, and then what goes to stdout. Throws what the disk or an existing file
 * refuses (exit 2 or 5).
 */
export async function writeResults(
  produced: Produced,
  manifest: { readonly path: string; readonly content: Manifest } | null,
  force: boolean,
  effects: Effects,
  beside: readonly { readonly path: string; readonly bytes: Uint8Array }[] = [],
): Promise<void> {
  const files = produced.files.flatMap((f): readonly Content[] => {
    if (f.path === '-' || f.unchanged === true) return [];
    if (f.temporary !== undefined) return [{ path: f.path, temporary: f.temporary }];
    return f.content === undefined ? [] : [{ path: f.path, bytes: f.content }];
  });
  const all =
    manifest === null
      ? [...files, ...beside]
      : [...files, ...beside, { path: manifest.path, bytes: new TextEncoder().encode(manifestText(manifest.content)) }];
  const stopListening = effects.onInterrupt(removeTemporaryFiles);
  try {
    const problems = await writeAtomically(all, { force });
    if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
  } finally {
    stopListening();
  }
  for (const file of produced.files) {
    if (file.path === '-' && file.content !== undefined) await effects.stdout.write(file.content);
  }
}

/** One line on stderr of what was written, and the next likely command. */
export async function sayWritten(
  produced: Produced,
  manifest: string | null,
  voice: Voice,
  effects: Effects,
): Promise<void> {
  const names = [
    ...produced.files.map((f) => f.path).filter((p) => p !== '-'),
    ...(manifest === null ? [] : [manifest]),
  ];
  if (voice.quiet || names.length === 0) return;
  const next = manifest === null ? '' : `; next: pharmabi verify ${manifest}`;
  await effects.stderr.write(`wrote ${names.join(', ')}${next}\n`);
}
