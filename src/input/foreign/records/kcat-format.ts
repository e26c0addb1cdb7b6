import { BARE, type Framed, type Framing, textLines } from './framing.js';
import { instantOf, isJson, parseExact } from './json.js';
import type { TopicRecord } from './record.js';
import { innerValue, keyOf } from './unwrap.js';

/** Words before a part of a record, as the manual of kcat and people write them. */
const OFFSET = /\boff?set\W{1,3}(\d+)\b/i;
const PARTITION = /\[(\d+)\]|\bpart(?:ition)?\W{1,3}(\d+)\b/i;
const TIME = /\b(?:timestamp|ts|time|createtime)\W{1,3}(\d{13}|\d{4}-\d\d-\d\dT\S+)/i;
const TOPIC = /\btopic\W{1,2}([\w.-]+)|^\W*([\w-]+(?:\.[\w-]+)+)/i;
const KEY = /\bkey(?:\s*\(\d+(?: bytes)?\))?\s*[:=]?\s*/i;

/**
 * Lines of a format string (`kcat -f '%t [%p] at offset %o: key %k: %s\n'`): the value is the JSON (or `NULL`) at the end of the
 * line, and the words before it say what the other parts are.
 */
export const KCAT_FORMAT: Framing = {
  what: 'kcat -f',
  recognises({ text }) {
    const lines = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 20);
    if (lines.length === 0 || /^\s*[[{]/.test(text) || lines[0]!.includes('\t')) return false;
    const fitting = lines.filter((line) => OFFSET.test(beforeValue(line)?.prefix ?? '')).length;
    return fitting * 2 > lines.length;
  },
  async *records(_, pieces) {
    let line = 0;
    for await (const text of textLines(pieces)) {
      line += 1;
      if (text.trim() === '' || /^% /.test(text)) continue;
      yield { line, ...recordOf(text) };
    }
  },
};

type Found = Omit<Extract<Framed, { record: TopicRecord }>, 'line'> | Omit<Extract<Framed, { code: string }>, 'line'>;

function recordOf(text: string): Found {
  const split = beforeValue(text);
  if (split === null) return { code: 'invalid-json', reason: 'does not end in a JSON value' };
  const { prefix, value } = split;
  const key = keyOfPrefix(prefix);
  const places = key === null ? prefix : prefix.slice(0, key.at);
  const partition = PARTITION.exec(places);
  const topic = TOPIC.exec(places);
  const time = TIME.exec(places);
  return {
    record: {
      ...BARE,
      topic: topic?.[1] ?? topic?.[2] ?? null,
      partition: partition === null ? null : Number(partition[1] ?? partition[2]),
      offset: OFFSET.exec(places)?.[1] ?? null,
      timestamp: instantOf(time?.[1]),
      key: keyOf(key?.key),
      value,
    },
  };
}

/** Where the JSON value at the end of a line begins: the longest JSON object that the line ends with. */
function beforeValue(line: string): { readonly prefix: string; readonly value: TopicRecord['value'] } | null {
  const text = line.trimEnd();
  const empty = /^(.*?)[:=,]?\s*(NULL|null)$/.exec(text);
  if (empty !== null) return { prefix: empty[1]!, value: null };
  if (!text.endsWith('}')) return /[:=]$/.test(text) ? { prefix: text, value: null } : null;
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
    const value = innerValue(text.slice(at));
    if (isJson(value)) return { prefix: text.slice(0, at), value };
  }
  return null;
}

function keyOfPrefix(prefix: string): { readonly at: number; readonly key: unknown } | null {
  const found = KEY.exec(prefix);
  if (found === null) return null;
  const rest = prefix.slice(found.index + found[0].length);
  const open = rest.startsWith('{') ? rest.lastIndexOf('}') : -1;
  const text = open > 0 ? rest.slice(0, open + 1) : /^[^\s,:;]+/.exec(rest)?.[0];
  if (text === undefined || text === 'NULL') return { at: found.index, key: undefined };
  const parsed = parseExact(text);
  return { at: found.index, key: isJson(parsed) ? parsed : text };
}
