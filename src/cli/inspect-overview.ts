import { textWidth } from '../diagnostics/width.js';
import type { FileInspection, Inspection, TableInspection } from '../input/inspect.js';
import { wrap } from './help-text.js';

const WIDTH = 80;
const SHOWN_FILES = 3;
const SHOWN_UNDECODABLE = 20;
const DUMP = /^dump \((.*)\)$/;
const OPERATIONS: Readonly<Record<string, string>> = {
  r: 'snapshot',
  c: 'created',
  u: 'updated',
  d: 'deleted',
  t: 'truncated',
  '-': 'rows',
};

/** What an operation of Debezium is called. */
export function operationText(op: string): string {
  return OPERATIONS[op] ?? op;
}

/** The first line of what was found. */
export function totalsLine({ totals }: Inspection): string {
  const { files, bytes, records, setAside } = totals;
  const aside = setAside === 0 ? '' : `, of them ${setAside} of side topics (set aside)`;
  return `${plural(files, 'file')}, ${bytes} bytes, ${plural(records, 'record')}${aside}`;
}

/** All files on one screen: a line per table of a change log and per dump, then what a reader should know. */
export function overviewText(inspection: Inspection): string {
  const { files } = inspection;
  const dumps = files.filter(isDump);
  const logs = files.filter((file) => !isDump(file));
  const sections = [
    [totalsLine(inspection), ...formLines(logs)],
    logLines(logs),
    dumpLines(dumps),
    [...tableRemarks(logs), ...remarks(files), ...inspection.missing.flatMap((text) => hanging(`missing: ${text}`))],
    undecodable(files),
    ['file by file, with fields: --verbose; as JSON: --json'],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function isDump(file: FileInspection): boolean {
  return DUMP.test(file.form);
}

function formLines(files: readonly FileInspection[]): readonly string[] {
  const read = files.filter((file) => file.records > 0);
  const forms = grouped(read, (file) => `${file.form}${file.connector === null ? '' : `, ${file.connector}`}`);
  return [...forms].flatMap(([form, all]) => hanging(`${plural(all.length, 'file')}: ${form}`));
}

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}

/** A table that stands in several files is one line: its counts are added. */
function logLines(files: readonly FileInspection[]): readonly string[] {
  const tables = grouped(
    files.flatMap((file) => file.tables),
    (table) => table.table,
  );
  if (tables.size === 0) return [];
  const seen = new Set([...tables.values()].flat().flatMap((table) => Object.keys(table.operations)));
  const others = [...seen].filter((op) => !(op in OPERATIONS)).sort();
  // A truncate is rare and no change of a row: it is a remark.
  const operations = [...Object.keys(OPERATIONS).filter((op) => op !== 't'), ...others].filter((op) => seen.has(op));
  const rows = [...tables]
    .sort(byName)
    .map(([name, parts]) => [
      name,
      ...operations.map((op) => String(parts.reduce((n, part) => n + (part.operations[op] ?? 0), 0))),
      committed(parts),
    ]);
  return grid([['table', ...operations.map(operationText), 'committed (UTC)'], ...rows]);
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function committed(parts: readonly TableInspection[]): string {
  const times = parts.flatMap((part) => [part.firstCommit, part.lastCommit]).filter((time) => time !== null);
  if (times.length === 0) return 'unknown';
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return `${day(Math.min(...times))}..${day(Math.max(...times))}`;
}

function dumpLines(files: readonly FileInspection[]): readonly string[] {
  if (files.length === 0) return [];
  const rows = files.map((file) => [
    file.name,
    String(file.records),
    String(Object.keys(file.tables[0]?.fields ?? {}).length),
    DUMP.exec(file.form)?.[1] ?? '',
  ]);
  return grid([['dump of a table', 'rows', 'columns', 'dialect'], ...rows]);
}

/** Columns side by side: the first and the last to the left, numbers to the right. A name too long for its line gets one of its own. */
function grid(rows: readonly (readonly string[])[]): readonly string[] {
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => textWidth(row[at]!))));
  const rest = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(10, Math.min(widths[0]!, WIDTH - rest));
  return rows.flatMap((row) => {
    const cells = row
      .slice(1)
      .map((cell, at) => (at + 1 === last ? cell : ' '.repeat(widths[at + 1]! - textWidth(cell)) + cell));
    const name = row[0]!;
    const tail = ['', ...cells].join('  ');
    if (textWidth(name) > room) return [name, ' '.repeat(room) + tail];
    return [name + ' '.repeat(room - textWidth(name)) + tail];
  });
}

