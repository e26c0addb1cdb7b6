import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { Policy } from '../privacy/policy.js';
import type { ReplayOptions } from '../relation.js';
import { patternExpression } from './match.js';

/**
 * The tables that a source reads, by lower-case name: what the pipeline and a mapping call it, and what the files and `--topic` say that it
 * is. A policy speaks of any of them.
 */
export function tablesRead(
  source: SourceDeclaration,
  files: readonly Pick<InputFile, 'fileTopic'>[],
  topics: ReplayOptions['topics'],
  policy: Pick<Policy, 'tables'>,
): readonly string[] {
  const own = [source.topic, source.declaredTopic ?? source.topic].map((topic) => topic.toLowerCase());
  const patterns = topics
    .filter(({ name }) => own.includes(name.toLowerCase()))
    .map(({ pattern }) => pattern.toLowerCase());
  const mapped = patterns.flatMap((pattern) => {
    const matches = new RegExp(`^${patternExpression(pattern)}$`);
    const inFiles = files
      .map(({ fileTopic }) => fileTopic)
      .filter((topic) => matches.test(topic) || matches.test(tableOfTopic(topic)));
    const inPolicy = [...policy.tables.keys()].filter((table) => matches.test(table) || pattern.endsWith(table));
    return [...(pattern.includes('*') ? [] : [pattern]), ...inFiles, ...inPolicy];
  });
  return [...new Set([...own, ...mapped].map(tableOfTopic))];
}
