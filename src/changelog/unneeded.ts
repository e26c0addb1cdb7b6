import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { numberedLines } from '../input/json-relation.js';
import { tableOfTopic } from '../input/topic-name.js';
import { text } from '../sql/quote.js';
import type { LoadContext } from './load-context.js';
import { needsTransactions } from './raw-select.js';

/** What stands in a file that nothing reads. */
export interface Unneeded {
  /** True where one of its changes is a TRUNCATE: then the log does not leave them out. */
  readonly truncates: boolean;
}

/**
 * Looks whether a file is of a topic that no source is over: its name says so, and no line of it names a table of a source (in a file
 * that began with side topics alone: no line that could be a change). Null where it must be read. A cut asks all topics of a transaction.
 */
export async function unneeded(engine: Engine, file: InputFile, context: LoadContext): Promise<Unneeded | null> {
  const { sources, options } = context;
  const facts = file.form.records;
  if (facts === undefined || !readerOf(file).lines || !file.fileTopic.includes('.')) return null;
  if (options.topics.length > 0 || needsTransactions(options)) return null;
  const tables = [...new Set(sources.map(({ topic }) => tableOfTopic(topic.toLowerCase())))];
  if (tables.includes(tableOfTopic(file.fileTopic))) return null;
  const names = `(?i)["./](${tables.map((table) => table.replace(/[^a-z0-9_]/g, '.')).join('|')})\\\\?"`;
  const bare = !facts.envelope && !facts.flat;
  const change = bare ? `AND regexp_matches(line, 'before|after|__(op|table|deleted)')` : '';
  const [row] = await engine.rows(
    `SELECT coalesce(bool_or(regexp_matches(line, ${text(names)}) ${change}), false), coalesce(bool_or(regexp_matches(line, ${text('"op\\\\?"\\s*:\\s*\\\\?"t\\\\?"')})), false) FROM (${numberedLines(file)})`,
  );
  return row![0] === true ? null : { truncates: row![1] === true };
}
