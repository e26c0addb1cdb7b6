import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { keyColumns, type RelationSchema, valueColumns } from '../../src/ksql/catalog.js';
import { duckType, type KsqlType } from '../../src/ksql/types.js';
import { planReplay } from '../../src/plan/plan.js';
import type { EngineVersion } from '../../src/relation.js';
import { compile } from '../../src/replay/compile.js';
import { exposeSources, prepareEngine, runPipeline } from '../../src/replay/pipeline.js';
import { emitPlan } from '../../src/sql/emit.js';
import { identifier, text } from '../../src/sql/quote.js';

// The whole of the shipped pipeline (63 statements, 41 queries) as the real ksqlDB ran it over a capture of 24,419 events: all records of all
// results, in both orders and on both versions of Kafka Streams. 27 MB, so they lie beside the checkout and not in it.
const SHOP = fileURLToPath(new URL('../../../shared/golden/shop/', import.meta.url));
const CAPTURE = fileURLToPath(new URL('../../fixtures/captures/B-json-plain/kcat/', import.meta.url));
const PIPELINE = new URL('../../pipelines/pharmacy.ksql', import.meta.url);

const RUNS: readonly (readonly [string, string, EngineVersion, number])[] = [
  ['as-published', 'output-as-published', '7.6', 545_520],
  ['event-time', 'output-event-time', '7.6', 562_908],
  ['event-time', 'output-event-time-streams-3.7', '7.7', 619_982],
];

/** A field as JSON writes it, in its type: times are epoch milliseconds, dates epoch days. */
function read(type: KsqlType, field: string): string {
  if (type.kind === 'TIMESTAMP') return `make_timestamp(${field}::BIGINT * 1000)`;
  if (type.kind === 'DATE') return `('epoch'::DATE + ${field}::INTEGER)`;
  return `${field}::${duckType(type)}`;
}

/** The records of a declared source: those that the engine keeps, in the order in which it was fed. */
async function readSource(engine: Engine, schema: RelationSchema): Promise<string> {
  const name = identifier(`${schema.name}#records`);
  const [key] = keyColumns(schema);
  const field = (column: string): string => `(value ->> ${text(`$."${column.toLowerCase()}"`)})`;
  const time = schema.timestamp === undefined ? 'ts' : `${field(schema.timestamp.column)}::BIGINT`;
  const values = valueColumns(schema).map((c) => `${read(c.type, field(c.name))} AS ${identifier(c.name)}`);
  await engine.run(`CREATE TEMP TABLE ${name} AS SELECT n AS "$seq", ${time} AS "$ts", value IS NOT NULL AS "$live",
    (key ->> '$')::${duckType(key!.type)} AS ${identifier(key!.name)}, ${values.join(', ')} FROM inputs WHERE source = ${text(schema.name)} AND ${time} IS NOT NULL`);
  return name;
}

/** True where a column of ours is what the engine wrote: texts and whole numbers by their text, what has a point by value. */
function same(type: KsqlType, ours: string, theirs: string): string {
  if (['TIMESTAMP', 'DATE', 'DECIMAL', 'DOUBLE'].includes(type.kind))
    return `${ours} IS NOT DISTINCT FROM ${read(type, theirs)}`;
  return `CAST(${ours} AS VARCHAR) IS NOT DISTINCT FROM ${theirs}`;
}

/** How many records of a result (of each of its keys) are not the engine's: at the same place another key, value or time, too many, or missing. */
async function differing(engine: Engine, schema: RelationSchema, perKey: boolean): Promise<number> {
  const keys = keyColumns(schema);
  const ofKey = (name: string): string =>
    keys.length === 1 ? "(t.key ->> '$')" : `(t.key ->> ${text(`$."${name}"`)})`;
  const checks = [
    't.ts = o."$ts"',
    '(t.value IS NOT NULL) = o."$live"',
    ...keys.map((c) => same(c.type, `o.${identifier(c.name)}`, ofKey(c.name))),
    ...valueColumns(schema).map(
      (c) => `(NOT o."$live" OR ${same(c.type, `o.${identifier(c.name)}`, `(t.value ->> ${text(`$."${c.name}"`)})`)})`,
    ),
  ];
  const nth = (key: readonly string[], order: string): string =>
    `concat_ws('|', ${perKey ? key.join(', ') : "''"}) AS k, row_number() OVER (PARTITION BY k ORDER BY ${order}) AS n`;
  const theirKey = keys.map((c) => `${read(c.type, ofKey(c.name).replace('t.key', 'key'))}::VARCHAR`);
  const ours = `SELECT *, ${nth(
    keys.map((c) => `${identifier(c.name)}::VARCHAR`),
    '"$seq", "$sub"',
  )} FROM ${identifier(schema.name)}`;
  const theirs = `SELECT *, ${nth(theirKey, 'line')} FROM outputs WHERE topic = ${text(schema.name)}`;
  const [row] = await engine.rows(
    `SELECT count(*) FROM (${ours}) o FULL JOIN (${theirs}) t ON o.n = t.n AND o.k = t.k WHERE NOT coalesce(${checks.join(' AND ')}, FALSE)`,
  );
  return Number(row![0]);
}

