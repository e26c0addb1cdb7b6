import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { OutputItem } from './analyzed.js';
import type { Expression, SelectItem } from './ast/index.js';
import { canonical, madeColumn, ownedColumn } from './canonical.js';
import { type Scope, typeExpression } from './expression.js';
import { isDiagnostic, type SourceScope } from './scope.js';

/** A column of a projection before it has a type: stars are spread, every item has its name. */
export interface NamedItem {
  readonly name: string;
  readonly expression: Expression;
}

/** The text by which expressions over these sources are compared: columns by owner and name. */
export function keyText(expression: Expression, scope: SourceScope): string {
  return canonical(expression, (reference) => {
    const found = scope.find(reference);
    return isDiagnostic(found) ? reference.name.name : found.sql;
  });
}

/**
 * Names the items of a projection: aliases; columns by their own name (with their source before it where it stands in
 * several sources); everything else KSQL_COL_0, _1, ... past names that are taken.
 */
export function nameItems(
  items: readonly SelectItem[],
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): NamedItem[] {
  const named: NamedItem[] = [];
  const generated = generator(takenNames(items, scope));
  for (const item of items) {
    if (item.kind === 'star') {
      named.push(...spread(item, scope, report));
    } else if (item.kind === 'struct-star') {
      report({
        code: 'not-supported',
        severity: 'error',
        message: 'STRUCT->* is not supported yet.',
        place: { span: item.span },
        help: 'name the fields: s->a, s->b',
      });
    } else {
      named.push({
        name: item.alias?.name ?? ownName(item.expression, scope) ?? generated(),
        expression: item.expression,
      });
    }
  }
  return named;
}

function takenNames(items: readonly SelectItem[], scope: SourceScope): Set<string> {
  const taken = new Set<string>(scope.columns.map((c) => c.name));
  for (const item of items) if (item.kind === 'expression' && item.alias !== undefined) taken.add(item.alias.name);
  return taken;
}

/** Gives KSQL_COL_0, KSQL_COL_1, ... leaving out names that are taken. */
export function generator(taken: ReadonlySet<string>): () => string {
  let next = 0;
  return () => {
    while (taken.has(`KSQL_COL_${next}`)) next += 1;
    const name = `KSQL_COL_${next}`;
    next += 1;
    return name;
  };
}

function ownName(expression: Expression, scope: SourceScope): string | undefined {
  if (expression.kind === 'dereference') return expression.field.name;
  if (expression.kind !== 'column') return undefined;
  const found = scope.find(expression);
  if (isDiagnostic(found)) return expression.name.name;
  return scope.ambiguous(found.name) ? `${found.owner.alias}_${found.name}` : found.name;
}

function spread(
  item: Extract<SelectItem, { kind: 'star' }>,
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): NamedItem[] {
  const wanted = item.qualifier?.name;
  const uses =
    wanted === undefined ? scope.uses : scope.uses.filter((u) => u.alias === wanted || u.schema.name === wanted);
  if (uses.length === 0) {
    report({
      code: 'unknown-source',
      severity: 'error',
      message: `No source of this query is called ${wanted ?? ''}.`,
      place: { span: item.span },
      expected: scope.uses.map((u) => u.alias).join(', '),
      found: wanted ?? '',
    });
  }
  const joined = scope.uses.length > 1;
  const at: Expression = { kind: 'literal', type: 'null', text: '', span: item.span };
  return uses.flatMap((use) =>
    use.schema.columns.map((column) => {
      return {
        name: joined ? `${use.alias}_${column.name}` : column.name,
        expression: joined ? ownedColumn(use, column.name, at) : madeColumn(column.name, at),
      };
    }),
  );
}

/** A key that the result must carry: the expressions that may stand for it (any one), and what the user calls it. */
export interface WantedKey {
  readonly texts: readonly string[];
  readonly label: string;
  /** SQL of the key's value where it differs from the item's own (the join key). */
  readonly stored?: Expression;
}

/**
 * Types the items and marks the key ones. Each wanted key must stand in the projection exactly once; key items come
 * first, in the order of the keys.
 */
export function finishItems(
  named: readonly NamedItem[],
  wanted: readonly WantedKey[],
  text: (e: Expression) => string,
  scope: Scope,
  query: { readonly target: string; readonly span: Expression['span'] },
  report: (d: Diagnostic) => void,
): OutputItem[] {
  const texts = named.map((n) => text(n.expression));
  const keyIndexes = wanted.map((key) => findKey(key, texts, named, query, report));
  const type = (item: NamedItem, key: WantedKey | undefined): OutputItem[] => {
    const expression = typeExpression(key?.stored ?? item.expression, scope, report);
    return expression === undefined ? [] : [{ name: item.name, key: key !== undefined, expression }];
  };
  const keys = wanted.flatMap((key, i) => {
    const item = named[keyIndexes[i] ?? -1];
    return item === undefined ? [] : type(item, key);
  });
  const rest = named.flatMap((item, i) => (keyIndexes.includes(i) ? [] : type(item, undefined)));
  const items = [...keys, ...rest];
  reportRepeats(named, report);
  return items;
}

function findKey(
  key: WantedKey,
  texts: readonly string[],
  named: readonly NamedItem[],
  query: { readonly target: string; readonly span: Expression['span'] },
  report: (d: Diagnostic) => void,
): number {
  for (const text of key.texts) {
    const index = texts.indexOf(text);
    const again = texts.indexOf(text, index + 1);
    if (index >= 0 && again >= 0) {
      report({
        code: 'repeated-key',
        severity: 'error',
        message: `The key ${key.label} stands twice in the projection of ${query.target}.`,
        place: { span: named[again]?.expression.span ?? query.span },
        help: `take the copy for the value with AS_VALUE(${key.label})`,
      });
    }
    if (index >= 0) return index;
  }
  report({
    code: 'missing-key',
    severity: 'error',
    message: `The projection of ${query.target} leaves out its key ${key.label}.`,
    place: { span: query.span },
    help: `add ${key.label} to the SELECT list`,
  });
  return -1;
}

function reportRepeats(named: readonly NamedItem[], report: (d: Diagnostic) => void): void {
  const seen = new Set<string>();
  for (const item of named) {
    if (seen.has(item.name)) {
      report({
        code: 'repeated-column',
        severity: 'error',
        message: `Two columns of the result are called ${item.name}.`,
        place: { span: item.expression.span },
        help: 'give one of them another name with AS',
      });
    }
    seen.add(item.name);
  }
}
