import type { Cell, Report, ReportTable } from '../reports/report.js';
import { SUPPRESSED } from '../reports/report.js';
import type { Manifest } from './manifest.js';

/** A cell that is not the same in two reports; a whole row that one of them lacks has no `column`. Hidden cells are `*`. */
export interface CellDifference {
  readonly table: string;
  /** Names and values of the columns that tell the rows of the table apart. */
  readonly key: string;
  readonly column: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** Every cell in which two reports differ, table by table, rows in the order of the first. */
export function diffReports(a: Report, b: Report): readonly CellDifference[] {
  const names = [...new Set([...a.tables, ...b.tables].map(({ name }) => name))];
  return names.flatMap((name) => diffTables(name, tableOf(a, name), tableOf(b, name)));
}

function tableOf({ tables }: Report, name: string): Pick<ReportTable, 'columns' | 'rows'> {
  return tables.find((table) => table.name === name) ?? { columns: [], rows: [] };
}

type Rows = Pick<ReportTable, 'columns' | 'rows'>;

function diffTables(table: string, a: Rows, b: Rows): readonly CellDifference[] {
  const columns = a.columns.length > 0 ? a.columns : b.columns;
  const width = keyWidth(a, b);
  const keyOf = (row: readonly Cell[], at: number): string =>
    width === null
      ? `row ${at + 1}`
      : row
          .slice(0, width)
          .map((cell, c) => `${columns[c]!.name}=${cellText(cell) ?? ''}`)
          .join(', ');
  const rowsOf = ({ rows }: Rows): ReadonlyMap<string, readonly Cell[]> =>
    new Map(rows.map((row, at) => [keyOf(row, at), row]));
  const [before, after] = [rowsOf(a), rowsOf(b)];
  const names = [...new Set([...columns, ...b.columns].map(({ name }) => name))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): readonly CellDifference[] => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === undefined) return [{ table, key, column: null, before: null, after: 'a row' }];
    if (is === undefined) return [{ table, key, column: null, before: 'a row', after: null }];
    return names.flatMap((column) => {
      const [old, now] = [cellOf(a, was, column), cellOf(b, is, column)];
      return old === now ? [] : [{ table, key, column, before: old, after: now }];
    });
  });
}

function cellOf({ columns }: Rows, row: readonly Cell[], column: string): string | null {
  const at = columns.findIndex(({ name }) => name === column);
  return at < 0 ? null : cellText(row[at] ?? null);
}

/** So many first columns tell the rows of both tables apart; null where no number of them does. */
function keyWidth(a: Rows, b: Rows): number | null {
  for (let width = 1; width <= a.columns.length; width++) {
    const isKey = ({ rows }: Rows): boolean =>
      new Set(rows.map((row) => JSON.stringify(row.slice(0, width).map(cellText)))).size === rows.length;
    if (isKey(a) && isKey(b)) return width;
  }
  return null;
}

function cellText(cell: Cell): string | null {
  return cell === SUPPRESSED ? '*' : cell === null ? null : String(cell);
}

/** Something that two runs were told differently, or read differently. */
export interface OptionDifference {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** In what two runs differ beside their results: parameters, options, pipeline, policy, inputs, versions. */
export function diffRuns(a: Manifest, b: Manifest): readonly OptionDifference[] {
  const [before, after] = [factsOf(a), factsOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

function factsOf({ command, options, pipeline, inputs, tool, versions }: Manifest): ReadonlyMap<string, string> {
  const { policy, avroSchemas, ...plain } = options;
  const facts: readonly (readonly [string, unknown])[] = [
    ['report', command.kind === 'report' ? command.id : command.relation],
    ...(command.kind === 'report' ? Object.entries(command.parameters) : []),
    ...(command.kind === 'report' && command.file !== undefined ? [['report file', command.file.sha256] as const] : []),
    ...Object.entries(plain),
    ['avro schemas', avroSchemas?.sha256],
    ['policy', policy?.sha256],
    ['hash key', policy?.key],
    ['pipeline', pipeline.sha256],
    ['tables', pipeline.tables],
    ...inputs.map((input) => [`input ${input.name}`, input.sha256] as const),
    ['pharmabi', tool.version],
    ['duckdb', versions.duckdb],
  ];
  return new Map(
    facts.flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  );
}
