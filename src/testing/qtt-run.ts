import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/engine.js';
import type { Pipeline } from '../ksql/analyzed.js';
import type { InsertValues } from '../ksql/ast/index.js';
import { keyColumns, type RelationSchema, valueColumns } from '../ksql/catalog.js';
import { typeExpression } from '../ksql/expression.js';
import { duckType } from '../ksql/types.js';
import { planReplay } from '../plan/plan.js';
import type { EngineVersion } from '../relation.js';
import { compile } from '../replay/compile.js';
import { exposeSources, prepareEngine } from '../replay/pipeline.js';
import { castTo } from '../sql/casts.js';
import { emitPlan } from '../sql/emit.js';
import { emitExpression } from '../sql/expression.js';
import { neededMacros } from '../sql/needed-macros.js';
import { identifier } from '../sql/quote.js';
import { rowtimeSql } from '../sql/rowtime.js';
import { compareRelation } from './compare-relation.js';
import { decodeRecord, UndecodableRecord } from './decode.js';
import type { Case, CaseRecord } from './qtt-case.js';
import { checkPost } from './qtt-post.js';

/** How a case went: `reason` says the first difference, or what was refused. */
export interface CaseResult {
  readonly passed: boolean;
  readonly reason?: string;
}

/** Distance between two queries' rows in `$seq`: more than any case has records. */
const FAR = 1_000_000_000;

/** How the records of a case go through its queries, and by the rules of which engine. */
export interface RunMode {
  /** `query`: every query runs alone over the whole log, as upstream's suite does; `record`: each record through all of them. */
  readonly each: 'query' | 'record';
  readonly engine: EngineVersion;
}

/** Runs one case in an engine of its own and compares what came out. */
export async function runCase(test: Case, mode: RunMode): Promise<CaseResult> {
  const { pipeline, diagnostics } = compile(test.statements.join('\n'), test.file);
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (test.expectsError)
    return errors.length > 0 ? { passed: true } : { passed: false, reason: 'accepted, but an error is expected' };
  if (errors.length > 0) return { passed: false, reason: `refused: ${errors.map((d) => d.message).join(' ')}` };
  const post = checkPost(test, pipeline);
  if (post !== undefined) return { passed: false, reason: post };
  const engine = await openEngine({ threads: 1, memory: '512MB' });
  try {
    return await replayAndCompare(engine, test, pipeline, mode);
  } catch (error) {
    return { passed: false, reason: `engine: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}` };
  } finally {
    engine.close();
  }
}

async function replayAndCompare(engine: Engine, test: Case, pipeline: Pipeline, mode: RunMode): Promise<CaseResult> {
  const targets = [...new Set(pipeline.queries.map((q) => q.target))];
  const plan = planReplay(
    pipeline,
    targets.map((relation) => ({ relation, form: 'changes' as const })),
    mode.engine,
    true,
  );
  const stored = new Map<string, string>();
  for (const source of plan.sources) {
    const schema = pipeline.relations.get(source.name);
    if (schema !== undefined) stored.set(source.name, await writeSource(engine, test, pipeline, schema, mode));
  }
  const written = new Set([...test.inputs.map((i) => i.topic), ...insertedTopics(pipeline)]);
  const script = emitPlan(plan, {
    engine: mode.engine,
    ...(mode.each === 'record' ? { sharedSeq: true } : { shift: queryAfterQuery(pipeline, written) }),
  });
  await prepareEngine(engine, script);
  await exposeSources(engine, plan, stored);
  for (const step of script) await engine.run(step.sql);
  for (const topic of new Set(test.outputs.map((o) => o.topic))) {
    const reason = await compareTopic(engine, test, pipeline, topic);
    if (reason !== undefined) return { passed: false, reason: `${topic}: ${reason}` };
  }
  return { passed: true };
}

function insertedTopics(pipeline: Pipeline): string[] {
  return inserts(pipeline).flatMap((s) => {
    const schema = pipeline.relations.get(s.target.name);
    return schema === undefined ? [] : [schema.format.topic];
  });
}

function inserts(pipeline: Pipeline): InsertValues[] {
  return pipeline.statements.filter((s) => s.kind === 'insert-values');
}

/**
 * The suite's order (`ksqldb-semantics` section 2): every query runs alone over all its topics; topics among the inputs
 * in file order first, then the outputs of earlier queries, one topic after the other.
 */
function queryAfterQuery(
  pipeline: Pipeline,
  written: ReadonlySet<string>,
): (reader: string, relation: string) => number {
  return (reader, relation) => {
    if (reader.endsWith('#insert')) return Number(relation) * FAR * 1000;
    const query = pipeline.queries.find((q) => q.target === reader);
    const schema = pipeline.relations.get(relation);
    if (query === undefined || schema === undefined || written.has(schema.format.topic)) return 0;
    const uses = [query.from, ...query.joins.map((j) => j.right)];
    return FAR * (1 + uses.findIndex((u) => u.schema.name === relation));
  };
}