const lines = (file: string, columns: string): string =>
  `read_json(${text(`${SHOP}${file}.jsonl.gz`)}, format='newline_delimited', columns=${columns})`;

async function readOutputs(engine: Engine, output: string): Promise<void> {
  await engine.run(`CREATE TEMP TABLE outputs AS SELECT row_number() OVER () AS line, topic, key, nullif(value, 'null'::JSON) AS value, timestamp AS ts
    FROM ${lines(output, "{topic: 'VARCHAR', key: 'JSON', value: 'JSON', timestamp: 'BIGINT'}")}`);
}

/** Results of which a record is not the engine's, with how many are not. */
async function differences(
  engine: Engine,
  schemas: readonly RelationSchema[],
  perKey = false,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const schema of schemas) {
    const n = await differing(engine, schema, perKey);
    if (n > 0) found[schema.name] = n;
  }
  return found;
}

describe.skipIf(!existsSync(SHOP))('the shipped pipeline on the real engine', () => {
  it.each(RUNS)('fed %s, %s: every record of all 41 results, on ksqlDB %s', async (order, output, version, records) => {
    const { pipeline, diagnostics } = compile(readFileSync(PIPELINE, 'utf8'), 'pharmacy.ksql');
    expect(diagnostics).toEqual([]);
    const engine = await openEngine({ threads: 2 });
    try {
      await engine.run(`CREATE TEMP TABLE inputs AS SELECT row_number() OVER () - 1 AS n, source, key, nullif(value, 'null'::JSON) AS value, timestamp AS ts
        FROM ${lines(`input-${order}`, "{source: 'VARCHAR', key: 'VARCHAR', value: 'JSON', timestamp: 'BIGINT'}")}`);
      await readOutputs(engine, output);
      const demand = pipeline.queries.map((q) => ({ relation: q.target, form: 'changes' as const }));
      const plan = planReplay(pipeline, demand, version);
      const stored = new Map<string, string>();
      for (const { name } of plan.sources) stored.set(name, await readSource(engine, pipeline.relations.get(name)!));
      const script = emitPlan(plan, { engine: version });
      await prepareEngine(engine, script);
      await exposeSources(engine, plan, stored);
      for (const step of script) await engine.run(step.sql);
      expect(Number((await engine.rows('SELECT count(*) FROM outputs'))[0]![0])).toBe(records);
      expect(pipeline.queries).toHaveLength(41);
      expect(
        await differences(
          engine,
          pipeline.queries.map((q) => q.schema),
        ),
      ).toEqual({});
    } finally {
      engine.close();
    }
  });

  it('as published, read from the capture itself: for each key the same records as one ksqlDB task', async () => {
    const request = { file: 'pharmacy.ksql', text: readFileSync(PIPELINE, 'utf8') };
    // The capture lacks the column that ITEM_SUPPLY reads.
    const queries = compile(request.text, request.file).pipeline.queries.filter((q) => q.target !== 'ITEM_SUPPLY');
    const engine = await openEngine({ threads: 2 });
    try {
      const result = await runPipeline({
        engine,
        inputs: [CAPTURE],
        pipeline: request,
        options: {
          order: 'as-published',
          engine: '7.6',
          baseline: 'strict',
          topics: [],
          decimalScales: [],
          timeZone: 'UTC',
        },
        demand: queries.map((q) => ({ relation: q.target, form: 'changes' })),
      });
      await readOutputs(engine, 'output-as-published');
      expect(
        await differences(
          engine,
          queries.map((q) => q.schema),
          true,
        ),
      ).toEqual({});
      expect(result.notes.filter((note) => note.includes('names as TIMESTAMP'))).not.toEqual([]);
    } finally {
      engine.close();
    }
  });
});
