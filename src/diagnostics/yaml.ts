import { isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Diagnostic, Place } from './diagnostic.js';
import { suggest } from './suggest.js';

/** A scalar's value; any other node comes back as it is. */
export function scalarOf(node: unknown): unknown {
  return isScalar(node) ? node.value : node;
}

/** The name of a pair of a map. */
export function nameOf(pair: Pair): string {
  return String(scalarOf(pair.key));
}

/** The node that a message about a pair points at: its value, or its name where it has none. */
export function nodeOf(pair: Pair): Node | undefined {
  return (pair.value ?? pair.key) as Node | undefined;
}

// The parser calls itself for each level: what it says then is about its own stack.
function inWords(message: string): string {
  if (/call stack/i.test(message)) return 'Lists and maps stand too deep in each other here: a few levels will do.';
  return message.split('\n')[0]!;
}

/** Reads a YAML text and gathers what is wrong in it, each with its line and column. */
export class YamlReader {
  readonly problems: Diagnostic[] = [];
  readonly root: unknown;
  private readonly file: string;
  private readonly code: string;
  private readonly lines = new LineCounter();
  constructor(text: string, file: string, code: string) {
    this.file = file;
    this.code = code;
    const document = parseDocument(text, { lineCounter: this.lines, uniqueKeys: true });
    this.root = document.contents;
    for (const error of document.errors) this.add(inWords(error.message), undefined, error.pos[0]);
  }

  /** Where a node stands. */
  placeOf(node?: Node | null, offset?: number): Place {
    const start = offset ?? node?.range?.[0] ?? 0;
    const end = offset === undefined ? (node?.range?.[1] ?? start + 1) : start + 1;
    const { line, col } = this.lines.linePos(start);
    return { file: this.file, span: { start, end: Math.max(end, start + 1), line, column: col } };
  }

  /** Adds a problem at a node. */
  add(message: string, node?: Node | null, offset?: number, help?: string): void {
    this.problems.push({
      code: this.code,
      severity: 'error',
      message,
      place: this.placeOf(node, offset),
      ...(help !== undefined && { help }),
      next: `pharmabi help ${this.code}`,
    });
  }

  /** The pairs of a map by name; names that mean nothing are reported. */
  pairs(map: YAMLMap, names: readonly string[]): ReadonlyMap<string, Pair> {
    const found = new Map<string, Pair>();
    for (const pair of map.items) {
      const name = nameOf(pair);
      if (names.includes(name)) found.set(name, pair);
      else this.addUnknown(name, pair, names);
    }
    return found;
  }

  /** The values of a map by name; names that mean nothing are reported. */
  fields(map: YAMLMap, names: readonly string[]): ReadonlyMap<string, Node> {
    return new Map([...this.pairs(map, names)].map(([name, pair]) => [name, nodeOf(pair)!]));
  }

  private addUnknown(name: string, pair: Pair, names: readonly string[]): void {
    const near = suggest(name, names);
    const known = names.length > 8 ? '' : `; ${names.map((n) => `"${n}"`).join(' and ')} do`;
    const help = near === undefined ? undefined : `Did you mean "${near}"?`;
    this.add(`"${name}" means nothing here${known}.`, pair.key as Node, undefined, help);
  }
}
