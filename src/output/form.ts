import type { Report } from '../reports/report.js';

/** What shapes the bytes of an output beside the report itself. Nothing here is read from the clock or the locale. */
export interface OutputOptions {
  /** Columns of the terminal (80 where unknown). */
  readonly width: number;
  /** Bold and dim on a terminal; meaning is never carried by it alone. */
  readonly colour: boolean;
  /** Pictures and frames in ASCII only. */
  readonly ascii: boolean;
  /** Everything as text, not one screen of it; files always hold everything. */
  readonly details?: boolean;
  /**
   * `--csv-for excel`: byte order mark and CRLF; `excel-comma`: also `;` between values and decimal commas, as Excel wants them
   * where a comma is decimal.
   */
  readonly csvFor?: CsvFor;
  /** UTF-8 byte order mark in CSV. */
  readonly bom?: boolean;
  /** Name of the manifest written beside the outputs, named in "about" sections. */
  readonly manifestName?: string;
}

/** A program for which CSV is written otherwise. */
export type CsvFor = 'excel' | 'excel-comma';

/** One file of an output. `suffix` is empty for the target itself, `.jumps` for `report.jumps.csv` beside `report.csv`. */
export interface OutputFile {
  readonly suffix: string;
  readonly bytes: Uint8Array;
}

/** A way of turning a report into bytes. `endings` are the file endings that choose it, with their dot. */
export interface OutputForm {
  readonly name: 'csv' | 'duckdb' | 'html' | 'json' | 'markdown' | 'parquet' | 'terminal' | 'xlsx';
  readonly endings: readonly string[];
  /** One sentence for `--help`. */
  readonly help: string;
  /** Its bytes are no text for a terminal. */
  readonly binary?: true;
  /** Rejects with a DiagnosticError where the form cannot hold the report (rows or characters past its limits). */
  write(report: Report, options: OutputOptions): Promise<readonly OutputFile[]>;
}

/** UTF-8 bytes of a text as the only file of an output. */
export function singleFile(text: string): readonly OutputFile[] {
  return [{ suffix: '', bytes: new TextEncoder().encode(text) }];
}
