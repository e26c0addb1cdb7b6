import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layerOf, sourceFiles } from '../../scripts/check-imports.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = join(ROOT, 'src');
const files = sourceFiles(SRC).map((path) => ({ path, name: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
const documentation = documents(ROOT);

/** README and everything in docs, as one text. */
function documents(root: string): string {
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true }).map((name) => join(root, 'docs', String(name)))
    : [];
  return [join(root, 'README.md'), ...docs]
    .filter((path) => path.endsWith('.md') && existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** Code without comments: a rule about what runs must not trip over what is explained. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '');
}

/** `file:line` of every match. */
function places(pattern: RegExp, wanted: (layer: string) => boolean = () => true): readonly string[] {
  return files
    .filter((file) => wanted(layerOf(SRC, file.path)))
    .flatMap((file) =>
      code(file.text)
        .split('\n')
        .flatMap((line, at) => (pattern.test(line) ? [`${file.name}:${at + 1}: ${line.trim()}`] : [])),
    );
}

describe('files', () => {
  it('are under 400 lines (tables of data may be longer) and mostly about a hundred', () => {
    const lengths = files.map((file) => ({ name: file.name, lines: file.text.split('\n').length }));
    expect(lengths.filter((file) => file.lines >= 400)).toEqual([]);
    const median = lengths.map((file) => file.lines).sort((a, b) => a - b)[Math.floor(lengths.length / 2)]!;
    expect(median).toBeLessThan(160);
  });

  it('have names in kebab-case', () => {
    expect(
      files.map((file) => basename(file.path)).filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name)),
    ).toEqual([]);
  });

  it('hold no absolute path of a machine and no unfinished business', () => {
    expect(places(/['"`](\/home\/|\/work\/|\/tmp\/|\/Users\/|C:\\)/)).toEqual([]);
    expect(places(/\b(TODO|FIXME|HACK)\b/)).toEqual([]);
    expect(files.filter((file) => /\b(TODO|FIXME)\b/.test(file.text)).map((file) => file.name)).toEqual([]);
  });
});

describe('exports', () => {
  it('each have a sentence that says what they mean', () => {
    const declaration =
      /^export (declare )?(async )?(abstract )?(function\*?|const|let|interface|type|class|enum) [\w$]/;
    const bare = files.flatMap((file) => {
      const lines = file.text.split('\n');
      // A run of one-line constants may share the sentence above the first.
      const explained = (at: number): boolean => {
        const before = lines[at - 1]?.trimEnd() ?? '';
        return (
          before.endsWith('*/') ||
          (/^export const .*;$/.test(lines[at]!) && /^export const .*;$/.test(before) && explained(at - 1))
        );
      };
      return lines.flatMap((line, at) =>
        declaration.test(line) && !explained(at) ? [`${file.name}:${at + 1}: ${line.slice(0, 60)}`] : [],
      );
    });
    expect(bare).toEqual([]);
  });

  it('are never default, and nothing is `any`', () => {
    expect(places(/^export default\b/)).toEqual([]);
    expect(places(/[:<|]\s*any\s*([;,)>\]=|&{]|$)|\bas any\b/)).toEqual([]);
  });
});

describe('determinism', () => {
  it('no clock, random number or locale but in the command line', () => {
    const inside = (layer: string): boolean => layer !== 'cli';
    expect(
      places(/\b(Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|randomUUID\(|randomBytes\()/, inside),
    ).toEqual([]);
    expect(
      places(
        /\.(toLocale\w+|localeCompare)\(|\bIntl\.(?!supportedValuesOf|DateTimeFormat\('en|Segmenter\('en')/,
        inside,
      ),
    ).toEqual([]);
    const streams = places(/\bprocess\.(env|stdout|stderr)\b/, inside).filter((place) => !/-main\.ts:/.test(place));
    expect(streams).toEqual([]);
  });

  it('generated SQL has no aggregate whose answer depends on the order of arrival', () => {
    const sqlFolders = (layer: string): boolean => ['sql', 'changelog', 'reports', 'input', 'replay'].includes(layer);
    expect(
      places(/\bany_value\s*\(|\bapprox_\w+|\breservoir_quantile|(?<![\w.])first\s*\(\s*["'$a-z]/i, sqlFolders),
    ).toEqual([]);
    const argMax = places(/\barg_(max|min)(_null)?\s*\(/i, sqlFolders).filter(
      (place) => !/arg_(max|min)(_null)?\s*\([^()]*,\s*(\{|struct_pack\(|row\(|\$\{|"?\$seq)/i.test(place),
    );
    expect(argMax).toEqual([]);
    expect(places(/\bread_(json|csv|ndjson|parquet)_auto\b|auto_detect\s*=\s*true/i, sqlFolders)).toEqual([]);
  });
});

describe('the package', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };

  it('has the native engine for every platform in its lock file', () => {
    const bindings = Object.keys(lock.packages).filter((name) => /^node_modules\/@duckdb\/node-bindings-/.test(name));
    expect(bindings.map((name) => name.replace('node_modules/@duckdb/node-bindings-', '')).sort()).toEqual([
      'darwin-arm64',
      'darwin-x64',
      'linux-arm64',
      'linux-arm64-musl',
      'linux-x64',
      'linux-x64-musl',
      'win32-arm64',
      'win32-x64',
    ]);
  });

  // npm writes such a lock where the registry it sees lacks a platform; `npm ci` then refuses it on every machine.
  it('has every platform of every other native package in its lock file', () => {
    const packages = lock.packages as Record<string, { optionalDependencies?: Record<string, string> }>;
    const missing = Object.entries(packages).flatMap(([owner, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !(`node_modules/${name}` in packages) && !(`${owner}/node_modules/${name}` in packages))
        .map((name) => `${name}, wanted by ${owner}`),
    );
    expect(missing).toEqual([]);
  });

  it('has fixtures of at most 7 MB, each folder with a README', () => {
    const fixtures = readdirSync(join(ROOT, 'fixtures'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const bytes = fixtures.reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
    expect(bytes).toBeLessThan(7_000_000);
    const folders = readdirSync(join(ROOT, 'fixtures'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(
      folders
        .filter((folder) => !existsSync(join(ROOT, 'fixtures', folder.name, 'README.md')))
        .map((folder) => folder.name),
    ).toEqual([]);
  });
});

describe('documentation', () => {
  it('names every command, report and output form of the help', async () => {
    const { pharmabi } = await import('../oracle/support/command-line.js');
    const help = await pharmabi(['--help']);
    expect(help.code, help.stderr).toBe(0);
    const commands = readdirSync(join(SRC, 'cli'))
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        [...readFileSync(join(SRC, 'cli', name), 'utf8').matchAll(/: CommandDefinition = \{\s*name: '([\w-]+)'/g)].map(
          (match) => match[1]!,
        ),
      );
    expect(commands.length).toBeGreaterThan(4);
    expect(
      commands.filter((command) => !help.stdout.includes(command)),
      'not in --help',
    ).toEqual([]);
    expect(
      commands.filter((command) => !documentation.includes(`pharmabi ${command}`)),
      'not in README or docs',
    ).toEqual([]);
    const reports = JSON.parse((await pharmabi(['reports', '--json'])).stdout) as unknown;
    const ids = [...JSON.stringify(reports).matchAll(/"id":"([\w-]+)"/g)].map((match) => match[1]!);
    expect(ids).toContain('discount-impact');
    expect(
      ids.filter((id) => !documentation.includes(id)),
      'reports not in README or docs',
    ).toEqual([]);
  });

  it('names every output form', () => {
    const forms = files
      .filter((file) => layerOf(SRC, file.path) === 'output')
      .flatMap((file) => [...file.text.matchAll(/: OutputForm = \{\s*name: '([\w-]+)'/g)].map((match) => match[1]!));
    expect(forms.length).toBeGreaterThan(3);
    expect(forms.filter((form) => !documentation.toLowerCase().includes(form))).toEqual([]);
  });

  it('explains every error code, and every code that is used is explained', () => {
    const codes = files.find((file) => file.name === join('src', 'diagnostics', 'codes.ts'));
    expect(codes, 'src/diagnostics/codes.ts').toBeDefined();
    const explained = new Set([...codes!.text.matchAll(/^\s*'?([a-z][a-z0-9-]*)'?:/gm)].map((match) => match[1]!));
    const used = new Set(
      files
        .filter((file) => file !== codes)
        .flatMap((file) => [...code(file.text).matchAll(/\bcode: '([a-z][a-z0-9-]*)'/g)].map((match) => match[1]!)),
    );
    expect(used.size).toBeGreaterThan(10);
    expect([...used].filter((name) => !explained.has(name)).sort()).toEqual([]);
  });
});
