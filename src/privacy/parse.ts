import { isMap, isScalar, type Node, type Pair } from 'yaml';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { nameOf, nodeOf, scalarOf, YamlReader } from '../diagnostics/yaml.js';
import { parseAction } from './parse-action.js';
import type { Action, CoarseTime, Policy, TablePolicy } from './policy.js';

const VERSION = 1;

/** Reads a policy file. Throws every mistake in it in one go, with its line (`bad-policy`, exit 2). */
export function parsePolicy(text: string, file: string): Policy {
  const problems = new YamlReader(text, file, 'bad-policy');
  const root = problems.root as Node | null;
  const tables = new Map<string, TablePolicy>();
  const outputs = new Map<string, ReadonlyMap<string, CoarseTime>>();
  let none = false;
  if (!isMap(root)) problems.add('A policy is a map with "version" and "tables".', root);
  else {
    const parts = problems.fields(root, ['version', 'tables', 'outputs', 'none']);
    const nothing = parts.get('none');
    if (nothing !== undefined && !(isScalar(nothing) && nothing.value === true))
      problems.add('"none" is true, or left out.', nothing);
    none = nothing !== undefined;
    const version = parts.get('version');
    if (!isScalar(version) || version.value !== VERSION)
      problems.add(`The policy says nothing of its version, or another one than ${VERSION}.`, version ?? root);
    const list = parts.get('tables');
    if (none && list === undefined) return { file, none, tables, outputs };
    if (!isMap(list)) problems.add('"tables" is a map from table to columns.', list ?? root);
    else for (const pair of list.items) readTable(pair, problems, tables);
    const rows = parts.get('outputs');
    if (isMap(rows)) for (const pair of rows.items) readOutput(pair, problems, outputs);
    else if (rows !== undefined) problems.add('"outputs" is a map from stream or table to columns.', rows);
  }
  if (problems.problems.length > 0) throw new DiagnosticError(problems.problems, EXIT.usage);
  return { file, none, tables, outputs };
}

function readOutput(pair: Pair, problems: YamlReader, outputs: Map<string, ReadonlyMap<string, CoarseTime>>): void {
  const name = nameOf(pair);
  if (!isMap(pair.value)) {
    problems.add(`${name} needs columns: { ROWTIME: { generalise: day } }.`, nodeOf(pair));
    return;
  }
  const columns = new Map<string, CoarseTime>();
  for (const column of pair.value.items) {
    const action = parseAction(isMap(column.value) ? column.value.toJSON() : scalarOf(column.value));
    if (typeof action === 'string') problems.add(`${name}.${nameOf(column)}: ${action}`, nodeOf(column));
    else if (action.kind === 'generalise' && (action.to === 'day' || action.to === 'week'))
      columns.set(nameOf(column).toLowerCase(), action.to);
    else
      problems.add(
        `${name}.${nameOf(column)}: on output a time becomes its day or its week, nothing else.`,
        nodeOf(column),
      );
  }
  outputs.set(name.toLowerCase(), columns);
}

function readTable(pair: Pair, problems: YamlReader, tables: Map<string, TablePolicy>): void {
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
