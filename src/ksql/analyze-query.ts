import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { analyzeGrouping, hasAggregate } from './analyze-grouping.js';
import { finishItems, generator, keyText, type NamedItem, nameItems, type WantedKey } from './analyze-items.js';
import { analyzeJoin, standsAlone } from './analyze-join.js';
import { timestampOf } from './analyze-source.js';
import { type AnalyzedJoin, type AnalyzedQuery, itemColumns, type OutputItem, type SourceUse } from './analyzed.js';
import type { Expression, Identifier, Property, Select, SourceReference } from './ast/index.js';
import { canonical, madeColumn, ownedColumn } from './canonical.js';
import { keyColumns, type RelationSchema } from './catalog.js';
import { type Scope, type ScopeColumn, type TypedExpression, typeExpression } from './expression.js';
import { readSettings, setting, topicFormat } from './properties.js';
import { withTimes } from './rowtime-literals.js';
import { type SourceScope, sourceScope } from './scope.js';

/** What a query is to be called and made into. */
export interface QueryTarget {
  readonly name: Identifier;
  readonly type: 'stream' | 'table' | 'insert';
  readonly properties: readonly Property[];
  readonly into?: RelationSchema;
  readonly number: number;
}

/** Resolves a SELECT: sources, joins, conditions, keys, types. Reports every mistake; undefined where no schema came out. */
export function analyzeQuery(
  target: QueryTarget,
  select: Select,
  relations: ReadonlyMap<string, RelationSchema>,
  report: (d: Diagnostic) => void,
): AnalyzedQuery | undefined {
  const from = resolveSource(select.from, relations, report);
  const rights = select.joins.map((j) => resolveSource(j.source, relations, report));
  if (from === undefined || rights.some((r) => r === undefined)) return undefined;
  const uses = [from, ...rights.flatMap((r) => (r === undefined ? [] : [r]))];
  const scope = sourceScope(uses);
  const joined = analyzeJoins(select, uses, scope, report);
  if (joined === undefined) return undefined;
  const where = select.where === undefined ? undefined : condition(withTimes(select.where), scope, 'WHERE', report);
  const named = nameItems(select.items, scope, report);
  const kind = from.schema.kind;
  const body = shape(target, select, named, scope, joined, kind, report);
  if (body === undefined) return undefined;
  const result = body.grouping === undefined ? kind : 'table';
  checkKind(target, result, report);
  const schema = resultSchema(target, result, body.items, from.schema, report);
  return {
    number: target.number,
    target: target.name.name,
    insert: target.type === 'insert',
    kind: result,
    from,
    joins: joined.joins,
    ...(where === undefined ? {} : { where }),
    ...body,
    schema,
    select,
  };
}

function resolveSource(
  reference: SourceReference,
  relations: ReadonlyMap<string, RelationSchema>,
  report: (d: Diagnostic) => void,
): SourceUse | undefined {
  const schema = relations.get(reference.name.name);
  if (schema !== undefined) return { alias: reference.alias?.name ?? schema.name, schema };
  const near = suggest(reference.name.name, [...relations.keys()]);
  report({
    code: 'unknown-relation',
    severity: 'error',
    message: `No stream or table called ${reference.name.name} stands before this statement.`,
    place: { span: reference.name.span },
    expected: [...relations.keys()].join(', '),
    found: reference.name.name,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  });
  return undefined;
}

interface Joined {
  readonly joins: readonly AnalyzedJoin[];
  /** Columns that carry the join key, left-most first, and its type; absent without a join. */
  readonly key?: {
    readonly texts: readonly string[];
    readonly label: string;
    readonly column: ScopeColumn;
    readonly synthetic: boolean;
  };
}

