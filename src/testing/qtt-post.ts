import type { Pipeline } from '../ksql/analyzed.js';
import { typeText } from '../ksql/types.js';
import { field, textField } from './json.js';
import type { Case } from './qtt-case.js';

/** Undefined where every source that a case lists exists as listed, else what differs. */
export function checkPost(test: Case, pipeline: Pipeline): string | undefined {
  for (const source of test.post) {
    const name = textField(source, 'name') ?? '';
    const schema = pipeline.relations.get(name);
    if (schema === undefined) return `post: no relation ${name}`;
    const kind = textField(source, 'type');
    if (kind !== undefined && kind.toLowerCase() !== schema.kind)
      return `post: ${name} is a ${schema.kind}, expected ${kind}`;
    const wanted = textField(source, 'schema');
    const actual = schema.columns.map((c) => `${c.name} ${typeText(c.type)}${c.key ? ' KEY' : ''}`).join(',');
    if (wanted !== undefined && normal(wanted) !== normal(actual))
      return `post: schema of ${name}: expected ${normal(wanted)}, got ${normal(actual)}`;
    const key = textField(field(source, 'keyFormat'), 'format');
    if (key !== undefined && key !== schema.format.keyFormat)
      return `post: key format of ${name}: expected ${key}, got ${schema.format.keyFormat}`;
    const value = textField(source, 'valueFormat') ?? textField(field(source, 'valueFormat'), 'format');
    if (value !== undefined && value !== schema.format.valueFormat)
      return `post: value format of ${name}: expected ${value}, got ${schema.format.valueFormat}`;
  }
  return undefined;
}

function normal(schema: string): string {
  return schema
    .replace(/`/g, '')
    .replace(/\s*([,<>()])\s*/g, '$1')
    .replace(/\bINTEGER\b/gi, 'INT')
    .replace(/\bVARCHAR\b/gi, 'STRING')
    .replace(/\bPRIMARY KEY\b/gi, 'KEY')
    .replace(/\s+/g, ' ')
    .trim();
}
