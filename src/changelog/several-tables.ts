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
      .filter((full, _, all) => !all.some((other) => isPartOf(full, other)))
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

/** A record that lacks its server or database is of no other table: `shop.orders` beside `server.shop.orders`. */
function isPartOf(name: string, other: string): boolean {
  const parts = name.split('.');
  if (parts.length >= other.split('.').length) return false;
  let at = 0;
  for (const part of other.split('.')) if (part === parts[at]) at += 1;
  return at === parts.length;
}
