// Compiles the scanner (scanner/scan.ts, AssemblyScript) to dist/scanner.wasm: it stands two folders below the program and its modules alike.
// Nothing is done where the source, this file and the compiler are those of the last time (dist/scanner.from).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MADE = `${ROOT}dist/scanner.wasm`;
const FROM = `${ROOT}dist/scanner.from`;
const sources = ['scanner/scan.ts', 'scripts/scanner.js', 'node_modules/assemblyscript/package.json'];
const from = createHash('sha256');
for (const file of sources) from.update(readFileSync(ROOT + file));
const digest = from.digest('hex');
if (!existsSync(MADE) || !existsSync(FROM) || readFileSync(FROM, 'utf8') !== digest) {
  mkdirSync(`${ROOT}dist`, { recursive: true });
  const { default: asc } = await import('assemblyscript/asc');
  const options = ['-O3', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--noAssert'];
  const files = ['--baseDir', ROOT, '--outFile', 'dist/scanner.wasm'];
  const { error, stderr } = await asc.main(['scanner/scan.ts', ...options, ...files]);
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
  writeFileSync(FROM, digest);
}
