import type { Cell, Chart, ReportColumn } from '../report.js';
import type { OwnChart } from './header.js';

/** The picture that a report file asks for; hidden and missing values leave a gap. */
export function ownChart(
  { kind, x, y, title }: OwnChart,
  columns: readonly ReportColumn[],
  rows: readonly (readonly Cell[])[],
): Chart {
  const index = (name: string): number => columns.findIndex((column) => column.name === name);
  const label = (row: readonly Cell[]): string => String(row[index(x)] ?? 'none');
  const first = columns[index(y[0]!)]!;
  const names = y.map((name) => columns[index(name)]!.label);
  const frame = {
    name: 'chart',
    title,
    xLabel: columns[index(x)]!.label,
    yLabel: names.join(', '),
    unit: first.unit,
    description: `${names.join(', ')} by ${columns[index(x)]!.label}, one ${kind === 'bar' ? 'bar' : 'point'} per row of the table.`,
  };
  const value = (row: readonly Cell[], name: string): number | null => {
    const found = row[index(name)];
    return typeof found === 'number' ? found : null;
  };
  if (y.length > 1) {
    const series = y.map((name, at) => ({ name: names[at]!, values: rows.map((row) => value(row, name)) }));
    return { ...frame, kind: 'lines', labels: rows.map(label), series };
  }
  const points = rows.flatMap((row) => {
    const found = value(row, y[0]!);
    return found === null ? [] : [{ label: label(row), value: found }];
  });
  return { ...frame, kind, points };
}
