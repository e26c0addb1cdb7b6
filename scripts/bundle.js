// Writes dist/program: the compiled modules and their libraries in a few files without spaces, so that a start reads 10 files and not 600
//. Names stay readable. The native engine stays a package of its own. The licences of what went in
// stand beside it in licenses.txt.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const PROGRAM = join(DIST, 'program');
const LICENCE_FILE = /^(licen[cs]e|notice|copying)/i;

/** The folder of the package that a bundled module came from; null for our own. */
function packageOf(module) {
  if (!module.includes('node_modules')) return null;
  let folder = dirname(module);
  while (!existsSync(join(folder, 'package.json')) || !('version' in manifestOf(folder))) folder = dirname(folder);
  return folder;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Every licence text once, under the names of the packages that came with it. */
function licences(folders) {
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = manifestOf(folder);
    const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    const licence = text === '' ? `(${license}; the package has no licence file)` : text;
    byText.set(licence, [...(byText.get(licence) ?? []), `${name} ${version}`]);
  }
  return [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

/** A package as a component of CycloneDX; its digest is that of the lock. */
function component({ name, version, license }, integrity) {
  const [algorithm, base64] = (integrity ?? '').split('-');
  const alg = { sha512: 'SHA-512', sha256: 'SHA-256', sha1: 'SHA-1' }[algorithm];
  return {
    type: 'library',
    'bom-ref': `pkg:npm/${name.replace('@', '%40')}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(alg === undefined ? {} : { hashes: [{ alg, content: Buffer.from(base64, 'base64').toString('hex') }] }),
  };
}

/** What the package holds and needs: the bundled libraries, and the native engine of every platform. The same bytes each time. */
function billOfMaterials(folders) {
  const root = join(DIST, '..');
  const { name, version, license } = manifestOf(root);
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const bundled = folders.map((folder) =>
    component(manifestOf(folder), locked[relative(root, folder).split(sep).join('/')]?.integrity),
  );
  const engines = Object.entries(locked)
    .filter(([path]) => path.startsWith('node_modules/@duckdb/node-bindings'))
    .map(([path, entry]) => component({ ...entry, name: path.slice('node_modules/'.length) }, entry.integrity));
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { ...component({ name, version, license }), type: 'application' } },
    components: [...bundled, ...engines],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

rmSync(PROGRAM, { recursive: true, force: true });
const bundle = await rolldown({
  input: join(DIST, 'cli/main.js'),
  platform: 'node',
  external: [/^node:/, /^@duckdb\/node-bindings/],
  logLevel: 'warn',
  // sql.js asks for its folder as CommonJS does; its engine is handed over, and stands beside the program.
  transform: { define: { __dirname: '""' } },
});
const { output } = await bundle.write({
  dir: PROGRAM,
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();
copyFileSync(fileURLToPath(import.meta.resolve('sql.js/dist/sql-wasm.wasm')), join(PROGRAM, 'sql-wasm.wasm'));
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
const packages = new Set(modules.map(packageOf).filter((folder) => folder !== null));
writeFileSync(join(PROGRAM, 'licenses.txt'), licences([...packages].sort()));
writeFileSync(join(PROGRAM, 'sbom.cdx.json'), billOfMaterials([...packages].sort()));
