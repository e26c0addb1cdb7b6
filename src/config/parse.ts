import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { nameOf, nodeOf, YamlReader } from '../diagnostics/yaml.js';
import type { Config, ConfigOption, ConfigValue, ConfigVocabulary } from './config.js';
import { readTables } from './parse-tables.js';

const VERSION = 1;

/** Names at the top of a configuration that are no options. */
const PARTS = ['version', 'tables', 'reports'];

/** Reads a configuration. Throws every mistake in it in one go, with line and column (`bad-config`, exit 2). */
export function parseConfig(text: string, file: string, vocabulary: ConfigVocabulary): Config {
  const reader = new YamlReader(text, file, 'bad-config');
  const root = reader.root;
  const options = new Map<string, ConfigValue>();
  const reports = new Map<string, ReadonlyMap<string, ConfigValue>>();
  let tables: ReturnType<typeof readTables> = [];
  if (isMap(root)) {
    const known = new Map(vocabulary.options.map((o) => [o.name, o]));
    for (const [name, pair] of reader.pairs(root, [...PARTS, ...known.keys()])) {
      if (name === 'version') checkVersion(reader, pair);
      else if (name === 'tables') tables = readTables(reader, pair);
      else if (name === 'reports') readReports(reader, pair, vocabulary, reports);
      else readOption(reader, pair, known.get(name)!, options);
    }
  } else if (root !== null) reader.add('A configuration is a map of options, "tables" and "reports".', root as Node);
  if (reader.problems.length > 0) throw new DiagnosticError(reader.problems, EXIT.usage);
  const origin = { file, text };
  return { file, text, options, reports, ...(tables.length > 0 && { mapping: { tables, origin } }) };
}

function checkVersion(reader: YamlReader, pair: Pair): void {
  const { value } = pair;
  if (!isScalar(value) || value.value !== VERSION)
    reader.add(`This version of pharmabi reads configurations of version ${VERSION}.`, nodeOf(pair));
}

function readReports(
  reader: YamlReader,
  pair: Pair,
  { reports }: ConfigVocabulary,
  found: Map<string, ReadonlyMap<string, ConfigValue>>,
): void {
  if (!isMap(pair.value)) {
    reader.add('"reports" is a map from report to parameters.', nodeOf(pair));
    return;
  }
  for (const [id, one] of reader.pairs(pair.value, [...reports.keys()])) {
    if (!isMap(one.value)) {
      reader.add(`"${id}" is a map from parameter to value.`, nodeOf(one));
      continue;
    }
    const known = new Map(reports.get(id)!.map((o) => [o.name, o]));
    const values = new Map<string, ConfigValue>();
    for (const [name, parameter] of reader.pairs(one.value, [...known.keys()]))
      readOption(reader, parameter, known.get(name)!, values);
    found.set(id, values);
  }
}

function readOption(reader: YamlReader, pair: Pair, option: ConfigOption, values: Map<string, ConfigValue>): void {
  const node = nodeOf(pair)!;
  const place = reader.placeOf(node);
  if (option.kind === 'flag') {
    if (isScalar(pair.value) && typeof pair.value.value === 'boolean')
      values.set(option.name, { texts: pair.value.value ? ['true'] : [], place });
    else reader.add(`"${nameOf(pair)}" is true or false.`, node);
    return;
  }
  const items = isSeq(pair.value) && option.kind === 'list' ? pair.value.items : [pair.value];
  const texts: string[] = [];
  for (const item of items) {
    const text = textOf(item);
    if (text === null) reader.add(`"${nameOf(pair)}" is a text or a number${listed(option)}.`, (item as Node) ?? node);
    else if (option.choices !== undefined && !option.choices.includes(text))
      reader.add(
        `"${nameOf(pair)}" cannot be "${text}": it is one of ${option.choices.join(', ')}.`,
        item as Node,
        undefined,
        nearest(text, option.choices),
      );
    else texts.push(text);
  }
  values.set(option.name, { texts, place });
}

function listed({ kind }: ConfigOption): string {
  return kind === 'list' ? ', or a list of them' : '';
}

function nearest(text: string, choices: readonly string[]): string | undefined {
  const near = suggest(text, choices);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

/** The text that a command line would have: of a number its own spelling, so that no digit changes. */
function textOf(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const { value, source } = node;
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'bigint' ? (source ?? String(value)) : null;
}
