import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ENGINES, type EngineVersion } from '../relation.js';
import { type Case, readCases } from './qtt-case.js';
import { runCase } from './qtt-run.js';

/** Where the shared pipelines lie beside a checkout. */
const SHARED = ['ksqldb-chains-dev.jsonl.gz', 'ksqldb-random-dev.jsonl.gz'].map((name) =>
  fileURLToPath(new URL(`../../../shared/corpus/${name}`, import.meta.url)),
);

/**
 * `npm run corpus [-- [--engine 7.6|7.7] [--tag TAG] [--failures] FILE...]`: each record of a case goes through all its queries before the
 * next one; every record of every sink is compared (key, value, timestamp, order). With 7.7, the cases that were run there. Prints `run P/T error P/T` last.
 */
async function main(args: readonly string[]): Promise<number> {
  const failures = args.includes('--failures');
  const engine = ENGINES.find((e) => e === option(args, '--engine')) ?? '7.6';
  const tag = option(args, '--tag');
  const files = args.filter((a, i) => !a.startsWith('--') && !['--engine', '--tag'].includes(args[i - 1] ?? ''));
  const paths = files.length > 0 ? files : SHARED;
  const missing = paths.filter((p) => !existsSync(p));
  if (missing.length > 0) {
    process.stderr.write(`no such file: ${missing.join(', ')}\n`);
    return 3;
  }
  const tally = { run: [0, 0], error: [0, 0] };
  for (const test of paths.flatMap(readCases)) {
    if (tag !== undefined && !test.tags.includes(tag)) continue;
    if (engine !== '7.6' && !test.tags.some((t) => t.startsWith('streams-3.7-'))) continue;
    const result = await runCase(asAnswered(test, engine), { each: 'record', engine });
    const kind = tally[test.expectsError ? 'error' : 'run'];
    kind[1]! += 1;
    if (result.passed) kind[0]! += 1;
    else if (failures) process.stdout.write(`FAIL ${test.file} | ${test.name} | ${result.reason ?? ''}\n`);
  }
  process.stdout.write(`run ${tally.run.join('/')} error ${tally.error.join('/')}\n`);
  return 0;
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function asAnswered(test: Case, engine: EngineVersion): Case {
  return engine === '7.6' ? test : { ...test, outputs: test.outputsStreams37 ?? test.outputs };
}

process.exitCode = await main(process.argv.slice(2));
