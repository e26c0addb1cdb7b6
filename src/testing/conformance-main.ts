import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Case, readCases } from './qtt-case.js';
import { runCase } from './qtt-run.js';

/** Where the shared cases lie beside a checkout. */
const SHARED = new URL('../../../shared/conformance/ksqldb-qtt-dev.jsonl.gz', import.meta.url);

interface Tally {
  passed: number;
  total: number;
}

/** `npm run conformance [-- [--tier N] [--failures] FILE...]`: passed/total by tier and feature, then `run P/T error P/T`. */
async function main(args: readonly string[]): Promise<number> {
  const failures = args.includes('--failures');
  const tierAt = args.indexOf('--tier');
  const tier = tierAt < 0 ? undefined : Number(args[tierAt + 1]);
  const files = args.filter((a, i) => !a.startsWith('--') && !(tierAt >= 0 && i === tierAt + 1));
  const paths = files.length > 0 ? files : [fileURLToPath(SHARED)];
  const missing = paths.filter((p) => !existsSync(p));
  if (missing.length > 0) {
    process.stderr.write(`no such file: ${missing.join(', ')}\n`);
    return 3;
  }
  const cases = paths.flatMap(readCases).filter((c) => tier === undefined || c.tier === tier);
  const tallies = new Map<string, Tally>();
  for (const test of cases) {
    const result = await runCase(test, { each: 'query', engine: '7.6' });
    for (const name of labels(test)) count(tallies, name, result.passed);
    if (failures && !result.passed)
      process.stdout.write(`FAIL tier ${test.tier} ${test.file} | ${test.name} | ${result.reason ?? ''}\n`);
  }
  print(tallies);
  return 0;
}

function labels(test: Case): string[] {
  const kind = test.expectsError ? 'error' : 'run';
  return [`total ${kind}`, `tier ${test.tier} ${kind}`, ...test.tags.map((t) => `feature ${t} ${kind}`)];
}

function count(tallies: Map<string, Tally>, name: string, passed: boolean): void {
  const tally = tallies.get(name) ?? { passed: 0, total: 0 };
  tally.total += 1;
  if (passed) tally.passed += 1;
  tallies.set(name, tally);
}

function print(tallies: ReadonlyMap<string, Tally>): void {
  const of = (name: string): string => {
    const t = tallies.get(name) ?? { passed: 0, total: 0 };
    return `${t.passed}/${t.total}`;
  };
  const names = [...tallies.keys()].filter((n) => !n.startsWith('total')).sort();
  for (const name of [...names.filter((n) => n.startsWith('feature')), ...names.filter((n) => n.startsWith('tier'))]) {
    process.stdout.write(`${name.padEnd(48)} ${of(name)}\n`);
  }
  process.stdout.write(`run ${of('total run')} error ${of('total error')}\n`);
}

process.exitCode = await main(process.argv.slice(2));
