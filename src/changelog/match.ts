import { tableOfTopic } from '../input/topic-name.js';
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
  const mine = mappingsOf(source, topics);
  // An option that names the table itself chooses among several of that name.
  if (isNamed(source, topics)) tests.length = 0;
  for (const mapping of mine) {
    const pattern = text(patternExpression(mapping.pattern.toLowerCase()));
    for (const name of [names.topic, names.full, names.table]) tests.push(`regexp_full_match(${name}, ${pattern})`);
  }
  return `coalesce(${tests.map((t) => `(${t})`).join(' OR ')}, false)`;
}

function mappingsOf(source: SourceDeclaration, topics: ReplayOptions['topics']): ReplayOptions['topics'] {
  const names = [source.topic.toLowerCase(), source.declaredTopic?.toLowerCase()];
  return topics.filter((mapping) => names.includes(mapping.name.toLowerCase()));
}

/** True where an option says with server or database (`--topic orders=shop.public.orders`) which table of its name a source is over. */
export function isNamed(source: SourceDeclaration, topics: ReplayOptions['topics']): boolean {
  const table = `.${tableOfTopic(source.topic.toLowerCase())}`;
  return mappingsOf(source, topics).some(({ pattern }) => pattern.toLowerCase().endsWith(table));
}

/** A pattern of `--topic` as a regular expression. */
export function patternExpression(pattern: string): string {
  return pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
}
