// Checks that a folder of src imports only from folders that stand before it. `node scripts/check-imports.js` prints what is
// wrong and exits 1; the test of the architecture calls `wrongImports` itself.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders (and `relation.ts`) in the order in which they may build on each other. */
export const LAYERS = [
  'relation',
  'diagnostics',
  'ksql',
  'plan',
  'deploy',
  'sql',
  'engine',
  'scanner',
  'privacy',
  'input',
  'config',
  'changelog',
  'replay',
  'statistics',
  'disclosure',
  'reports',
  'output',
  'provenance',
  'testing',
  'cli',
  'index',
];

/** Every TypeScript file below a folder, sorted. */
export function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The layer of a file of `src`: its first folder, or its name where it stands at the top. */
export function layerOf(src, file) {
  return relative(src, file)
    .split(sep)[0]
    .replace(/\.[jt]s$/, '');
}

/** The modules that a text imports or exports from, also lazily. Comments are no imports. */
export function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = [];
  for (const pattern of [
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ]) {
    for (const match of code.matchAll(pattern)) found.push(match[1]);
  }
  return found;
}

/** Imports that go the wrong way, as sentences; empty where all is well. */
export function wrongImports(src, layers = LAYERS) {
  const wrong = [];
  for (const file of sourceFiles(src)) {
    const from = layerOf(src, file);
    if (!layers.includes(from))
      wrong.push(`${relative(src, file)}: the folder "${from}" has no place in the order of folders`);
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (!specifier.startsWith('.')) continue;
      const to = layerOf(src, resolve(dirname(file), specifier));
      if (layers.indexOf(to) > layers.indexOf(from))
        wrong.push(`${relative(src, file)} imports ${specifier}: ${from} may not build on ${to}`);
    }
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const src = fileURLToPath(new URL('../src', import.meta.url));
  const wrong = wrongImports(src);
  for (const line of wrong) console.error(line);
  console.log(`import direction: ${sourceFiles(src).length} files, ${wrong.length} wrong imports`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
