import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { nameOf, nodeOf, YamlReader } from '../../diagnostics/yaml.js';
import type { ParameterType, ReportParameter } from '../definition.js';
import { ORDER_PARAMETERS } from '../order-parameters.js';
import { readParameters } from '../parameters.js';
import { type ReportColumn, UNITS } from '../report.js';
import { enumerated } from './enumerated.js';

/** A file with a report of a user's own: its name for messages, and its text. */
export interface ReportFile {
  readonly file: string;
  readonly text: string;
}

/** The picture of a user's report: one bar or point per row, or one line per column of `y`. */
export interface OwnChart {
  readonly kind: 'bar' | 'line';
  readonly x: string;
  readonly y: readonly string[];
  readonly title: string;
}

/** What the comment at the head of a report file says. */
export interface OwnHeader {
  readonly title: string;
  readonly question: string;
  /** Its own parameters, and `small-numbers`. */
  readonly parameters: readonly ReportParameter[];
  /** What a row stands for: these columns are never hidden, and tell the rows apart. */
  readonly key: readonly string[];
  readonly columns: readonly ReportColumn[];
  readonly chart?: OwnChart;
}

const TYPES: readonly ParameterType[] = ['text', 'list', 'number', 'integer', 'choice'];
const SMALL_NUMBERS = ORDER_PARAMETERS.find(({ name }) => name === 'small-numbers')!;

/** Reads the head of a report file: the comment lines (`-- `) that it begins with, as YAML. Throws `bad-report-file` (exit 2). */
export function readHeader({ file, text }: ReportFile): OwnHeader {
  const reader = new YamlReader(headOf(text), file, 'bad-report-file');
  const { root } = reader;
  const header = isMap(root) ? readParts(reader, root) : null;
  if (!isMap(root))
    reader.add(
      'A report file begins with comment lines: -- title: ..., -- question: ..., -- columns: ...',
      root as Node,
    );
  if (header === null || reader.problems.length > 0) throw new DiagnosticError(reader.problems, EXIT.usage);
  return header;
}

// Every letter keeps its place, so that line and column of a mistake are those of the file.
function headOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => `  ${line.slice(2)}`)
    .join('\n');
}

function readParts(reader: YamlReader, root: YAMLMap): OwnHeader | null {
  const parts = reader.pairs(root, ['title', 'question', 'parameters', 'key', 'columns', 'chart']);
  const title = required(reader, root, parts, 'title');
  const question = required(reader, root, parts, 'question');
  const columns = readColumns(reader, root, parts.get('columns'));
  const names = columns.map(({ name }) => name);
  const key = parts.get('key');
  const keys = key === undefined ? [] : enumerated(reader, key, names);
  const parameters = [...readParameterList(reader, parts.get('parameters')), SMALL_NUMBERS];
  const chart = readChart(reader, parts.get('chart'), names, title);
  if (title === undefined || question === undefined) return null;
  return { title, question, parameters, key: keys, columns, ...(chart !== undefined && { chart }) };
}

function required(reader: YamlReader, at: YAMLMap, parts: ReadonlyMap<string, Pair>, name: string): string | undefined {
  const pair = parts.get(name);
  const text = textOf(pair);
  if (text === undefined)
    reader.add(`A report file says its "${name}" in words.`, pair === undefined ? at : nodeOf(pair));
  return text;
}

function textOf(pair: Pair | undefined): string | undefined {
  const node = pair?.value;
  return isScalar(node) && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}

function readColumns(reader: YamlReader, at: YAMLMap, pair: Pair | undefined): readonly ReportColumn[] {
  if (pair === undefined || !isMap(pair.value) || pair.value.items.length === 0) {
    reader.add('"columns" says of each column of the result: name: { label: ..., unit: ..., help: ... }', at);
    return [];
  }
  return pair.value.items.flatMap((item): ReportColumn[] => {
    const name = nameOf(item);
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      reader.add(`A column is called in snake_case, and "${name}" is not.`, item.key as Node);
    if (!isMap(item.value)) {
      reader.add(`${name} needs { label: ..., unit: ..., help: ... }`, nodeOf(item));
      return [];
    }
    const parts = reader.pairs(item.value, ['label', 'unit', 'help', 'terminal']);
    const label = required(reader, item.value, parts, 'label');
    const help = required(reader, item.value, parts, 'help');
    const unit = oneOf(reader, item.value, parts.get('unit'), UNITS, 'unit');
    const terminal = parts.get('terminal')?.value;
    if (label === undefined || help === undefined || unit === undefined) return [];
    return [{ name, label, unit, help, ...(!(isScalar(terminal) && terminal.value === false) && { terminal: true }) }];
  });
}

