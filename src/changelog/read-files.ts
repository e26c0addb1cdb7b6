import type { Engine } from '../engine/engine.js';
import { asOne, type Batch } from '../input/batch.js';
import { CLASS, EVENTS, isOf } from './events-table.js';
import type { LoadContext } from './load-context.js';
import { type FileRead, NOTHING, readFile } from './read-file.js';
import { unneeded } from './unneeded.js';

/**
 * Reads the files of a batch into the events table, in one statement where nothing is odd in any of them; else each half of them,
 * down to the file that is alone odd. Files of topics that nothing reads are only looked at. The results stand in the order of the files.
 */
export async function readFiles(engine: Engine, batch: Batch, context: LoadContext): Promise<readonly FileRead[]> {
  const { files } = batch;
  const left = await unneeded(engine, asOne(batch), context);
  if (left !== null)
    return await Promise.all(
      files.map(async (file) => ({ ...NOTHING, unneeded: left, file: (await file.whole?.()) ?? file })),
    );
  return await readNeeded(engine, batch, context);
}

async function readNeeded(engine: Engine, batch: Batch, context: LoadContext): Promise<readonly FileRead[]> {
  const { files, first } = batch;
  if (files.length === 1) return [await readFile(engine, files[0]!, first, context)];
  const all = await readFile(engine, asOne(batch), first, context);
  if (isPlain(all)) return await shared(engine, batch, all);
  const half = Math.ceil(files.length / 2);
  return [
    ...(await readNeeded(engine, { first, files: files.slice(0, half) }, context)),
    ...(await readNeeded(engine, { first: first + half, files: files.slice(half) }, context)),
  ];
}

/** Nothing of the result speaks of one file and not the others. */
function isPlain({ bareNulls, setAside, rejected, withoutScale, guesses }: FileRead): boolean {
  return bareNulls + setAside + rejected.length + withoutScale.length + guesses.length === 0;
}

/** What was found in all files, with the counts of each. */
async function shared(engine: Engine, batch: Batch, all: FileRead): Promise<readonly FileRead[]> {
  const rows = await engine.rows(
    `SELECT file_index, count(*), count(*) FILTER (op = 'd') FROM ${EVENTS} WHERE ${isOf(asOne(batch), batch.first)} AND class = ${CLASS.event} GROUP BY file_index`,
  );
  const counts = new Map(rows.map((row) => [Number(row[0]), row.slice(1).map(Number)] as const));
  return batch.files.map((file, at) => {
    const [events = 0, deletes = 0] = counts.get(batch.first + at) ?? [];
    return { ...all, events, deletes, file };
  });
}
