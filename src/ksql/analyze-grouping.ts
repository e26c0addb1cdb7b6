import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { type AggregateSignature, aggregateSignature } from './aggregates.js';
import { keyText, type NamedItem } from './analyze-items.js';
import type { AggregateCall, Grouping } from './analyzed.js';
import type { CallExpression, Expression, Select } from './ast/index.js';
import { madeColumn, rewrite, walk } from './canonical.js';
import type { Scope } from './expression.js';
import { type ScopeColumn, type TypedExpression, typeExpression } from './expression.js';
import { isAggregateFunction } from './functions/index.js';
import type { SourceScope } from './scope.js';
import { BIGINT, typeText } from './types.js';

/** GROUP BY and its aggregates, with the projection rewritten over their results (`$g0`, `$a0`, ...). */
export interface AnalyzedGrouping {
  readonly grouping: Grouping;
  readonly items: readonly NamedItem[];
  readonly scope: Scope;
  readonly keyLabels: readonly string[];
}

/** True where an aggregate function stands anywhere in the expression. */
export function hasAggregate(expression: Expression): boolean {
  let found = false;
  walk(expression, (e) => {
    if (e.kind === 'call' && isAggregateFunction(e.name.name)) found = true;
  });
  return found;
}

/** Resolves GROUP BY, the aggregates of the projection and HAVING. `kind` is that of the source: a table takes rows back. */
export function analyzeGrouping(
  select: Select,
  named: readonly NamedItem[],
  scope: SourceScope,
  kind: 'stream' | 'table',
  report: (d: Diagnostic) => void,
): AnalyzedGrouping | undefined {
  const calls: AggregateCall[] = [];
  const callTexts: string[] = [];
  const keyTexts = select.groupBy.map((g) => keyText(g, scope));
  const keys = select.groupBy.flatMap((g) => {
    const typed = typeExpression(g, scope, report);
    return typed === undefined ? [] : [typed];
  });
  if (keys.length < select.groupBy.length) return undefined;
  let failed = false;
  const replace = (e: Expression): Expression | undefined => {
    const group = keyTexts.indexOf(keyText(e, scope));
    if (group >= 0) return madeColumn(`$g${group}`, e);
    if (e.kind !== 'call' || !isAggregateFunction(e.name.name)) return undefined;
    const text = keyText(e, scope);
    let index = callTexts.indexOf(text);
    if (index < 0) {
      const call = analyzeCall(e, scope, kind, report);
      if (call === undefined) {
        failed = true;
        return e;
      }
      index = callTexts.push(text) - 1;
      calls.push(call);
    }
    return madeColumn(`$a${index}`, e);
  };
  const items = named.map((n) => ({ name: n.name, expression: rewrite(n.expression, replace) }));
  const havingAst = select.having === undefined ? undefined : rewrite(select.having, replace);
  if (failed) return undefined;
  for (const call of calls) if (!SIMPLE_STATES.has(call.name) && isDelimited(scope)) refuseState(call, select, report);
  const inner = groupScope(keys, calls, scope);
  const having = havingAst === undefined ? undefined : typeExpression(havingAst, inner, report);
  if (havingAst !== undefined && having === undefined) return undefined;
  return {
    grouping: {
      keys,
      calls,
      ...(having === undefined ? {} : { having }),
      ...(select.window === undefined ? {} : { window: select.window }),
    },
    items,
    scope: inner,
    keyLabels: select.groupBy.map((g) => (g.kind === 'column' ? g.name.name : 'of GROUP BY')),
  };
}

/** Aggregates whose state is one value: it fits into any format. */
const SIMPLE_STATES = new Set(['COUNT', 'MAX', 'MIN', 'SUM']);

function isDelimited(scope: SourceScope): boolean {
  return scope.uses.some(({ schema }) => schema.format.valueFormat === 'DELIMITED');
}

/** The engine keeps the state of an aggregate in the format of the source: lists, maps and structs have no place in a line of fields. */
function refuseState({ name }: AggregateCall, select: Select, report: (d: Diagnostic) => void): void {
  report({
    code: 'aggregate-format',
    severity: 'error',
    message: `${name} keeps more than one value, which the DELIMITED format of the source cannot hold.`,
    place: { span: select.items[0]!.span },
    help: "make a stream in JSON of it first: CREATE STREAM ... WITH (VALUE_FORMAT='JSON') AS SELECT ...",
  });
}

