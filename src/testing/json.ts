/** A JSON value whose numbers keep their text: 64-bit integers and scales do not survive JSON.parse. */
export type Json =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Json> };

/** `null`: a tombstone, or a field without a value. */
export const JSON_NULL: Json = { kind: 'null' };

/** Parses one JSON text; throws SyntaxError with the offset where it is not JSON. */
export function parseJson(text: string): Json {
  const parser = { text, at: 0 };
  const value = parseValue(parser);
  skip(parser);
  if (parser.at < text.length) throw new SyntaxError(`unexpected text at ${parser.at}`);
  return value;
}

interface Parser {
  readonly text: string;
  at: number;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;

function parseValue(p: Parser): Json {
  skip(p);
  const c = p.text[p.at];
  if (c === '{') return parseObject(p);
  if (c === '[') return parseArray(p);
  if (c === '"') return { kind: 'string', value: parseString(p) };
  for (const [word, value] of WORDS) {
    if (p.text.startsWith(word, p.at)) {
      p.at += word.length;
      return value;
    }
  }
  return { kind: 'number', text: match(p, NUMBER) };
}

const WORDS: readonly (readonly [string, Json])[] = [
  ['null', JSON_NULL],
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
];

function parseObject(p: Parser): Json {
  const fields = new Map<string, Json>();
  p.at += 1;
  skip(p);
  while (p.text[p.at] !== '}') {
    skip(p);
    const name = parseString(p);
    expect(p, ':');
    fields.set(name, parseValue(p));
    skip(p);
    if (p.text[p.at] === ',') p.at += 1;
    else if (p.text[p.at] !== '}') throw new SyntaxError(`expected , or } at ${p.at}`);
  }
  p.at += 1;
  return { kind: 'object', fields };
}

function parseArray(p: Parser): Json {
  const items: Json[] = [];
  p.at += 1;
  skip(p);
  while (p.text[p.at] !== ']') {
    items.push(parseValue(p));
    skip(p);
    if (p.text[p.at] === ',') p.at += 1;
    else if (p.text[p.at] !== ']') throw new SyntaxError(`expected , or ] at ${p.at}`);
  }
  p.at += 1;
  return { kind: 'array', items };
}

function parseString(p: Parser): string {
  return JSON.parse(match(p, STRING)) as string;
}

function match(p: Parser, pattern: RegExp): string {
  pattern.lastIndex = p.at;
  const found = pattern.exec(p.text)?.[0];
  if (found === undefined) throw new SyntaxError(`unexpected text at ${p.at}`);
  p.at += found.length;
  return found;
}

function expect(p: Parser, c: string): void {
  skip(p);
  if (p.text[p.at] !== c) throw new SyntaxError(`expected ${c} at ${p.at}`);
  p.at += 1;
}

function skip(p: Parser): void {
  while (p.at < p.text.length && ' \t\r\n'.includes(p.text[p.at] ?? '')) p.at += 1;
}

/** A field of an object, or undefined. */
export function field(value: Json | undefined, name: string): Json | undefined {
  return value?.kind === 'object' ? value.fields.get(name) : undefined;
}

/** Text of a string field, or undefined. */
export function textField(value: Json | undefined, name: string): string | undefined {
  const found = field(value, name);
  return found?.kind === 'string' ? found.value : undefined;
}

/** The value as compact JSON text, numbers as they were written. */
export function jsonText(value: Json): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return value.text;
    case 'string':
      return JSON.stringify(value.value);
    case 'array':
      return `[${value.items.map(jsonText).join(',')}]`;
    case 'object':
      return `{${[...value.fields].map(([k, v]) => `${JSON.stringify(k)}:${jsonText(v)}`).join(',')}}`;
  }
}