function oneOf<T extends string>(
  reader: YamlReader,
  at: Node,
  pair: Pair | undefined,
  words: readonly T[],
  what: string,
): T | undefined {
  const node = pair?.value;
  const found = words.find((word) => isScalar(node) && node.value === word);
  if (found === undefined)
    reader.add(`"${what}" is one of ${words.join(', ')}.`, pair === undefined ? at : nodeOf(pair));
  return found;
}

function readParameterList(reader: YamlReader, pair: Pair | undefined): readonly ReportParameter[] {
  if (pair === undefined) return [];
  if (!isMap(pair.value)) {
    reader.add('"parameters" is a map: name: { type: ..., default: ..., help: ... }', nodeOf(pair));
    return [];
  }
  return pair.value.items.flatMap((item) => readParameter(reader, item));
}

function readParameter(reader: YamlReader, item: Pair): readonly ReportParameter[] {
  const name = nameOf(item);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name === SMALL_NUMBERS.name)
    reader.add(
      `"${name}" cannot be a parameter: small letters and hyphens, and not ${SMALL_NUMBERS.name}.`,
      item.key as Node,
    );
  if (!isMap(item.value)) {
    reader.add(`${name} needs { type: ..., help: ... }`, nodeOf(item));
    return [];
  }
  const parts = reader.pairs(item.value, ['type', 'default', 'choices', 'help']);
  const help = required(reader, item.value, parts, 'help');
  const type = oneOf(reader, item.value, parts.get('type'), TYPES, 'type');
  const given = parts.get('default')?.value;
  const text = isScalar(given) ? (given.source ?? String(given.value)) : undefined;
  const list = parts.get('choices')?.value;
  const choices = isSeq(list) ? list.items.map((one) => String(isScalar(one) ? one.value : '')) : undefined;
  if (type === 'choice' && (choices === undefined || choices.length === 0))
    reader.add(`${name} needs its choices: [a, b]`, nodeOf(item));
  if (text === undefined)
    reader.add(`${name} needs a "default": a report runs without being told anything.`, nodeOf(item));
  if (help === undefined || type === undefined || text === undefined) return [];
  const parameter = { name, type, default: text, help, ...(type === 'choice' && { choices: choices ?? [] }) };
  try {
    readParameters({ id: name, parameters: [parameter] }, {});
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    reader.add(error.diagnostics[0]!.message, parts.get('default')?.value as Node);
  }
  return [parameter];
}

function readChart(
  reader: YamlReader,
  pair: Pair | undefined,
  names: readonly string[],
  fallback: string | undefined,
): OwnChart | undefined {
  if (pair === undefined) return undefined;
  if (!isMap(pair.value)) {
    reader.add('"chart" is { kind: bar, x: column, y: column }', nodeOf(pair));
    return undefined;
  }
  const parts = reader.pairs(pair.value, ['kind', 'x', 'y', 'title']);
  const kind = oneOf(reader, pair.value, parts.get('kind'), ['bar', 'line'], 'kind');
  const x = parts.get('x');
  const y = parts.get('y');
  if (x === undefined || y === undefined) reader.add('A chart needs "x" and "y".', pair.value);
  const [label] = x === undefined ? [] : enumerated(reader, x, names);
  const values = y === undefined ? [] : enumerated(reader, y, names);
  if (kind === undefined || label === undefined || values.length === 0) return undefined;
  if (kind === 'bar' && values.length > 1) reader.add('Bars show one column; lines show several.', nodeOf(y!));
  return { kind, x: label, y: values, title: textOf(parts.get('title')) ?? fallback ?? '' };
}
