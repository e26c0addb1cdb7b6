import type { Finding } from '../reports/finding.js';
import { type Cell, type Chart, isSeries, type Report, type ReportTable, SUPPRESSED } from '../reports/report.js';

/** Version of the document; it grows only by new keys, anything else raises the number. */
const REPORT_SCHEMA = 'pharmabi.report/1';

type JsonCell = string | number | boolean | null;

function jsonCell(cell: Cell | undefined): JsonCell {
  if (cell === undefined || cell === null) return null;
  if (cell === SUPPRESSED) return '*';
  if (typeof cell !== 'number') return cell;
  // JSON has no names for these and `null` would say "missing".
  return Number.isFinite(cell) ? cell : String(cell);
}

function jsonRows(table: ReportTable): readonly Record<string, JsonCell>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column.name, jsonCell(row[i])])));
}

function chartDocument(chart: Chart): Readonly<Record<string, unknown>> {
  const { name, title, kind, xLabel, yLabel, unit, description } = chart;
  const frame = { name, title, kind, xLabel, yLabel, unit, description, inSight: chart.inSight };
  if (!isSeries(chart)) {
    const points = chart.points.map(({ label, value, low, high, weight, line, dots }) => ({
      label,
      value,
      low,
      high,
      weight,
      line,
      dots,
    }));
    return { ...frame, lineLabel: chart.lineLabel, points };
  }
  return {
    ...frame,
    labels: chart.labels,
    series: chart.series.map((one) => ({ name: one.name, values: one.values, quiet: one.quiet, band: one.band })),
  };
}

function findingDocument({ about, reason, ...finding }: Finding): Readonly<Record<string, unknown>> {
  const { id, verdict, direction, size, low, high, unit, text } = finding;
  return { id, verdict, direction, size, low, high, unit, text, ...(reason !== undefined && { reason }), ...about };
}

/** The report as one JSON-able value: full doubles, `null` missing, `"*"` hidden, keys in a fixed order. */
function reportDocument(report: Report): Readonly<Record<string, unknown>> {
  return {
    schema: REPORT_SCHEMA,
    report: report.id,
    title: report.title,
    question: report.question,
    order: report.order,
    asOf: report.asOf,
    ...(report.banner === null ? {} : { banner: report.banner }),
    findings: report.findings.map(findingDocument),
    doubt: report.doubt,
    next: report.next,
    summary: report.summary,
    tables: Object.fromEntries(report.tables.map((table) => [table.name, jsonRows(table)])),
    columns: Object.fromEntries(
      report.tables.map((table) => [
        table.name,
        table.columns.map(({ name, label, unit, help }) => ({ name, label, unit, help })),
      ]),
    ),
    notes: report.notes,
    caveat: report.caveat,
    charts: report.charts.map(chartDocument),
    provenance: Object.fromEntries(report.provenance.map((entry) => [entry.name, entry.value])),
  };
}

/** A report as the text of one JSON document, for programs. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(reportDocument(report), null, 2)}\n`;
}
