import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../engine/engine.js';
import type { Report, ReportTable } from '../reports/report.js';
import { text } from '../sql/quote.js';
import type { OutputFile } from './form.js';
import { loadTable } from './typed-table.js';

/** Version of the columns' rules; it stands in the metadata of each file. */
const TABLE_SCHEMA = 'pharmabi.table/1';

/** What a file says about itself under `pharmabi.*`, beside its columns. */
function metadata(report: Report, table: ReportTable, manifestName: string | undefined): string {
  const entries = {
    schema: TABLE_SCHEMA,
    report: report.id,
    table: table.name,
    title: table.title,
    question: report.question,
    as_of: report.asOf ?? '',
    columns: JSON.stringify(table.columns.map(({ name, label, unit, help }) => ({ name, label, unit, help }))),
    notes: JSON.stringify(report.notes),
    ...(manifestName !== undefined && { manifest: manifestName }),
  };
  return Object.entries(entries)
    .map(([name, value]) => `${text(`pharmabi.${name}`)}: ${text(value)}`)
    .join(', ');
}

/** A report as Parquet: flat columns, one file per table, named as the files of CSV are. One thread: the same bytes each time. */
export async function parquetFiles(report: Report, manifestName?: string): Promise<readonly OutputFile[]> {
  const engine = await openEngine({ threads: 1 });
  try {
    const files: OutputFile[] = [];
    for (const [i, table] of report.tables.entries()) {
      const path = join(engine.tempDirectory, `${i}.parquet`);
      await loadTable(engine, table, `"table${i}"`);
      await engine.run(
        `COPY "table${i}" TO ${text(path)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${metadata(report, table, manifestName)}})`,
      );
      files.push({ suffix: i === 0 ? '' : `.${table.name}`, bytes: new Uint8Array(readFileSync(path)) });
    }
    return files;
  } finally {
    engine.close();
  }
}
