import type { Engine } from '../engine/engine.js';
import { type Cell, type ReportColumn, type ReportTable, SUPPRESSED, type Unit } from '../reports/report.js';
import { identifier, text } from '../sql/quote.js';
import { fixed } from './number.js';

/** The type of a unit in files with types; `percent-points` may be words too (none, unknown), which go into a column of their own. */
const TYPES: Readonly<Record<Unit, string>> = {
  money: 'DECIMAL(18,2)',
  share: 'DOUBLE',
  statistic: 'DOUBLE',
  p: 'DOUBLE',
  count: 'BIGINT',
  'percent-points': 'DOUBLE',
  number: 'DOUBLE',
  text: 'VARCHAR',
  id: 'VARCHAR',
  bool: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** A column of a typed table: its flat type, and the text (null: missing or hidden) from which each row's value is cast. */
interface TypedColumn {
  readonly name: string;
  readonly type: string;
  readonly value: (row: readonly Cell[]) => string | null;
}

/**
 * The columns of a report table in a file with types: numbers, dates and times as such, hidden cells null. `<name>_label` beside
 * per cent points holds them as text, with the words that are no number. `suppressed` (where the table has none of its own) and
 * `suppressed_columns` tell hidden from missing. The columns depend on the table's definition, never on its rows.
 */
function typedColumns(table: ReportTable): readonly TypedColumn[] {
  const named = (name: string): boolean => table.columns.some((column) => column.name === name);
  const hidden = (row: readonly Cell[]): readonly string[] =>
    table.columns.filter((_, i) => row[i] === SUPPRESSED).map(({ name }) => name);
  const own = table.columns.flatMap((column, i): TypedColumn[] => {
    const value = (row: readonly Cell[]): string | null => valueText(row[i] ?? null, column);
    const typed = { name: column.name, type: TYPES[column.unit], value };
    if (column.unit !== 'percent-points') return [typed];
    const label = { name: `${column.name}_label`, type: 'VARCHAR', value: (row: readonly Cell[]) => plainText(row[i]) };
    return [{ ...typed, value: (row) => (typeof row[i] === 'number' ? value(row) : null) }, label];
  });
  return [
    ...own,
    ...(named('suppressed')
      ? []
      : [{ name: 'suppressed', type: 'BOOLEAN', value: (row: readonly Cell[]) => String(hidden(row).length > 0) }]),
    { name: 'suppressed_columns', type: 'VARCHAR', value: (row) => hidden(row).join(',') },
  ];
}

function plainText(cell: Cell | undefined): string | null {
  return cell === undefined || cell === null || cell === SUPPRESSED ? null : String(cell);
}

/** Text that casts to the very value: money in its two decimals, doubles in their shortest text. */
function valueText(cell: Cell, { name, unit }: ReportColumn): string | null {
  if (typeof cell === 'number' && unit === 'money') return fixed(cell, 2);
  // A cast would round it without a word.
  if (typeof cell === 'number' && unit === 'count' && !Number.isInteger(cell))
    throw new Error(`${name} counts something and is ${cell}`);
  return plainText(cell);
}

/** Makes `target` (quoted) in the engine: a typed table with the rows of a report table, in their order. */
export async function loadTable(engine: Engine, table: ReportTable, target: string): Promise<void> {
  const columns = typedColumns(table);
  const texts = columns.map(({ name }) => `${identifier(name)} VARCHAR`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$cells" (${texts.join(', ')})`);
  const appender = await engine.connection.createAppender('$cells');
  for (const row of table.rows) {
    for (const { value } of columns) {
      const cell = value(row);
      if (cell === null) appender.appendNull();
      else appender.appendVarchar(cell);
    }
    appender.endRow();
  }
  appender.closeSync();
  const casts = columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`);
  await engine.run(`CREATE TABLE ${target} AS SELECT ${casts.join(', ')} FROM "$cells" ORDER BY rowid`);
  for (const { name, help } of table.columns)
    await engine.run(`COMMENT ON COLUMN ${target}.${identifier(name)} IS ${text(help)}`);
  await engine.run(`DROP TABLE "$cells"`);
}
