import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { parseAction } from './parse-action.js';
import type { Action, Policy, TablePolicy } from './policy.js';

const VERSION = 1;

/** Reads a policy file. Throws every mistake in it in one go, with its line (`bad-policy`, exit 2). */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const problems = new Problems(file, lines);
  for (const error of document.errors) problems.add(error.message.split('\n')[0]!, undefined, error.pos[0]);
  const root = document.contents;
  const tables = new Map<string, TablePolicy>();
  if (!isMap(root)) problems.add('A policy is a map with "version" and "tables".', root);
  else {
    const parts = problems.fields(root, ['version', 'tables']);
    const version = parts.get('version');
    if (!isScalar(version) || version.value !== VERSION)
      problems.add(`The policy says nothing of its version, or another one than ${VERSION}.`, version ?? root);
    const list = parts.get('tables');
    if (!isMap(list)) problems.add('"tables" is a map from table to columns.', list ?? root);
    else for (const pair of list.items) readTable(pair, problems, tables);
  }
  if (problems.list.length > 0) throw new DiagnosticError(problems.list, EXIT.usage);
  return { file, tables };
}

function readTable(pair: Pair, problems: Problems, tables: Map<string, TablePolicy>): void {
  const name = nameOf(pair);
  if (!isMap(pair.value)) {
    problems.add(`Table ${name} needs "columns" (or "persons: true").`, nodeOf(pair));
    return;
  }
  const parts = problems.fields(pair.value, ['persons', 'columns']);
  const persons = parts.get('persons');
  if (persons !== undefined && !(isScalar(persons) && typeof persons.value === 'boolean'))
    problems.add('"persons" is true or false.', persons);
  const columns = new Map<string, Action>();
  const list = parts.get('columns');
  if (list !== undefined && !isMap(list)) problems.add('"columns" is a map from column to action.', list);
  if (isMap(list)) {
    for (const column of list.items) {
      const action = parseAction(isMap(column.value) ? column.value.toJSON() : scalarOf(column.value));
      if (typeof action === 'string') problems.add(`${name}.${nameOf(column)}: ${action}`, nodeOf(column));
      else columns.set(nameOf(column).toLowerCase(), action);
    }
  }
  tables.set(name.toLowerCase(), { persons: isScalar(persons) && persons.value === true, columns });
}

function scalarOf(node: unknown): unknown {
  return isScalar(node) ? node.value : node;
}

function nameOf(pair: Pair): string {
  return String(scalarOf(pair.key));
}

function nodeOf(pair: Pair): Node | undefined {
  return (pair.value ?? pair.key) as Node | undefined;
}

/** Gathers what is wrong in a policy file, each with its line and column. */
class Problems {
  readonly list: Diagnostic[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  add(message: string, node?: Node | null, offset?: number, help?: string): void {
    const start = offset ?? node?.range?.[0] ?? 0;
    const { line, col } = this.lines.linePos(start);
    this.list.push({
      code: 'bad-policy',
      severity: 'error',
      message,
      place: { file: this.file, span: { start, end: start + 1, line, column: col } },
      ...(help !== undefined && { help }),
      next: 'pharmabi help bad-policy',
    });
  }

  /** The values of a map by name; names that mean nothing are reported. */
  fields(map: YAMLMap, names: readonly string[]): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    for (const pair of map.items) {
      const name = nameOf(pair);
      if (names.includes(name)) found.set(name, nodeOf(pair)!);
      else {
        const near = suggest(name, names);
        this.add(
          `"${name}" means nothing here; ${names.map((n) => `"${n}"`).join(' and ')} do.`,
          pair.key as Node,
          undefined,
          near === undefined ? undefined : `Did you mean "${near}"?`,
        );
      }
    }
    return found;
  }
}