function analyzeJoins(
  select: Select,
  uses: readonly SourceUse[],
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): Joined | undefined {
  const found = select.joins.map((join, i) => {
    const right = uses[i + 1];
    return right === undefined
      ? undefined
      : analyzeJoin(join, uses.slice(0, i + 1), uses[0]?.schema.kind ?? 'stream', right, scope, report);
  });
  const joins = found.flatMap((f) => (f === undefined ? [] : [f]));
  if (joins.length < select.joins.length) return undefined;
  const last = joins.at(-1);
  if (last === undefined) return { joins: [] };
  const follower = select.joins[joins.findIndex((j) => j.join.kind === 'foreign-key') + 1];
  if (joins.some((j) => j.join.kind === 'foreign-key')) {
    if (follower === undefined) return { joins: joins.map((j) => j.join) };
    report(standsAlone(follower.span));
    return undefined;
  }
  const group = new Set([keyText(last.leftAst, scope), keyText(last.rightAst, scope)]);
  for (const j of [...joins].reverse()) {
    const pair = [keyText(j.leftAst, scope), keyText(j.rightAst, scope)];
    if (pair.some((t) => group.has(t))) for (const t of pair) group.add(t);
  }
  const bare = joins
    .flatMap((j) => [j.leftAst, j.rightAst])
    .filter((e) => e.kind === 'column' && group.has(keyText(e, scope)));
  const synthetic = bare.length === 0 || joins.some((j) => j.join.type === 'full');
  const column: ScopeColumn = { name: '$key', type: last.join.leftKey.type ?? { kind: 'STRING' }, sql: '"$key"' };
  const label = synthetic ? 'ROWKEY' : bare.map((e) => columnLabel(e)).join(' or ');
  const texts = synthetic
    ? [canonical(madeColumn('ROWKEY', select.from), (r) => r.name.name)]
    : bare.map((e) => keyText(e, scope));
  return { joins: joins.map((j) => j.join), key: { texts, label, column, synthetic } };
}

function columnLabel(e: Expression): string {
  if (e.kind !== 'column') return 'ROWKEY';
  return e.qualifier === undefined ? e.name.name : `${e.qualifier.name}.${e.name.name}`;
}

function condition(
  ast: Expression,
  scope: Scope,
  word: string,
  report: (d: Diagnostic) => void,
): TypedExpression | undefined {
  if (hasAggregate(ast)) {
    report({
      code: 'aggregate-in-where',
      severity: 'error',
      message: `An aggregate cannot stand in ${word}.`,
      place: { span: ast.span },
      help: 'use HAVING behind GROUP BY',
    });
    return undefined;
  }
  const typed = typeExpression(ast, scope, report);
  if (typed !== undefined && typed.type !== null && typed.type.kind !== 'BOOLEAN') {
    report({
      code: 'condition-type',
      severity: 'error',
      message: `${word} needs a condition.`,
      place: { span: ast.span },
      expected: 'BOOLEAN',
      found: typed.type.kind,
    });
    return undefined;
  }
  return typed;
}

type Body = Pick<AnalyzedQuery, 'items' | 'partitionBy' | 'grouping'>;

function shape(
  target: QueryTarget,
  select: Select,
  named: readonly NamedItem[],
  scope: SourceScope,
  joined: Joined,
  kind: 'stream' | 'table',
  report: (d: Diagnostic) => void,
): Body | undefined {
  const query = { target: target.name.name, span: select.span };
  const text = (e: Expression): string => keyText(e, scope);
  if (select.groupBy.length > 0) {
    const grouped = analyzeGrouping(select, named, scope, kind, report);
    if (grouped === undefined) return undefined;
    if (select.window !== undefined || select.emit === 'final') {
      report({
        code: 'not-supported',
        severity: 'error',
        message: 'Windowed aggregates are not replayed yet.',
        place: { span: select.window?.span ?? select.span },
        help: "group by a column that names the period, such as FORMAT_TIMESTAMP(..., 'yyyy-MM')",
      });
      return undefined;
    }
    if (grouped.grouping.calls.length === 0) {
      report({
        code: 'group-without-aggregate',
        severity: 'error',
        message: 'GROUP BY needs an aggregate in SELECT or HAVING.',
        place: { span: select.span },
        help: 'add COUNT(*)',
      });
    }
    const wanted = grouped.keyLabels.map((label, i): WantedKey => ({ texts: [`$g${i}`], label }));
    const plain = (e: Expression): string => (e.kind === 'column' ? e.name.name : '');
    return {
      items: finishItems(grouped.items, wanted, plain, grouped.scope, query, report),
      grouping: grouped.grouping,
    };
  }
  if (select.having !== undefined || named.some((n) => hasAggregate(n.expression))) {
    report({
      code: 'aggregate-without-group',
      severity: 'error',
      message: `${query.target} aggregates without GROUP BY.`,
      place: { span: select.span },
      help: 'add GROUP BY',
    });
    return undefined;
  }
  const inner = joined.key === undefined ? scope : withKey(scope, joined.key);
  if (select.partitionBy.length > 0) return partitioned(select, named, inner, scope, kind, query, report);
  const key = joined.key;
  if (key !== undefined) {
    const stored = madeColumn('$key', select.joins[0] ?? select);
    const all =
      key.synthetic && select.items.some((i) => i.kind === 'star')
        ? [{ name: 'ROWKEY', expression: madeColumn('ROWKEY', select.joins[0] ?? select) }, ...named]
        : named;
    return { items: finishItems(all, [{ texts: key.texts, label: key.label, stored }], text, inner, query, report) };
  }
  const use = scope.uses[0];
  const wanted =
    use === undefined
      ? []
      : keyColumns(use.schema).map(
          (c): WantedKey => ({ texts: [text(ownedColumn(use, c.name, select.from))], label: c.name }),
        );
  return { items: finishItems(named, wanted, text, inner, query, report) };
}

