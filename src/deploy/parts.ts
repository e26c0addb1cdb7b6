import type { Pipeline } from '../ksql/analyzed.js';
import type { CreateAsSelect, CreateSource, Property, Statement } from '../ksql/ast/index.js';
import { keyColumns, type RelationSchema } from '../ksql/catalog.js';
import { needsQuotes } from '../ksql/token.js';
import { typeText } from '../ksql/types.js';

/** One file for a cluster: statements that can be run again, and the queries in it. */
export interface Part {
  readonly text: string;
  readonly queries: readonly string[];
}

const HEAD = `-- Made by pharmabi deploy out of the pipeline: safe to run again on the same cluster.
SET 'auto.offset.reset'='earliest';
`;

/**
 * The pipeline's own text, comments included, as files of at most `most` queries each. Declarations lose PARTITIONS (the topic says
 * it), every CREATE gets IF NOT EXISTS where its author wrote neither that nor OR REPLACE. A part declares what it reads: sources
 * over their topics, results of an earlier part over the topic that it writes, so parts may run on clusters of their own.
 */
export function partsOf(text: string, pipeline: Pipeline, most: number): readonly Part[] {
  const pieces = pieceTexts(text, pipeline.statements);
  const made = pipeline.statements.map((statement, i) => ({ statement, text: pieces[i]! }));
  const chunks: (typeof made)[] = [[]];
  let queries = 0;
  for (const piece of made) {
    if (isQuery(piece.statement) && queries === most) {
      chunks.push([]);
      queries = 0;
    }
    if (isQuery(piece.statement)) queries += 1;
    chunks.at(-1)!.push(piece);
  }
  return chunks.map((chunk) => {
    const statements = chunk.map((piece) => piece.statement);
    const texts = chunk.map((piece) => piece.text);
    return {
      text: `${HEAD}${missingFrom(statements, pipeline).map(declared).join('')}${texts.join('')}\n`,
      queries: statements.filter(isQuery).map(targetOf),
    };
  });
}

function isQuery(statement: Statement): statement is Extract<Statement, { kind: 'create-as-select' | 'insert-into' }> {
  return statement.kind === 'create-as-select' || statement.kind === 'insert-into';
}

function targetOf(statement: Extract<Statement, { kind: 'create-as-select' | 'insert-into' }>): string {
  return statement.kind === 'insert-into' ? statement.target.name : statement.name.name;
}

/** Relations that the statements read or write and do not create. */
function missingFrom(statements: readonly Statement[], pipeline: Pipeline): readonly RelationSchema[] {
  const created = new Set(statements.flatMap((s) => ('name' in s ? [s.name.name] : [])));
  const wanted = statements.filter(isQuery).flatMap((statement) => {
    const reads = [statement.query.from, ...statement.query.joins.map((join) => join.source)].map((s) => s.name.name);
    return statement.kind === 'insert-into' ? [...reads, statement.target.name] : reads;
  });
  return [...new Set(wanted)]
    .filter((name) => !created.has(name))
    .flatMap((name) => pipeline.relations.get(name) ?? []);
}

function declared(schema: RelationSchema): string {
  const key = schema.kind === 'table' ? ' PRIMARY KEY' : ' KEY';
  const name = (text: string): string => (needsQuotes(text) ? `\`${text.replaceAll('`', '``')}\`` : text);
  const columns = schema.columns.map((c) => `    ${name(c.name)} ${typeText(c.type)}${c.key ? key : ''}`);
  const { topic, keyFormat, valueFormat } = schema.format;
  const settings = [
    `KAFKA_TOPIC='${topic}'`,
    ...(keyColumns(schema).length === 0 ? [] : [`KEY_FORMAT='${keyFormat}'`]),
    `VALUE_FORMAT='${valueFormat}'`,
    ...(schema.timestamp === undefined ? [] : [`TIMESTAMP='${schema.timestamp.column}'`]),
  ];
  return `\nCREATE ${schema.kind.toUpperCase()} IF NOT EXISTS ${name(schema.name)} (\n${columns.join(',\n')}\n  ) WITH (${settings.join(', ')});\n`;
}

/** The text of each statement with the comments before it, edited. */
function pieceTexts(text: string, statements: readonly Statement[]): string[] {
  let from = 0;
  return statements.map((statement) => {
    const end = endOf(text, statement.span.end);
    const piece = edited(text, from, end, statement);
    from = end;
    return piece;
  });
}

function endOf(text: string, end: number): number {
  const semicolon = text[end - 1] === ';' ? end : text.indexOf(';', end) + 1;
  return semicolon === 0 ? text.length : semicolon;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function edited(text: string, from: number, to: number, statement: Statement): string {
  if (statement.kind === 'other' && /auto\.offset\.reset/i.test(statement.text)) return '';
  if (statement.kind !== 'create-source' && statement.kind !== 'create-as-select') return text.slice(from, to);
  const edits = [...onceOnly(statement), ...withoutPartitions(text, statement)].sort((a, b) => a.start - b.start);
  let at = from;
  let result = '';
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at, to);
}

function onceOnly(statement: CreateSource | CreateAsSelect): readonly Edit[] {
  if (statement.orReplace || statement.ifNotExists) return [];
  const { start } = statement.name.span;
  return [{ start, end: start, text: 'IF NOT EXISTS ' }];
}

/** Drops `PARTITIONS` (and `REPLICAS`) of a declaration with the comma before it, or behind it where it stands first. */
function withoutPartitions(text: string, statement: CreateSource | CreateAsSelect): readonly Edit[] {
  if (statement.kind !== 'create-source') return [];
  const dropped = (p: Property): boolean => p.name === 'PARTITIONS' || p.name === 'REPLICAS';
  return statement.properties.filter(dropped).map(({ span }) => {
    const before = /,\s*$/.exec(text.slice(0, span.start));
    if (before !== null) return { start: before.index, end: span.end, text: '' };
    const behind = /^\s*,\s*/.exec(text.slice(span.end));
    return { start: span.start, end: span.end + (behind?.[0].length ?? 0), text: '' };
  });
}
