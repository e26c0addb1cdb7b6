import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';

/** Names under which a record may be known; all lower case, SQL expressions. */
export interface RecordNames {
  /** `source.table`, `__table`, else the last part of the topic. */
  readonly table: string;
  readonly topic: string;
  /** `<prefix>.<db or schema>.<table>`. */
  readonly full: string;
}

/** A SQL condition: the record belongs to the topic that the source declares. */
export function matchSql(source: SourceDeclaration, names: RecordNames, topics: ReplayOptions['topics']): string {
  const topic = source.topic.toLowerCase();
  const plain = text(topic);
  const tests = topic.includes('.')
    ? [`${names.full} = ${plain}`, `${names.topic} = ${plain}`, `ends_with(${names.full}, ${text(`.${topic}`)})`]
    : [`${names.table} = ${plain}`, `${names.topic} = ${plain}`];
  for (const mapping of topics) {
    if (![topic, source.declaredTopic?.toLowerCase()].includes(mapping.name.toLowerCase())) continue;
    const pattern = text(patternExpression(mapping.pattern.toLowerCase()));
    for (const name of [names.topic, names.full, names.table]) tests.push(`regexp_full_match(${name}, ${pattern})`);
  }
  return `coalesce(${tests.map((t) => `(${t})`).join(' OR ')}, false)`;
}

/** A pattern of `--topic` as a regular expression. */
export function patternExpression(pattern: string): string {
  return pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
}
