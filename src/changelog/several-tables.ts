import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { type InputFile, recordFacts } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import { isNamed } from './match.js';

/**
 * Sources that more than one physical table (server, database, schema, table) would meet: they are never merged in silence. By the first
 * records of every file; an option that names the table settles it.
 */
export function severalTables(
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  { topics }: Pick<ReplayOptions, 'topics'>,
): readonly Diagnostic[] {
  const origins = new Set(recordFacts(files).flatMap((facts) => [...(facts.origins ?? [])]));
  const found = new Map<string, Diagnostic>();
  for (const source of sources) {
    const topic = source.topic.toLowerCase();
    if (isNamed(source, topics)) continue;
    const mine = [...origins]
      .filter((full) => (topic.includes('.') ? `.${full}`.endsWith(`.${topic}`) : tableOfTopic(full) === topic))
      .sort();
    if (mine.length < 2) continue;
    const table = tableOfTopic(topic);
    found.set(table, {
      code: 'several-tables',
      severity: 'error',
      message: `More than one table meets the topic "${source.topic}": ${mine.join(', ')}. They are several tables of different databases, servers or schemas, and are not merged unasked.`,
      place: { topic: source.topic },
      expected: 'one table for each declared topic',
      found: mine.join(', '),
      help: `Choose one: --topic ${table}=${mine[0]}. To merge them: --topic "${table}=*.${table}".`,
      next: 'pharmabi inspect INPUT...',
    });
  }
  return [...found.values()];
}