function withKey(scope: SourceScope, key: { readonly column: ScopeColumn; readonly synthetic: boolean }): Scope {
  return {
    resolve(reference) {
      if (reference.name.name === '$key' || (key.synthetic && reference.name.name === 'ROWKEY')) return key.column;
      return scope.resolve(reference);
    },
  };
}

function partitioned(
  select: Select,
  named: readonly NamedItem[],
  inner: Scope,
  scope: SourceScope,
  kind: 'stream' | 'table',
  query: { readonly target: string; readonly span: Select['span'] },
  report: (d: Diagnostic) => void,
): Body | undefined {
  if (kind === 'table') {
    report({
      code: 'partition-table',
      severity: 'error',
      message: 'A table cannot be re-keyed with PARTITION BY.',
      place: { span: select.span },
      help: 'use GROUP BY, or declare its topic as a stream',
    });
    return undefined;
  }
  const nulls = select.partitionBy.filter((e) => e.kind === 'literal' && e.type === 'null');
  if (nulls.length > 0 && select.partitionBy.length > 1) {
    report({
      code: 'partition-null',
      severity: 'error',
      message: 'PARTITION BY NULL stands alone.',
      place: { span: select.span },
    });
    return undefined;
  }
  const star = select.items.some((i) => i.kind === 'star');
  const ordered = star ? keysLast(named, scope) : named;
  if (nulls.length > 0) return { items: finishItems(ordered, [], () => '', inner, query, report), partitionBy: [] };
  const text = (e: Expression): string => keyText(e, scope);
  const texts = ordered.map((n) => text(n.expression));
  const generated = generator(new Set([...scope.columns.map((c) => c.name), ...ordered.map((n) => n.name)]));
  const added = star
    ? select.partitionBy
        .filter((e) => !texts.includes(text(e)))
        .map((e) => ({ name: e.kind === 'column' ? e.name.name : generated(), expression: e }))
    : [];
  const wanted = select.partitionBy.map(
    (e): WantedKey => ({ texts: [text(e)], label: e.kind === 'column' ? e.name.name : 'of PARTITION BY' }),
  );
  const items = finishItems([...added, ...ordered], wanted, text, inner, query, report);
  const keys = items.filter((i) => i.key).map((i) => i.expression);
  return { items, partitionBy: keys };
}

/** `SELECT *` behind PARTITION BY puts the old key at the end of the value. */
function keysLast(named: readonly NamedItem[], scope: SourceScope): NamedItem[] {
  const old = new Set(scope.columns.filter((c) => c.key).map((c) => c.sql));
  const isOld = (n: NamedItem): boolean => {
    if (n.expression.kind !== 'column') return false;
    const found = scope.find(n.expression);
    return 'sql' in found && old.has(found.sql);
  };
  return [...named.filter((n) => !isOld(n)), ...named.filter(isOld)];
}

function checkKind(target: QueryTarget, result: 'stream' | 'table', report: (d: Diagnostic) => void): void {
  if (target.type === 'insert' || target.type === result) return;
  const wrong = target.type.toUpperCase();
  report({
    code: 'wrong-kind',
    severity: 'error',
    message: `${target.name.name} is created as a ${wrong}, but its query gives a ${result.toUpperCase()}.`,
    place: { span: target.name.span },
    help: `write CREATE ${result.toUpperCase()} ${target.name.name} AS`,
  });
}

function resultSchema(
  target: QueryTarget,
  kind: 'stream' | 'table',
  items: readonly OutputItem[],
  from: RelationSchema,
  report: (d: Diagnostic) => void,
): RelationSchema {
  const settings = readSettings(target.properties, report);
  const columns = itemColumns(items);
  const timestamp = timestampOf(settings, columns, target.name.name, report);
  const topic = setting(settings, 'KAFKA_TOPIC') ?? target.name.name;
  const { keyFormat, valueFormat, valueDelimiter } = from.format;
  const inherited = { keyFormat, valueFormat, ...(valueDelimiter === undefined ? {} : { valueDelimiter }) };
  return {
    name: target.name.name,
    kind,
    columns,
    format: topicFormat(settings, topic, inherited, columns),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}
