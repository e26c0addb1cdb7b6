import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const packages = read('package-lock.json').packages as Readonly<Record<string, Locked>>;

it('every dependency has one version, and the lock holds it', () => {
  const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)]);
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  }
});

it('the lock has the engine of every platform, and a digest of everything', () => {
  const version = packages['node_modules/@duckdb/node-bindings']!.version;
  const platforms = [
    'darwin-arm64',
    'darwin-x64',
    'linux-arm64',
    'linux-arm64-musl',
    'linux-x64',
    'linux-x64-musl',
    'win32-arm64',
    'win32-x64',
  ];
  for (const platform of platforms)
    expect([platform, packages[`node_modules/@duckdb/node-bindings-${platform}`]?.version]).toEqual([
      platform,
      version,
    ]);
  for (const [path, { integrity, resolved }] of Object.entries(packages)) {
    if (path === '') continue;
    expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    if (resolved !== undefined) expect([path, resolved]).toEqual([path, expect.stringMatching(/^https:\/\//)]);
  }
});

it('nothing runs while it is installed', () => {
  expect(Object.keys(packages).filter((path) => packages[path]!.hasInstallScript === true)).toEqual([]);
  const { scripts } = read('package.json') as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});

it('a bill of materials stands beside the program: what is bundled, with licence and digest, and every engine', () => {
  expect(existsSync(join(ROOT, 'dist/program/sbom.cdx.json'))).toBe(true);
  const { bomFormat, specVersion, components } = read('dist/program/sbom.cdx.json') as {
    bomFormat: string;
    specVersion: string;
    components: readonly { name: string; version: string; purl: string; licenses?: unknown; hashes?: unknown }[];
  };
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.5']);
  const names = components.map(({ name }) => name);
  for (const name of [
    'yargs',
    'yaml',
    'avsc',
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    '@duckdb/node-bindings-linux-x64',
  ])
    expect(names).toContain(name);
  for (const one of components) {
    expect([one.name, one.hashes]).toEqual([
      one.name,
      [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    ]);
    expect([one.name, one.licenses !== undefined]).toEqual([one.name, true]);
  }
  const licences = readFileSync(join(ROOT, 'dist/program/licenses.txt'), 'utf8');
  for (const { name, version } of components.filter(({ name }) => !name.startsWith('@duckdb/node-bindings')))
    expect(licences).toContain(`${name} ${version}`);
});