/** Topics, keys and event times of the tables of a log, each on a line of its own. */
function tableRemarks(files: readonly FileInspection[]): readonly string[] {
  const tables = [
    ...grouped(
      files.flatMap((file) => file.tables),
      ({ table }) => table,
    ),
  ].sort(byName);
  if (tables.length === 0) return [];
  const prefixes = grouped(tables, ([table, parts]) => prefixOf(parts[0]!.topic, table));
  const topics = [...prefixes].map(([prefix, some]) =>
    prefix.endsWith('.') && some.length > 1 ? `${prefix}TABLE` : some.map(([, parts]) => parts[0]!.topic).join(', '),
  );
  const keyOf = (parts: readonly TableInspection[]): string =>
    [...new Set(parts.flatMap(({ key }) => (key === null ? [] : [key.join(' + ')])))].join(' or ') || 'none';
  const keys = [...grouped(tables, ([, parts]) => keyOf(parts))].sort((a, b) => b[1].length - a[1].length);
  const times = tables.flatMap(([table, parts]) => {
    const all = parts.flatMap(({ firstEvent, lastEvent }) => [firstEvent, lastEvent]).filter((t) => t !== null);
    const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
    return all.length === 0 ? [] : [`${table} ${day(Math.min(...all))}..${day(Math.max(...all))}`];
  });
  return [
    `topics: ${topics.join(', ')}`,
    keys.every(([key]) => key === 'none')
      ? 'keys: not in the export'
      : `keys: ${keys.map(([key, some]) => (keys.length > 1 || some.length === 1 ? `${key} (${some.map(([table]) => table).join(', ')})` : key)).join('; ')}`,
    ...(times.length > 0 ? [`event times: ${times.join(', ')}`] : []),
  ].flatMap((text) => hanging(text));
}

function prefixOf(topic: string, table: string): string {
  return topic.endsWith(`.${table}`) ? topic.slice(0, -table.length) : topic;
}

function remarks(files: readonly FileInspection[]): readonly string[] {
  const side = grouped(
    files.flatMap((file) => Object.entries(file.sideTopics)),
    ([what]) => what,
  );
  const aside = [...side].sort(byName).map(([what, all]) => `${all.reduce((sum, [, n]) => sum + n, 0)} ${what}`);
  const tombstones = files.reduce((sum, file) => sum + file.tombstones, 0);
  const tables = files.flatMap((file) => file.tables);
  const repeats = sums(tables, (table) => table.repeats);
  const truncates = sums(tables, (table) => table.operations.t ?? 0);
  const notes = grouped(
    files.flatMap((file) => file.missing.map((text) => ({ text, file }))),
    (note) => note.text,
  );
  const guesses = grouped(
    files.flatMap((file) => file.guesses),
    (text) => text,
  );
  return [
    ...(aside.length > 0 ? [`set aside: ${aside.join(', ')} records`] : []),
    ...(tombstones > 0 ? [plural(tombstones, 'tombstone')] : []),
    ...(repeats.length > 0 ? [`repeats: ${repeats.join(', ')}`] : []),
    ...(truncates.length > 0 ? [`truncated: ${truncates.join(', ')}`] : []),
    ...changeRemarks(files),
    ...[...guesses].map(([text, all]) => `guess: ${text}${all.length > 1 ? ` (${plural(all.length, 'file')})` : ''}`),
    ...[...notes].map(([text, all]) => `${fileNames(all.map((note) => note.file.name))}: ${text}`),
  ].flatMap((text) => hanging(text));
}

/** Changes of tables that the log shows after its snapshot: `schema changes: products ALTER 2026-12-01`. */
function changeRemarks(files: readonly FileInspection[]): readonly string[] {
  const tables = new Set(files.flatMap((file) => file.tables.map((table) => table.table)));
  const changes = files
    .flatMap((file) => file.schemaChanges)
    .filter(({ snapshot, table }) => !snapshot && tables.has(table.slice(table.lastIndexOf('.') + 1).toLowerCase()));
  if (changes.length === 0) return [];
  const day = (time: number | null): string => (time === null ? '' : ` ${new Date(time).toISOString().slice(0, 10)}`);
  return [
    `schema changes: ${changes.map((c) => `${c.table} ${c.kind}${day(c.committed)}`).join(', ')} (places: --verbose)`,
  ];
}

/** `orders 375, patients 89`: tables with a count above 0. */
function sums(tables: readonly TableInspection[], countOf: (table: TableInspection) => number): readonly string[] {
  return [...grouped(tables, (table) => table.table)]
    .sort(byName)
    .map(([name, parts]) => [name, parts.reduce((sum, part) => sum + countOf(part), 0)] as const)
    .flatMap(([name, sum]) => (sum > 0 ? [`${name} ${sum}`] : []));
}

function fileNames(names: readonly string[]): string {
  return names.length <= SHOWN_FILES ? names.join(', ') : plural(names.length, 'file');
}

/** Files that cannot be read for one reason share a paragraph. */
function undecodable(files: readonly FileInspection[]): readonly string[] {
  const all = files.flatMap((file) => file.undecodable.map(({ line, reason }) => ({ name: file.name, line, reason })));
  if (all.length === 0) return [];
  const whole = grouped(
    all.filter((one) => one.line === null),
    (one) => one.reason,
  );
  const lines = all.filter((one) => one.line !== null);
  const more = lines.length - SHOWN_UNDECODABLE;
  return [
    'not decoded:',
    ...[...whole].flatMap(([reason, ones]) => hanging(`${ones.map((one) => one.name).join(', ')}: ${reason}`)),
    ...lines.slice(0, SHOWN_UNDECODABLE).flatMap(({ name, line, reason }) => hanging(`${name}:${line}: ${reason}`)),
    ...(more > 0 ? [`  and ${more} more lines (--json lists them)`] : []),
  ];
}

/** A paragraph whose further lines stand further in. */
function hanging(text: string): readonly string[] {
  return wrap(text, 4).map((line, at) => (at === 0 ? line.slice(2) : line));
}
