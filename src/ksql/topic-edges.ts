import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { AnalyzedQuery, OutputItem, Pipeline } from './analyzed.js';
import { keyColumns, type RelationSchema, type SchemaColumn, valueColumns } from './catalog.js';
import { canCast } from './coercion.js';
import type { TypedExpression } from './typed-expression.js';
import { sameType } from './types.js';

/**
 * Topics are edges of a pipeline: a relation declared over a topic that queries of the same file write reads what they write,
 * through both formats. Each edge is a query without a place of its own among the statements: a record that reaches the topic
 * is at once there for all its readers. The relations come back in an order in which each stands behind what it is made of.
 */
export function withTopicEdges(pipeline: Pipeline, report: (d: Diagnostic) => void): Pipeline {
  const edges = [...pipeline.relations.values()].flatMap((reader) =>
    reader.declaration === undefined ? [] : edgesTo(reader, pipeline, report),
  );
  const relations = inOrder(pipeline, edges, report);
  return { ...pipeline, relations, edges };
}

/** The queries and edges that write a relation, in statement order. */
export function writersOf(pipeline: Pipeline, relation: string): readonly AnalyzedQuery[] {
  return [...pipeline.queries, ...pipeline.edges].filter((q) => q.target === relation);
}

function edgesTo(reader: RelationSchema, pipeline: Pipeline, report: (d: Diagnostic) => void): AnalyzedQuery[] {
  const seen = new Set<string>();
  return pipeline.queries.flatMap((query) => {
    const writer = pipeline.relations.get(query.target);
    if (writer === undefined || writer === reader || writer.format.topic !== reader.format.topic) return [];
    if (!sameFormats(writer, reader, pipeline, report)) return [];
    // A relation that has records of its own from the log hands on only what the query writes into it.
    if (writer.declaration !== undefined)
      return [{ ...query, target: reader.name, schema: reader, items: recoded(writer, reader, itemOf(query)) }];
    if (seen.has(writer.name)) return [];
    seen.add(writer.name);
    const column = (c: SchemaColumn): TypedExpression => ({
      kind: 'column',
      type: c.type,
      name: c.name,
      sql: `"${c.name.replaceAll('"', '""')}"`,
    });
    const { number, select } = query;
    return [
      {
        ...{
          number,
          select,
          edge: true,
          insert: true,
          kind: reader.kind,
          target: reader.name,
          schema: reader,
          joins: [],
        },
        from: { alias: writer.name, schema: writer },
        items: recoded(writer, reader, column),
      },
    ];
  });
}

function itemOf({ items }: AnalyzedQuery): (column: SchemaColumn) => TypedExpression {
  return (column) => items.find((i) => i.name === column.name)?.expression ?? { kind: 'null', type: null };
}

/** The columns of the reader, each out of the column of the writer that its format finds in the record. */
function recoded(
  writer: RelationSchema,
  reader: RelationSchema,
  value: (c: SchemaColumn) => TypedExpression,
): OutputItem[] {
  const { keyFormat, valueFormat, wrapSingleValue } = reader.format;
  const part = (to: readonly SchemaColumn[], from: readonly SchemaColumn[], byPlace: boolean): OutputItem[] =>
    to.map((column, i) => {
      const found = byPlace
        ? from[i]
        : (from.find((c) => c.name === column.name) ??
          from.find((c) => c.name.toUpperCase() === column.name.toUpperCase()));
      return {
        name: column.name,
        key: column.key,
        expression: found === undefined ? typedNull(column) : read(value(found), column),
      };
    });
  const [toKeys, fromKeys] = [keyColumns(reader), keyColumns(writer)];
  const [toValues, fromValues] = [valueColumns(reader), valueColumns(writer)];
  const bareKey = (toKeys.length === 1 && fromKeys.length === 1) || keyFormat === 'DELIMITED';
  const bareValue =
    toValues.length === 1 && fromValues.length === 1 && (wrapSingleValue === false || valueFormat === 'KAFKA');
  return [...part(toKeys, fromKeys, bareKey), ...part(toValues, fromValues, bareValue || valueFormat === 'DELIMITED')];
}

/** A field as the reader's type takes it; null where the type cannot hold what the writer wrote. */
function read(expression: TypedExpression, { type }: SchemaColumn): TypedExpression {
  if (expression.type === null) return { kind: 'cast', type, operand: expression, implicit: true };
  if (sameType(expression.type, type)) return expression;
  if (!canCast(expression.type, type)) return typedNull({ type });
  return { kind: 'cast', type, operand: expression, implicit: true };
}

function typedNull({ type }: Pick<SchemaColumn, 'type'>): TypedExpression {
  return { kind: 'cast', type, operand: { kind: 'null', type: null }, implicit: true };
}

function sameFormats(
  writer: RelationSchema,
  reader: RelationSchema,
  pipeline: Pipeline,
  report: (d: Diagnostic) => void,
): boolean {
  const written = `${writer.format.keyFormat} keys and ${writer.format.valueFormat} values`;
  const readAs = `${reader.format.keyFormat} keys and ${reader.format.valueFormat} values`;
  const keys =
    keyColumns(reader).length === 0 ||
    keyColumns(writer).length === 0 ||
    writer.format.keyFormat === reader.format.keyFormat;
  if (keys && writer.format.valueFormat === reader.format.valueFormat) return true;
  report({
    code: 'topic-format',
    severity: 'error',
    message: `${reader.name} reads the topic ${reader.format.topic} in another format than ${writer.name} writes it: no record could be read.`,
    place: { span: spanOf(pipeline, reader.name) },
    expected: written,
    found: readAs,
    help: `declare ${reader.name} WITH (KEY_FORMAT='${writer.format.keyFormat}', VALUE_FORMAT='${writer.format.valueFormat}')`,
  });
  return false;
}

/** Relations with everything behind what it is made of; as in the file where that is so already. */
function inOrder(
  pipeline: Pipeline,
  edges: readonly AnalyzedQuery[],
  report: (d: Diagnostic) => void,
): ReadonlyMap<string, RelationSchema> {
  const all = { ...pipeline, edges };
  const ordered = new Map<string, RelationSchema>();
  const open = new Set<string>();
  const visit = (schema: RelationSchema): void => {
    if (ordered.has(schema.name)) return;
    if (open.has(schema.name)) {
      report({
        code: 'topic-cycle',
        severity: 'error',
        message: `${schema.name} reads what is made of it: its records would go round for ever.`,
        place: { span: spanOf(pipeline, schema.name) },
        help: 'write into another topic',
      });
      return;
    }
    open.add(schema.name);
    for (const query of writersOf(all, schema.name))
      for (const use of [query.from, ...query.joins.map((j) => j.right)]) visit(use.schema);
    open.delete(schema.name);
    ordered.set(schema.name, schema);
  };
  for (const schema of pipeline.relations.values()) visit(schema);
  return ordered;
}

function spanOf(pipeline: Pipeline, relation: string): Pipeline['statements'][number]['span'] {
  const found = pipeline.statements.find((s) => 'name' in s && typeof s.name === 'object' && s.name.name === relation);
  return (found ?? pipeline.statements[0]!).span;
}
