import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import { type InputFile, setAside } from '../input/input-file.js';
import type { Header } from '../input/reader.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS, isFor, sourcesIn, sourceWords } from './events-table.js';
import { listing } from './missing.js';

/** A column under the name that the data have for it, in the spelling of the pipeline or the mapping. */
function dataName(column: SourceDeclaration['columns'][number]): string {
  return column.field ?? column.name;
}

/** What one declared source met in the data. Columns are called as in the data. */
interface Met {
  readonly source: SourceDeclaration;
  /** Whether there is a row that is no delete. */
  readonly filled: boolean;
  readonly files: readonly InputFile[];
  /** Columns that are read, and those of them that neither a row nor a header line has. */
  readonly read: readonly string[];
  readonly absent: readonly string[];
}

/**
 * Columns that are declared and not there. An error where nothing can be made of the records without them: the key of a
 * table or of a dump, or all columns of a source. Else a warning: the column is null.
 */
export async function missingColumns(
  engine: Engine,
  files: readonly InputFile[],
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<readonly Diagnostic[]> {
  const all: Met[] = [];
  const held = await engine.rows(
    `SELECT file_index, ${sourceWords(plan.sources)
      .map((word) => `bit_or(${word})::VARCHAR`)
      .join(', ')} FROM ${EVENTS} WHERE class = 0 GROUP BY file_index ORDER BY file_index`,
  );
  const fed = new Map(held.map(([file, ...words]) => [Number(file), sourcesIn(words)]));
  for (const [at, source] of sources.entries()) all.push(await meet(engine, files, source, at, plan, fed));
  const headers = files.flatMap((file) => headerProblem(file, all));
  const broken = all.filter((met) => headers.length === 0 && !met.files.some(hasHeader) && isUseless(met));
  const topics = [...new Set(broken.map((met) => met.source.topic))];
  const errors = [
    ...headers,
    ...topics.map((topic) =>
      topicProblem(
        topic,
        broken.filter((m) => m.source.topic === topic),
      ),
    ),
  ];
  return errors.length > 0 ? errors : all.flatMap(warnings);
}

async function meet(
  engine: Engine,
  files: readonly InputFile[],
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
  fed: ReadonlyMap<number, readonly number[]>,
): Promise<Met> {
  const columns = [...plan.bySource[at]!];
  const holding = [...fed].flatMap(([file, met]) => (met.includes(at) ? [file] : []));
  if (holding.length === 0) holding.push(-1);
  const here = `${EVENTS} WHERE file_index BETWEEN ${Math.min(...holding)} AND ${Math.max(...holding)} AND class = 0 AND ${isFor([at])} AND op IN ('r', 'c', 'u')`;
  // The first row mostly has it: a search that stops there, not a count.
  const filled = columns.map(([, v]) => `(value${v} IS NOT NULL OR abs(misfit) IN (${v}, ${v + 1}))`);
  const there = ['true', ...filled].map((test) => `EXISTS (SELECT 1 FROM ${here} AND ${test})`);
  const found = (await engine.rows(`SELECT ${there.join(', ')}`))[0]!.map((value) => value === true);
  const mine = files.filter(
    (file, index) => fed.get(index)?.includes(at) === true || (hasHeader(file) && isNamedAfter(file, source)),
  );
  const known = new Set(mine.flatMap((file) => fieldsOf(file).map((name) => name.toLowerCase())));
  const isKnown = (name: string): boolean => known.has(name) || mine.some((file) => headerOf(file)?.has(name) === true);
  const shown = new Map(source.columns.map((c) => [c.name, dataName(c)]));
  const isKey = (name: string): boolean => source.columns.some((c) => c.key && c.name === name);
  return {
    source,
    filled: found[0]!,
    files: mine,
    read: columns.map(([name]) => shown.get(name)!),
    absent: columns.flatMap(([name], i) =>
      !found[i + 1] && (isKey(name) || !isKnown(shown.get(name)!.toLowerCase())) ? [shown.get(name)!] : [],
    ),
  };
}

/** The columns of a file that tells them before any row. */
function headerOf(file: InputFile): Header | undefined {
  return setAside(file) === null ? readerOf(file).header?.(file.form) : undefined;
}

const hasHeader = (file: InputFile): boolean => headerOf(file) !== undefined;

function isNamedAfter(file: InputFile, source: SourceDeclaration): boolean {
  return tableOfTopic(file.fileTopic) === tableOfTopic(source.topic);
}

function fieldsOf(file: InputFile): readonly string[] {
  return headerOf(file)?.names ?? [...(file.form.records?.fields.values() ?? [])];
}

function keysOf(source: SourceDeclaration): readonly string[] {
  return source.columns.filter((c) => c.key).map(dataName);
}

/** A table without its key, or a source without any of the columns that somebody reads. */
function isUseless({ source, filled, absent }: Met): boolean {
  if (!filled) return false;
  const lacks = (name: string): boolean => absent.includes(name);
  return (source.kind === 'table' && keysOf(source).some(lacks)) || lacksAll(source, lacks);
}

function lacksAll(source: SourceDeclaration, lacks: (name: string) => boolean): boolean {
  const used = source.columns.filter((column) => column.used && !column.key);
  return used.length > 0 && used.every((column) => lacks(dataName(column)));
}

/** The header line of a dump tells before any row what is not there; the rows of a dump have no key but their columns. */
function headerProblem(file: InputFile, all: readonly Met[]): readonly Diagnostic[] {
  const header = headerOf(file);
  if (header === undefined) return [];
  const readers = all.filter((met) => met.files.includes(file));
  const lacks = (name: string): boolean => !header.has(name.toLowerCase());
  const without = readers.filter(({ source }) => keysOf(source).some(lacks) || lacksAll(source, lacks));
  if (without.length === 0) return [];
  const read = [...new Set(without.flatMap((met) => met.read.map((name) => name.toLowerCase())))];
  const keys = new Set(without.flatMap((met) => keysOf(met.source).map((name) => name.toLowerCase())));
  const absent = read.filter(lacks);
  const lost = absent.filter((name) => keys.has(name));
  const names = without.map((met) => met.source.name).join(', ');
  return [
    {
      code: lost.length > 0 ? 'key-not-in-data' : 'column-not-in-data',
      severity: 'error',
      message:
        lost.length > 0
          ? `${file.name} has no column ${lost.join(', ')}, the key of ${names}.`
          : `${file.name} has none of the columns that ${names} reads.`,
      place: { file: file.name, line: 1, relations: without.map((met) => met.source.name) },
      expected: `columns ${read.join(', ')}`,
      found: foundColumns(header, readers),
      help: nearest(
        file.fileTopic,
        absent,
        header.names,
        'Give the columns of the table in its header line, as the database names them.',
      ),
      next: `pharmabi inspect INPUT... --verbose`,
    },
  ];
}

/** Names of a header line, where it has one that the pipeline declares: a first row without any may be a person's. */
function foundColumns(header: Header, readers: readonly Met[]): string {
  const declared = readers.flatMap(({ source }) => source.columns.map((column) => dataName(column).toLowerCase()));
  return declared.some((name) => header.has(name))
    ? `columns ${listing(header.names)}`
    : `a first line of ${header.names.length} words, none of them a column of ${readers.map((met) => met.source.name).join(', ')}`;
}

function topicProblem(topic: string, broken: readonly Met[]): Diagnostic {
  const first = broken[0]!;
  const keys = [...new Set(broken.flatMap((met) => keysOf(met.source).filter((k) => met.absent.includes(k))))];
  const names = broken.map((met) => met.source.name).join(', ');
  const found = [...new Set(first.files.flatMap(fieldsOf))].sort();
  const absent = [...new Set(broken.flatMap((met) => met.absent.map((name) => name.toLowerCase())))];
  const read = [...new Set(broken.flatMap((met) => met.read.map((name) => name.toLowerCase())))];
  return {
    code: keys.length > 0 ? 'key-not-in-data' : 'column-not-in-data',
    severity: 'error',
    message:
      keys.length > 0
        ? `No record of "${topic}" has ${keys.join(', ')}, the key of ${names}.`
        : `No record of "${topic}" has any of the columns that ${names} reads.`,
    place: {
      ...(first.files[0] !== undefined && { file: first.files[0].name }),
      ...broken.map((met) => mappedAt(met.source, met.absent[0])).find((place) => place?.file !== undefined),
      topic,
      relations: broken.map((met) => met.source.name),
    },
    expected: `fields ${read.join(', ')}`,
    found: found.length === 0 ? 'no fields' : `fields ${listing(found)}`,
    help: nearest(
      topic,
      absent,
      found,
      'Export with keys (kcat -J), or declare the columns as the data name them: --pipeline FILE.',
    ),
    next: 'pharmabi inspect INPUT... --verbose',
  };
}

function nearest(topic: string, absent: readonly string[], found: readonly string[], otherwise: string): string {
  const table = tableOfTopic(topic);
  const pairs = absent.flatMap((name) => {
    const other = found.filter((f) => f.toLowerCase() !== name);
    const near = suggest(name, other) ?? other.find((f) => isNamedWithTable(f.toLowerCase(), table, name));
    return near === undefined ? [] : [`${near} for ${name}`];
  });
  return pairs.length === 0 ? otherwise : `The nearest names are ${pairs.join(', ')}. ${otherwise}`;
}

/** `order_id` for the `id` of `orders`. */
function isNamedWithTable(found: string, table: string, name: string): boolean {
  const before = found.endsWith(`_${name}`) ? found.slice(0, -name.length - 1) : '';
  return before.length > 2 && table.startsWith(before);
}

/** Where a mapping gives a column the name that the data do not have. */
function mappedAt(source: SourceDeclaration, name: string | undefined): Diagnostic['place'] {
  return source.columns.find((c) => c.field !== undefined && c.field === name)?.mappedAt;
}

function warnings({ source, filled, files, absent }: Met): readonly Diagnostic[] {
  if (!filled) return [];
  return absent.map((name) => {
    const near = suggest(name, files.flatMap(fieldsOf));
    return {
      code: 'column-not-in-data',
      severity: 'warning',
      message: `${source.name} declares ${name}, but no record of "${source.topic}" has a field of that name: it is null everywhere.`,
      place: { ...mappedAt(source, name), topic: source.topic, column: name },
      ...(near === undefined ? {} : { help: `The nearest field is ${near}.` }),
      next: 'pharmabi inspect INPUT... --verbose',
    };
  });
}
