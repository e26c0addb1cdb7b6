import type { Engine } from '../engine/engine.js';
import { duckType, type KsqlType } from '../ksql/types.js';
import { planReplay } from '../plan/plan.js';
import { compile } from '../replay/compile.js';
import { emitPlan } from '../sql/emit.js';
import { neededMacros } from '../sql/needed-macros.js';
import { typeOf } from './evaluate.js';
import { plainValue } from './plain-values.js';
import { type Json, sameValue, sqlValue } from './vectors.js';

/** What one aggregate gave, record by record, over a stream of one group or over a table. */
export interface AggregateVector {
  readonly aggregate: string;
  readonly expression: string;
  readonly types: readonly string[];
  readonly source: 'STREAM' | 'TABLE';
  readonly rows: readonly Json[];
  readonly results: readonly Json[];
}

interface TableRow {
  readonly key: string;
  readonly group: Json;
  readonly args: readonly Json[] | null;
}

interface Emitted {
  readonly group: Json;
  readonly value: Json;
}

/** Undefined where every value that the aggregate gave comes out, in order; else what differs. */
export async function runAggregate(engine: Engine, vector: AggregateVector): Promise<string | undefined> {
  const table = vector.source === 'TABLE';
  const columns = vector.types.map((type, i) => `${String.fromCharCode(65 + i)} ${type}`);
  const text = table
    ? `CREATE TABLE S (K STRING PRIMARY KEY, G INT, ${columns.join(', ')}) WITH (KAFKA_TOPIC='s', FORMAT='JSON'); CREATE TABLE O AS SELECT G, ${vector.expression} AS R FROM S GROUP BY G;`
    : `CREATE STREAM S (K INT KEY, ${columns.join(', ')}) WITH (KAFKA_TOPIC='s', FORMAT='JSON'); CREATE TABLE O AS SELECT K, ${vector.expression} AS R FROM S GROUP BY K;`;
  const { pipeline, diagnostics } = compile(text, vector.aggregate);
  if (diagnostics.length > 0) return diagnostics.map((d) => d.message).join(' ');
  const type = pipeline.relations.get('O')!.columns.find((c) => c.name === 'R')!.type;
  try {
    const found = await emitted(engine, vector, pipeline);
    return difference(vector, found, type);
  } catch (error) {
    return `engine: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`;
  }
}

type Row = readonly unknown[];

/** Records of the result: number of the source record, group, value. */
async function emitted(
  engine: Engine,
  vector: AggregateVector,
  pipeline: ReturnType<typeof compile>['pipeline'],
): Promise<readonly Row[]> {
  const types = vector.types.map(typeOf);
  const script = emitPlan(planReplay(pipeline, [{ relation: 'O', form: 'changes' }])).map((s) => s.sql);
  const statements = ['BEGIN', ...neededMacros(script), sourceSql(vector, types), ...script];
  try {
    await engine.run(statements.join(';\n'));
    const rows = await engine.rows(
      `SELECT "$seq", ${vector.source === 'TABLE' ? '"G"' : '"K"'}, "R" FROM "O" ORDER BY "$seq", "$sub"`,
    );
    return rows.map((row) => row.map(plainValue));
  } finally {
    await engine.run('ROLLBACK');
  }
}

function sourceSql({ rows, source }: AggregateVector, types: readonly KsqlType[]): string {
  const meta = (seq: number, live: boolean): string =>
    `${seq} AS "$seq", ''::BLOB AS "$sub", 0::BIGINT AS "$ts", ${live} AS "$live"`;
  const values = (args: readonly Json[]): string[] =>
    types.map((t, i) => `CAST(${sqlValue(args[i] ?? null, t)} AS ${duckType(t)}) AS "${String.fromCharCode(65 + i)}"`);
  const selects = rows.map((row, seq) => {
    if (source === 'STREAM')
      return `SELECT ${[meta(seq, true), '1::INTEGER AS "K"', ...values(row as readonly Json[])].join(', ')}`;
    const { key, group, args } = row as unknown as TableRow;
    const live = args !== null;
    return `SELECT ${[meta(seq, live), `'${key}' AS "K"`, `${live ? sqlValue(group, { kind: 'INTEGER' }) : 'NULL'}::INTEGER AS "G"`, ...values(args ?? [])].join(', ')}`;
  });
  return `CREATE TEMP TABLE "S" AS ${selects.join(' UNION ALL ')}`;
}

function difference(
  { source, results, aggregate }: AggregateVector,
  found: readonly Row[],
  type: KsqlType,
): string | undefined {
  const expected = results.flatMap((result, seq): { seq: number; group: Json | undefined; value: Json }[] =>
    source === 'STREAM'
      ? [{ seq, group: undefined, value: result }]
      : (result as unknown as readonly Emitted[]).map(({ group, value }) => ({ seq, group, value })),
  );
  const last = results.length;
  const mine = found.filter((row) => Number(row[0]) < last);
  if (mine.length !== expected.length) return `${mine.length} records, expected ${expected.length}`;
  const at = expected.findIndex(({ seq, group, value }, i) => {
    const [s, g, v] = mine[i]!;
    const sameGroup = group === undefined || sameValue(g, group, { kind: 'INTEGER' }, '');
    return Number(s) !== seq || !sameGroup || !sameValue(v, value, type, aggregate);
  });
  return at < 0
    ? undefined
    : `record ${at}: expected ${JSON.stringify(expected[at]!.value)}, got ${String(mine[at]![2])}`;
}