async function writeSource(
  engine: Engine,
  test: Case,
  pipeline: Pipeline,
  schema: RelationSchema,
  mode: RunMode,
): Promise<string> {
  const name = `${schema.name}#records`;
  const columns = [...keyColumns(schema), ...valueColumns(schema)];
  const definition = columns.map((c) => `${identifier(c.name)} ${duckType(c.type)}`).join(', ');
  await engine.run(
    `CREATE TEMP TABLE ${identifier(name)} ("$seq" BIGINT, "$ts" BIGINT, "$live" BOOLEAN, ${definition})`,
  );
  const first = inserts(pipeline);
  const index = [...pipeline.relations.keys()].indexOf(schema.name);
  const seq = (record: number): number => (mode.each === 'record' ? record : record * pipeline.relations.size + index);
  for (const [i, statement] of first.entries()) {
    if (pipeline.relations.get(statement.target.name)?.format.topic !== schema.format.topic) continue;
    await runWithMacros(engine, `INSERT INTO ${identifier(name)} SELECT ${seq(i)}, ${insertedRow(statement, schema)}`);
  }
  const rows = test.inputs.flatMap((record, i) => {
    if (record.topic !== schema.format.topic) return [];
    const row = sourceRow(record, schema);
    return row === undefined ? [] : [`(${seq(first.length + i)}, ${row})`];
  });
  if (rows.length > 0) await engine.run(`INSERT INTO ${identifier(name)} VALUES ${rows.join(', ')}`);
  await dateRecords(engine, name, schema);
  return identifier(name);
}

async function runWithMacros(engine: Engine, sql: string): Promise<void> {
  for (const macro of neededMacros([sql])) await engine.run(macro);
  await engine.run(sql);
}

function sourceRow(record: CaseRecord, schema: RelationSchema): string | undefined {
  if (schema.kind === 'table' && record.key.kind === 'null') return undefined;
  try {
    const { live, columns } = decodeRecord(record, schema);
    return [record.timestamp ?? 0, live, ...columns].join(', ');
  } catch (error) {
    if (error instanceof UndecodableRecord) return undefined;
    throw error;
  }
}

function insertedRow(statement: InsertValues, schema: RelationSchema): string {
  const columns = [...keyColumns(schema), ...valueColumns(schema)];
  const names = statement.columns.length > 0 ? statement.columns.map((c) => c.name) : columns.map((c) => c.name);
  const valueSql = (name: string, type: RelationSchema['columns'][number]['type']): string => {
    const expression = statement.values[names.indexOf(name)];
    const typed =
      expression === undefined
        ? undefined
        : typeExpression(
            expression,
            { resolve: () => ({ code: 'unknown-column', severity: 'error', message: name }) },
            () => undefined,
          );
    if (typed === undefined || typed.type === null) return `CAST(NULL AS ${duckType(type)})`;
    return castTo(emitExpression(typed), typed.type, type);
  };
  const time = names.includes('ROWTIME') ? valueSql('ROWTIME', { kind: 'BIGINT' }) : '0';
  return [time, 'TRUE', ...columns.map((c) => valueSql(c.name, c.type))].join(', ');
}

/** A source that names a TIMESTAMP column takes ROWTIME from it and loses records that have none. */
async function dateRecords(engine: Engine, name: string, schema: RelationSchema): Promise<void> {
  const timestamp = schema.timestamp;
  if (timestamp === undefined) return;
  const column = schema.columns.find((c) => c.name === timestamp.column);
  if (column === undefined) return;
  const sql = identifier(column.name);
  const millis = rowtimeSql(sql, column.type, timestamp.format);
  await runWithMacros(engine, `UPDATE ${identifier(name)} SET "$ts" = ${millis}`);
  await engine.run(`DELETE FROM ${identifier(name)} WHERE "$ts" IS NULL OR "$ts" < 0`);
}

async function compareTopic(
  engine: Engine,
  test: Case,
  pipeline: Pipeline,
  topic: string,
): Promise<string | undefined> {
  const written = pipeline.queries
    .map((q) => q.schema)
    .filter((s) => s.format.topic === topic && pipeline.relations.get(s.name) === s);
  const schema = written.at(-1) ?? [...pipeline.relations.values()].find((s) => s.format.topic === topic);
  if (schema === undefined) return 'no relation writes this topic';
  const made = pipeline.queries.find((q) => q.schema === schema);
  const expected = test.outputs.filter((o) => o.topic === topic);
  return compareRelation(engine, schema, expected, {
    exactNumbers: test.exactNumbers,
    zeroIsAny: test.inputs.length === 0,
    emptyKey: made?.partitionBy !== undefined || made?.grouping !== undefined,
  });
}
