import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { RelationSchema } from '../../src/ksql/catalog.js';
import { duckType, type KsqlType } from '../../src/ksql/types.js';
import { planReplay } from '../../src/plan/plan.js';
import { compile } from '../../src/replay/compile.js';
import { exposeSources, prepareEngine } from '../../src/replay/pipeline.js';
import { emitPlan } from '../../src/sql/emit.js';
import { identifier, text } from '../../src/sql/quote.js';
import { compareRelation } from '../../src/testing/compare-relation.js';
import { field, JSON_NULL, parseJson, textField } from '../../src/testing/json.js';
import type { CaseRecord } from '../../src/testing/qtt-case.js';

// The shop's pipeline as the real ksqlDB 7.6.0 ran it over a real capture: every record that each query wrote.
const GOLDEN = fileURLToPath(new URL('../../fixtures/golden/', import.meta.url));
const ORDERS = ['as-published', 'event-time'] as const;

/** The form of golden/input-*.jsonl.gz: one record a line, the key as the text of its JSON, values as the topic holds them. */
async function readGolden(engine: Engine, order: string, schema: RelationSchema): Promise<string> {
  const name = `${schema.name}#records`;
  const values = schema.columns.filter((c) => !c.key);
  const jsonType = (t: KsqlType): string => (t.kind === 'DOUBLE' ? 'DOUBLE' : duckType(t));
  const struct = `STRUCT(${values.map((c) => `${identifier(c.name)} ${jsonType(c.type)}`).join(', ')})`;
  const [key] = schema.columns.filter((c) => c.key);
  const time = schema.timestamp === undefined ? 'timestamp' : `value.${identifier(schema.timestamp.column)}`;
  // The engine loses a record whose TIMESTAMP column is null: a tombstone never reaches such a source.
  const dated = schema.timestamp === undefined ? '' : `AND ${time} IS NOT NULL`;
  await engine.run(`CREATE TEMP TABLE ${identifier(name)} AS SELECT * EXCLUDE (topic) FROM (
    SELECT row_number() OVER () - 1 AS "$seq", CAST(${time} AS BIGINT) AS "$ts", value IS NOT NULL AS "$live", topic,
      CAST(key AS ${duckType(key!.type)}) AS ${identifier(key!.name)}, ${values.map((c) => `value.${identifier(c.name)} AS ${identifier(c.name)}`).join(', ')}
    FROM read_json(${text(`${GOLDEN}input-${order}.jsonl.gz`)}, format='newline_delimited', columns={topic: 'VARCHAR', key: 'VARCHAR', timestamp: 'BIGINT', value: ${text(struct)}}))
    WHERE topic = ${text(schema.format.topic)} ${dated.replace(`value.${identifier(schema.timestamp?.column ?? '')}`, '"$ts"')}`);
  return identifier(name);
}

function readExpected(order: string): Map<string, CaseRecord[]> {
  const lines = gunzipSync(readFileSync(`${GOLDEN}output-${order}.jsonl.gz`))
    .toString('utf8')
    .split('\n');
  const byTopic = new Map<string, CaseRecord[]>();
  for (const line of lines.filter((l) => l !== '')) {
    const json = parseJson(line);
    const topic = textField(json, 'topic') ?? '';
    const timestamp = field(json, 'timestamp');
    const record = {
      topic,
      key: field(json, 'key') ?? JSON_NULL,
      value: field(json, 'value') ?? JSON_NULL,
      timestamp: Number(timestamp?.kind === 'number' ? timestamp.text : 0),
    };
    const records = byTopic.get(topic);
    if (records === undefined) byTopic.set(topic, [record]);
    else records.push(record);
  }
  return byTopic;
}

describe.each(ORDERS)('the real engine agrees, records fed %s', (order) => {
  test.skipIf(!existsSync(`${GOLDEN}input-${order}.jsonl.gz`))(
    'every record of every topic: key, value, timestamp, order',
    async () => {
      const { pipeline, diagnostics } = compile(readFileSync(`${GOLDEN}pharmacy.ksql`, 'utf8'), 'pharmacy.ksql');
      expect(diagnostics).toEqual([]);
      const expected = readExpected(order);
      expect([...expected.keys()].sort()).toEqual(pipeline.queries.map((q) => q.target).sort());
      const engine = await openEngine({ threads: 2 });
      try {
        const plan = planReplay(
          pipeline,
          pipeline.queries.map((q) => ({ relation: q.target, form: 'changes' as const })),
        );
        const stored = new Map<string, string>();
        for (const source of plan.sources)
          stored.set(source.name, await readGolden(engine, order, pipeline.relations.get(source.name)!));
        const script = emitPlan(plan);
        await prepareEngine(engine, script);
        await exposeSources(engine, plan, stored);
        for (const step of script) await engine.run(step.sql);
        for (const query of pipeline.queries) {
          const difference = await compareRelation(engine, query.schema, expected.get(query.target)!, {
            exactNumbers: true,
            zeroIsAny: false,
          });
          expect([query.target, expected.get(query.target)!.length, difference]).toEqual([
            query.target,
            expected.get(query.target)!.length,
            undefined,
          ]);
        }
      } finally {
        engine.close();
      }
    },
  );
});
