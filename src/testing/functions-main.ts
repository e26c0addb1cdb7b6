import { pathToFileURL } from 'node:url';
import { openEngine } from '../engine/engine.js';
import { registerRunningSum } from '../engine/running-sum.js';
import { compile } from '../replay/compile.js';
import { SETUP_SQL } from '../sql/macros.js';
import { type AggregateVector, runAggregate } from './run-aggregates.js';
import { grouped, runGroup } from './run-vectors.js';
import { readVectors } from './vectors.js';

const SHARED = new URL('../../../shared/functions/', import.meta.url);
/** The sources that a refused statement may read. */
const STANDARD = `CREATE STREAM s (id INT KEY, i INT, l BIGINT, d DOUBLE, p DECIMAL(4,2), v VARCHAR, b BOOLEAN, yy BYTES, dt DATE, tm TIME, ts TIMESTAMP, a ARRAY<INT>, m MAP<VARCHAR, INT>, st STRUCT<f INT, g VARCHAR>) WITH (KAFKA_TOPIC='s', FORMAT='JSON');
CREATE STREAM s2 (id INT KEY, w VARCHAR, i BIGINT) WITH (KAFKA_TOPIC='s2', FORMAT='JSON');
CREATE TABLE t (id INT PRIMARY KEY, n VARCHAR, q INT) WITH (KAFKA_TOPIC='t', FORMAT='JSON');
CREATE TABLE tv (id VARCHAR PRIMARY KEY, n VARCHAR, q INT) WITH (KAFKA_TOPIC='tv', FORMAT='JSON');`;

/**
 * `npm run functions [-- [--failures] FOLDER]`: the vectors of a folder, every argument a column as it was recorded. Prints
 * `functions P/T aggregates P/T refusals P/T` last.
 */
async function main(args: readonly string[]): Promise<number> {
  const failures = args.includes('--failures');
  const [folder] = args.filter((a) => !a.startsWith('--'));
  const base = folder === undefined ? SHARED : pathToFileURL(`${folder.replace(/\/*$/, '')}/`);
  const read = <T>(name: string): readonly T[] | undefined => readVectors<T>(new URL(name, base));
  const vectors = readVectors(new URL('vectors.jsonl.gz', base));
  const aggregates = read<AggregateVector>('aggregates.jsonl.gz');
  const refusals = read<{ statement: string; context?: string }>('refusals.jsonl.gz');
  if (vectors === undefined || aggregates === undefined || refusals === undefined) {
    process.stderr.write(`no vectors.jsonl.gz, aggregates.jsonl.gz and refusals.jsonl.gz in ${base.pathname}\n`);
    return 3;
  }
  const miss = (what: string): void => {
    if (failures) process.stdout.write(`FAIL ${what}\n`);
  };
  const engine = await openEngine({ threads: 1 });
  try {
    await registerRunningSum(engine);
    for (const sql of SETUP_SQL) await engine.run(sql);
    const missed = { functions: 0, aggregates: 0, refusals: 0 };
    for (const group of grouped(vectors, true)) {
      const misses = await runGroup(engine, group);
      missed.functions += misses.length;
      for (const { vector, found } of misses)
        miss(
          `function ${vector.function} ${vector.expression} ${JSON.stringify(vector.args)} -> ${JSON.stringify(vector.result)} ${found}`,
        );
    }
    for (const vector of aggregates) {
      const reason = await runAggregate(engine, vector);
      if (reason === undefined) continue;
      missed.aggregates += 1;
      miss(`aggregate ${vector.source} ${vector.expression} ${vector.types.join(', ')}: ${reason}`);
    }
    for (const { statement, context } of refusals) {
      const text = `${context === 'standard' ? STANDARD : ''}\n${statement}`;
      if (compile(text, 'refusal.ksql').diagnostics.some((d) => d.severity === 'error')) continue;
      missed.refusals += 1;
      miss(`refusal ${statement}`);
    }
    const part = (name: keyof typeof missed, total: number): string => `${name} ${total - missed[name]}/${total}`;
    process.stdout.write(
      `${part('functions', vectors.length)} ${part('aggregates', aggregates.length)} ${part('refusals', refusals.length)}\n`,
    );
  } finally {
    engine.close();
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
