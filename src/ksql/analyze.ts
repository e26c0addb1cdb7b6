import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { analyzeQuery } from './analyze-query.js';
import { analyzeSource } from './analyze-source.js';
import { type AnalyzedQuery, itemColumns, type Pipeline } from './analyzed.js';
import type { Identifier, Statement } from './ast/index.js';
import type { RelationSchema } from './catalog.js';
import { coerce, widens } from './coercion.js';
import { withTopicEdges } from './topic-edges.js';
import { sameType, typeText } from './types.js';

/** Names, keys and types of a whole pipeline file; every mistake in it is reported, in the order of the text. */
export function analyze(statements: readonly Statement[], report: (d: Diagnostic) => void): Pipeline {
  const relations = new Map<string, RelationSchema>();
  const queries: AnalyzedQuery[] = [];
  for (const statement of statements) analyzeStatement(statement, relations, queries, report);
  return withTopicEdges({ relations, queries, edges: [], statements }, report);
}

function analyzeStatement(
  statement: Statement,
  relations: Map<string, RelationSchema>,
  queries: AnalyzedQuery[],
  report: (d: Diagnostic) => void,
): void {
  switch (statement.kind) {
    case 'create-source': {
      if (!isNew(statement.name, statement.ifNotExists, relations, report)) return;
      const schema = analyzeSource(statement, report);
      if (schema !== undefined) relations.set(schema.name, schema);
      return;
    }
    case 'create-as-select': {
      if (!isNew(statement.name, statement.ifNotExists, relations, report)) return;
      const target = { name: statement.name, type: statement.type, properties: statement.properties };
      const query = analyzeQuery({ ...target, number: queries.length }, statement.query, relations, report);
      if (query === undefined) return;
      relations.set(query.target, query.schema);
      queries.push(query);
      return;
    }
    case 'insert-into': {
      const into = target(statement.target, relations, report);
      if (into === undefined) return;
      const query = analyzeQuery(
        { name: statement.target, type: 'insert', properties: statement.properties, into, number: queries.length },
        statement.query,
        relations,
        report,
      );
      if (query === undefined) return;
      const fitted = fitInsert(query, into);
      checkInsert(fitted, into, statement.target, report);
      queries.push(fitted);
      return;
    }
    case 'insert-values':
      target(statement.target, relations, report);
      return;
    case 'other':
      if (!['SET', 'UNSET'].includes(statement.verb)) {
        report({
          code: 'not-supported',
          severity: 'error',
          message: `${statement.verb} has no meaning in a replay.`,
          place: { span: statement.span },
          help: 'leave the statement out of the file that is replayed',
        });
      }
      return;
  }
}

function isNew(
  name: Identifier,
  ifNotExists: boolean,
  relations: ReadonlyMap<string, RelationSchema>,
  report: (d: Diagnostic) => void,
): boolean {
  if (!relations.has(name.name)) return true;
  if (!ifNotExists) {
    report({
      code: 'repeated-relation',
      severity: 'error',
      message: `${name.name} is already created further up.`,
      place: { span: name.span },
      help: 'give one of them another name',
    });
  }
  return false;
}

function target(
  name: Identifier,
  relations: ReadonlyMap<string, RelationSchema>,
  report: (d: Diagnostic) => void,
): RelationSchema | undefined {
  const schema = relations.get(name.name);
  if (schema !== undefined) return schema;
  const near = suggest(name.name, [...relations.keys()]);
  report({
    code: 'unknown-relation',
    severity: 'error',
    message: `No stream or table called ${name.name} stands before this statement.`,
    place: { span: name.span },
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  });
  return undefined;
}

/** Widens the columns of an INSERT to those of its target, where the dialect does so by itself. */
function fitInsert(query: AnalyzedQuery, into: RelationSchema): AnalyzedQuery {
  const items = query.items.map((item) => {
    const to = into.columns.find((c) => c.name === item.name)?.type;
    const from = item.expression.type;
    if (to === undefined || (from !== null && (sameType(from, to) || !widens(from, to)))) return item;
    return { ...item, expression: coerce(item.expression, to) };
  });
  return { ...query, items, schema: { ...query.schema, columns: itemColumns(items) } };
}

function checkInsert(
  query: AnalyzedQuery,
  into: RelationSchema,
  at: Identifier,
  report: (d: Diagnostic) => void,
): void {
  const shape = (s: RelationSchema): string =>
    s.columns.map((c) => `${c.name} ${typeText(c.type)}${c.key ? ' KEY' : ''}`).join(', ');
  const same =
    into.columns.length === query.schema.columns.length &&
    into.columns.every((c, i) => {
      const other = query.schema.columns[i];
      return other !== undefined && other.name === c.name && other.key === c.key && sameType(other.type, c.type);
    });
  if (same) return;
  report({
    code: 'insert-schema',
    severity: 'error',
    message: `The query does not have the columns of ${into.name}.`,
    place: { span: at.span },
    expected: shape(into),
    found: shape(query.schema),
  });
}
