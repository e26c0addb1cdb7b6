import { type Framed, type Framing, textLines } from './framing.js';
import { instantOf, isJson, parseExact } from './json.js';
import { innerValue, keyOf } from './unwrap.js';

const RECORD = /^\|?\s*(?:baseOffset|offset): (\d+)\b.*?(?:CreateTime|LogAppendTime): (-?\d+)\b/;
const HEAD = /^Dumping .*[\\/](.+)-(\d+)[\\/]\d+\.(?:log|index)/;
const NEITHER = /^(Starting offset:|baseOffset:|\s*$)/;

/** `kafka-dump-log --print-data-log`: a line per record, with its key behind ` key: ` and its value behind ` payload: `. */
export const DUMP_LOG: Framing = {
  what: 'kafka-dump-log',
  recognises: ({ text }) => /^(Dumping |Starting offset: )/m.test(text) && /\boffset: \d+ .*\bpayload: /.test(text),
  async *records(file, pieces) {
    let [topic, partition] = [file.topic, 0];
    let line = 0;
    for await (const text of textLines(pieces)) {
      line += 1;
      const named = HEAD.exec(text);
      if (named !== null) [topic, partition] = [named[1]!, Number(named[2])];
      else if (!NEITHER.test(text)) yield { line, ...recordOf(text, topic, partition) };
    }
  },
};

function recordOf(
  text: string,
  topic: string,
  partition: number,
): Omit<Extract<Framed, { record: unknown }>, 'line'> | Omit<Extract<Framed, { code: string }>, 'line'> {
  const place = RECORD.exec(text);
  if (place === null) return { code: 'not-a-record', reason: 'is no line of kafka-dump-log' };
  const at = text.indexOf(' payload: ');
  const key = /\bkeySize: -1\b/.test(text) ? undefined : (/ key: (.*?)(?: payload: |$)/.exec(text)?.[1] ?? undefined);
  const value = at < 0 || /\bvalueSize: -1\b/.test(text) ? null : innerValue(text.slice(at + ' payload: '.length));
  if (value === undefined) return { code: 'invalid-json', reason: 'holds a payload that is no JSON' };
  const parsed = key === undefined ? undefined : parseExact(key);
  return {
    record: {
      topic,
      partition,
      offset: place[1]!,
      timestamp: instantOf(place[2]),
      key: keyOf(isJson(parsed) ? parsed : key),
      value,
    },
  };
}
