import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { identifier, text } from '../sql/quote.js';
import { commit, discard, flush, temporaryFor } from './atomic.js';
import { csvHeader, csvLine, jsonLine, type OutputColumn } from './relation-sql.js';
import { codeOf, failure, inspectTarget, type Target } from './target.js';

/** `csv` with a header, one JSON object a line, or one JSON array. Lines end in LF, the text is UTF-8. */
export type RelationFormat = 'csv' | 'ndjson' | 'json';

/** Rows to be written: `sql` yields at least the columns named, in the final order of the rows. */
export interface RelationQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/**
 * Writes a relation's rows as text made by DuckDB: decimals with all their digits, doubles in their shortest exact text,
 * times in ISO 8601 (UTC, milliseconds, `Z`). A path is written beside the target and renamed when complete; a stream
 * gets chunks as fast as its reader takes them, and a reader that went away (`| head`) ends the writing quietly.
 * Returns why nothing was written; an empty list means done. Errors of the query itself are thrown.
 */
export async function writeRelation(
  engine: Engine,
  query: RelationQuery,
  format: RelationFormat,
  target: Writable | string,
  options: { readonly force: boolean } = { force: false },
): Promise<readonly Diagnostic[]> {
  if (typeof target !== 'string') {
    await writeToStream(engine, query, format, target);
    return [];
  }
  const place = inspectTarget(target);
  return 'code' in place ? [place] : await writeToFile(engine, query, format, place, options);
}

async function writeToFile(
  engine: Engine,
  query: RelationQuery,
  format: RelationFormat,
  target: Target,
  options: { readonly force: boolean },
): Promise<readonly Diagnostic[]> {
  const temporary = temporaryFor(target);
  try {
    // DuckDB reports trouble with a file without a code; making it here first gives the system's own words.
    const handle = await open(temporary, 'wx');
    try {
      if (format === 'json') await writeJsonArray(engine, query, async (chunk) => void (await handle.writeFile(chunk)));
      else await engine.run(copyStatement(query, format, temporary));
    } finally {
      await handle.close();
    }
    await flush(temporary);
    return await commit([{ target, temporary }], options);
  } catch (error) {
    // The engine's words for a full disk carry no code.
    if (/No space left/i.test(String(error))) return [failure(target.path, { code: 'ENOSPC' })];
    return [failure(target.path, error)];
  } finally {
    discard([temporary]);
  }
}

/**
 * COPY of a single column of finished lines. Without a quoting character DuckDB writes them as they are, three times
 * faster than chunks through JavaScript; with one column the delimiter is never used. The header is the column's name.
 */
function copyStatement(query: RelationQuery, format: 'csv' | 'ndjson', path: string): string {
  const name = format === 'csv' ? identifier(csvHeader(query.columns)) : 'line';
  const line = format === 'csv' ? csvLine(query.columns) : jsonLine(query.columns);
  return `COPY (SELECT ${line} AS ${name} FROM (${query.sql})) TO ${text(path)}
    (FORMAT csv, HEADER ${format === 'csv'}, QUOTE '', ESCAPE '', DELIMITER '\u001f', NULLSTR '', COMPRESSION none)`;
}

/** Lines of the relation in chunks of about two thousand. Rows exist in JavaScript only as the text of their chunk. */
async function* lineChunks(engine: Engine, query: RelationQuery, line: string): AsyncGenerator<readonly string[]> {
  const result = await engine.connection.stream(`SELECT ${line} AS line FROM (${query.sql})`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getColumnValues(0) as string[];
  }
}

type Sink = (text: string) => Promise<void>;

async function writeJsonArray(engine: Engine, query: RelationQuery, sink: Sink): Promise<void> {
  let opened = false;
  for await (const lines of lineChunks(engine, query, jsonLine(query.columns))) {
    await sink((opened ? ',\n' : '[\n') + lines.join(',\n'));
    opened = true;
  }
  await sink(opened ? '\n]\n' : '[]\n');
}

async function writeToStream(
  engine: Engine,
  query: RelationQuery,
  format: RelationFormat,
  stream: Writable,
): Promise<void> {
  const sink: Sink = (chunk) =>
    new Promise((done, fail) => {
      // The callback comes when the chunk was taken: one chunk is in flight, however slow the reader is.
      stream.write(chunk, (error) => (error ? fail(error) : done()));
    });
  // Without a listener the stream's own error event would end the process before the callback is seen.
  const ignore = (): void => undefined;
  stream.on('error', ignore);
  try {
    if (format === 'json') return await writeJsonArray(engine, query, sink);
    if (format === 'csv') await sink(`${csvHeader(query.columns)}\n`);
    const line = format === 'csv' ? csvLine(query.columns) : jsonLine(query.columns);
    for await (const lines of lineChunks(engine, query, line)) await sink(`${lines.join('\n')}\n`);
  } catch (error) {
    if (!READER_GONE.has(codeOf(error) ?? '')) throw error;
  } finally {
    stream.off('error', ignore);
  }
}

const READER_GONE: ReadonlySet<string> = new Set([
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
]);
