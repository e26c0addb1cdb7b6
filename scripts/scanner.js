// Compiles the scanner (scanner/scan.ts, AssemblyScript) to dist/scanner.wasm: it stands two folders below the program and its modules alike.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
mkdirSync(`${ROOT}dist`, { recursive: true });
const options = ['-O3', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--noAssert'];
const { error, stderr } = await asc.main([
  'scanner/scan.ts',
  ...options,
  '--baseDir',
  ROOT,
  '--outFile',
  'dist/scanner.wasm',
]);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