/** What stands behind a GROUP BY: its keys and aggregates, nothing else. */
function groupScope(keys: readonly TypedExpression[], calls: readonly AggregateCall[], scope: SourceScope): Scope {
  const columns = new Map<string, ScopeColumn>();
  keys.forEach((k, i) => {
    if (k.type !== null) columns.set(`$g${i}`, { name: `$g${i}`, type: k.type, sql: `"$g${i}"` });
  });
  calls.forEach((c, i) => {
    columns.set(`$a${i}`, { name: `$a${i}`, type: c.type, sql: `"$a${i}"` });
  });
  columns.set('ROWTIME', { name: 'ROWTIME', type: BIGINT, sql: '"$ts"' });
  return {
    resolve(reference) {
      const found = columns.get(reference.name.name);
      if (found !== undefined) return found;
      const known = scope.find(reference);
      if ('code' in known) return known;
      return {
        code: 'not-grouped',
        severity: 'error',
        message: `${reference.name.name} is neither grouped nor inside an aggregate.`,
        place: { span: reference.span },
        help: `add it to GROUP BY, or take one of its values: LATEST_BY_OFFSET(${reference.name.name})`,
      };
    },
  };
}

function analyzeCall(
  call: CallExpression,
  scope: SourceScope,
  kind: 'stream' | 'table',
  report: (d: Diagnostic) => void,
): AggregateCall | undefined {
  const signature = aggregateSignature(call.name.name);
  const refuse = (code: string, message: string, help?: string): undefined => {
    report({ code, severity: 'error', message, place: { span: call.span }, ...(help === undefined ? {} : { help }) });
    return undefined;
  };
  if (signature === undefined) {
    return refuse('not-supported', `The aggregate ${call.name.name} is not replayed yet.`);
  }
  if (kind === 'table' && !signature.undo) {
    return refuse(
      'no-undo',
      `${call.name.name} cannot take a row back, which a GROUP BY over a table needs.`,
      'aggregate the stream instead, or use COUNT, SUM or AVG',
    );
  }
  if (call.arguments.some(hasAggregate)) {
    return refuse(
      'nested-aggregate',
      `${call.name.name} stands around another aggregate.`,
      'make the inner one a table of its own first',
    );
  }
  if (call.star || (call.name.name === 'COUNT' && call.arguments.length === 0)) {
    if (call.name.name !== 'COUNT')
      return refuse('star-argument', `Only COUNT takes *.`, `name a column: ${call.name.name}(column)`);
    return { name: 'COUNT', star: true, arguments: [], constants: [], type: BIGINT };
  }
  const [first, ...rest] = call.arguments;
  if (first === undefined) return refuse('missing-argument', `${call.name.name} needs a column.`, signature.doc);
  const argument = typeExpression(first, scope, report);
  if (argument === undefined) return undefined;
  const constants: string[] = [];
  for (const e of rest) {
    if (e.kind === 'literal' && (e.type === 'boolean' || e.type === 'integer')) constants.push(e.text.toLowerCase());
    else return refuse('constant-argument', `Further arguments of ${call.name.name} must be constants.`, signature.doc);
  }
  const counted = /^\d/.test(constants[0] ?? '');
  if (!fits(constants, counted, signature)) {
    return refuse('not-supported', `This form of ${call.name.name} is not replayed yet.`, signature.doc);
  }
  const type = argument.type === null ? undefined : signature.result(argument.type, counted);
  if (type === undefined) {
    const decimalAverage = argument.type?.kind === 'DECIMAL' && call.name.name === 'AVG';
    const help = decimalAverage ? 'divide: CAST(SUM(x) AS DOUBLE) / COUNT(x)' : signature.doc;
    return refuse(
      'argument-type',
      `${call.name.name} does not take ${argument.type === null ? 'NULL' : typeText(argument.type)}.`,
      help,
    );
  }
  return { name: call.name.name, star: false, arguments: [argument], constants, type };
}

/** Whether the constants behind the argument are those that the aggregate takes: a number of values, then whether nulls are left out. */
function fits(constants: readonly string[], counted: boolean, { constants: taken = {} }: AggregateSignature): boolean {
  if (counted ? taken.count === undefined : taken.count === 'must') return false;
  const flags = constants.slice(counted ? 1 : 0);
  if (counted && Number(constants[0]) < 1) return false;
  return (
    flags.length <= (taken.ignoreNulls === true ? 1 : 0) && flags.every((flag) => flag === 'true' || flag === 'false')
  );
}
