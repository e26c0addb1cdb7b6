import { spawn } from 'node:child_process';

// Runs in the measured process: when it ends, it asks the system for its own figures (all its threads, the engine's too).
const PROBE = `
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const use = process.resourceUsage();
    process.report.excludeNetwork = true;
    const libraries = process.report.getReport().sharedObjects;
    writeSync(3, JSON.stringify({ cpu: (use.userCPUTime + use.systemCPUTime) / 1e6, peak: use.maxRSS / 1024, libraries }));
  });`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(PROBE)}`;

/**
 * Runs a Node script in a process of its own. Resolves with its output, CPU seconds (user + system), peak memory in MiB, wall
 * seconds and the native libraries that it had loaded; rejects when it fails.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ out: string, cpu: number, peak: number, wall: number, libraries: string[] }>}
 */
export function measured(script, args, options = {}) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, ['--import', PRELOAD, script, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const texts = { out: [], err: [], use: [] };
    child.stdout.on('data', (chunk) => texts.out.push(chunk));
    child.stderr.on('data', (chunk) => texts.err.push(chunk));
    child.stdio[3].on('data', (chunk) => texts.use.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0)
        return reject(new Error(`${script} ${args.join(' ')}: exit ${code}\n${Buffer.concat(texts.err)}`));
      const wall = Number(process.hrtime.bigint() - started) / 1e9;
      return resolve({
        out: Buffer.concat(texts.out).toString(),
        wall,
        ...JSON.parse(Buffer.concat(texts.use).toString()),
      });
    });
  });
}
