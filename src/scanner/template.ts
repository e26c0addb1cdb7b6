import type { ScanRequest } from './request.js';

/** What may stand where a value does: see `scanner/scan.ts`. */
export const KIND = { any: 0, object: 1, null: 2, constant: 3, quoted: 4 } as const;

/** A key of a template with what its value may be; `literal` are the bytes from the value before up to this one, `close` those behind the last child. */
export interface TemplateNode {
  readonly literal: string;
  readonly kind: number;
  readonly children: readonly TemplateNode[];
  readonly close: string;
  /** The index of the wanted field; -1 where the value is not wanted. */
  readonly field: number;
  readonly weak: boolean;
  readonly whole: boolean;
}

/** How a line is written. */
export interface Template {
  readonly root: TemplateNode;
  /** The text of the request's constant in lines of this template; null where there is none. */
  readonly constant: string | null;
}

interface Raw {
  readonly begin: number;
  readonly end: number;
  readonly members: readonly { readonly name: string; readonly literal: string; readonly value: Raw }[] | null;
  readonly close: string;
}

/** Learns how a line is written; null where it is no object that could hold what is wanted, or its keys do not tell its fields apart. */
export function learnTemplate(line: string, request: ScanRequest): Template | null {
  const raw = rawValue(line, 0);
  if (raw?.members == null || raw.end !== line.length) return null;
  const learner = new Learner(request);
  const root = learner.node(line, raw, '', [], (text) => text);
  if (root === null) return null;
  return learner.whole === request.whole.length ? { root, constant: learner.constant } : null;
}

const BEFORE_AFTER: Readonly<Record<string, string>> = { before: 'after', after: 'before' };

class Learner {
  constant: string | null = null;
  /** Places of the request's `whole` that the line has. */
  whole = 0;
  private readonly request: ScanRequest;

  constructor(request: ScanRequest) {
    this.request = request;
  }

  /** The node of a value; null where no line like this one can be scanned. `written` makes of a text the bytes that stand for it. */
  node(
    text: string,
    raw: Raw,
    literal: string,
    path: readonly string[],
    written: (text: string) => string,
  ): TemplateNode | null {
    const { request } = this;
    const whole = request.whole.some((p) => samePath(p, path));
    if (whole) this.whole += 1;
    const plain = { literal, children: [], close: '', field: -1, weak: false, whole };
    if (request.constant !== undefined && samePath(request.constant, path)) {
      this.constant = text.slice(raw.begin, raw.end);
      if (raw.members === null || !isSound(this.constant)) return null;
      return { ...plain, kind: KIND.constant, close: written(this.constant) };
    }
    const field = request.fields.findIndex((f) => f.paths.some((p) => samePath(p, path)));
    if (field >= 0) {
      const weak = !samePath(request.fields[field]!.paths[0]!, path);
      return { ...plain, kind: KIND.any, field, weak };
    }
    if (path.length > 0 && !request.fields.some((f) => f.paths.some((p) => startsWith(p, path)))) {
      return { ...plain, kind: KIND.any };
    }
    if (request.quoted !== undefined && samePath(request.quoted, path)) return this.quoted(text, raw, plain, path);
    if (raw.members !== null) {
      const children = this.children(text, raw, path, written);
      return children === null ? null : { ...plain, kind: KIND.object, children, close: written(raw.close) };
    }
    return text.slice(raw.begin, raw.end) === 'null' && !whole ? { ...plain, kind: KIND.null } : null;
  }

  private quoted(
    text: string,
    raw: Raw,
    plain: Omit<TemplateNode, 'kind'>,
    path: readonly string[],
  ): TemplateNode | null {
    const inner = textOf(text.slice(raw.begin, raw.end));
    const record = inner === null ? null : rawValue(inner, 0);
    if (inner === null || record?.members == null || record.end !== inner.length) return null;
    const children = this.children(inner, record, path, escaped);
    return children === null
      ? null
      : { ...plain, kind: KIND.quoted, children, close: escaped(record.close), whole: true };
  }

  private children(
    text: string,
    raw: Raw,
    path: readonly string[],
    written: (text: string) => string,
  ): readonly TemplateNode[] | null {
    const members = raw.members!;
    const names = members.map(({ name }) => name.toLowerCase());
    if (new Set(names).size < names.length) return null;
    const children: TemplateNode[] = [];
    for (const { name, literal, value } of members) {
      // Of an insert or a delete one side is null: it is written like the other.
      const other = members.find((m) => m.name === BEFORE_AFTER[name])?.value;
      const isNull = value.members === null && text.slice(value.begin, value.end) === 'null';
      const shape = isNull && other?.members != null ? other : value;
      const child = this.node(text, shape, written(literal), [...path, name], written);
      if (child === null) return null;
      children.push(child);
    }
    return children;
  }
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.length <= path.length && start.every((name, i) => path[i] === name);
}

/** A text as it stands inside a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function textOf(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** True for JSON that every reader takes for the same. */
function isSound(json: string): boolean {
  if (/\\|\d[eE]|[\ud800-\udfff]/.test(json)) return false;
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

const ODD_NAME = /[\ud800-\udfff]/;
const BLANK = /[ \t]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^,{}[\]"\s]+/y;
const DEEPEST = 64;

function ends(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Where a JSON value and the members of an object stand in a text. It is not checked whether the values are sound: a scan does that. */
function rawValue(text: string, begin: number, depth = 0): Raw | null {
  const none = { begin, members: null, close: '' };
  const first = text[begin];
  if (depth > DEEPEST) return null;
  if (first === '{') return rawObject(text, begin, depth);
  if (first === '"') {
    const end = ends(STRING, text, begin);
    return end < 0 ? null : { ...none, end };
  }
  if (first !== '[') {
    const end = ends(SCALAR, text, begin);
    return end < 0 ? null : { ...none, end };
  }
  let at = ends(BLANK, text, begin + 1);
  while (text[at] !== ']') {
    const item = rawValue(text, at, depth + 1);
    if (item === null) return null;
    at = ends(BLANK, text, item.end);
    if (text[at] === ',') at = ends(BLANK, text, at + 1);
    else if (text[at] !== ']') return null;
  }
  return { ...none, end: at + 1 };
}

function rawObject(text: string, begin: number, depth: number): Raw | null {
  const members: { name: string; literal: string; value: Raw }[] = [];
  let behind = begin;
  let at = ends(BLANK, text, begin + 1);
  while (text[at] !== '}') {
    const keyEnd = ends(STRING, text, at);
    const name = keyEnd < 0 ? null : textOf(text.slice(at, keyEnd));
    // Half a pair is JSON to one reader and none to another.
    if (name === null || ODD_NAME.test(name) || text.slice(at, keyEnd).includes('\\')) return null;
    const colon = ends(BLANK, text, keyEnd);
    if (text[colon] !== ':') return null;
    const from = ends(BLANK, text, colon + 1);
    const value = rawValue(text, from, depth + 1);
    if (value === null) return null;
    members.push({ name, literal: text.slice(behind, from), value });
    behind = value.end;
    at = ends(BLANK, text, behind);
    if (text[at] === ',') at = ends(BLANK, text, at + 1);
    else if (text[at] !== '}') return null;
  }
  return { begin, end: at + 1, members, close: text.slice(behind, at + 1) };
}
