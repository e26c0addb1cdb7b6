import { closeSync, openSync, writeSync } from 'node:fs';
import type { CsvOption } from '../../relation.js';
import type { ForeignPart } from './foreign.js';

const FLUSH = 1 << 18;

/** How the rows that `RowsFile` writes are to be read: every cell that is no NULL stands in quotes. */
const ROWS: CsvOption = { delimiter: ',', quote: 'double', escape: 'double' };

/** Writes rows of a table as CSV in the usual quotes: NULL is an empty cell, the empty text `""`. Text is UTF-8, or bytes as latin1 letters. */
export class RowsFile {
  readonly path: string;
  private readonly file: number;
  private readonly encoding: 'utf8' | 'latin1';
  private held: string[] = [];
  private size = 0;

  constructor(path: string, header: readonly string[], encoding: 'utf8' | 'latin1' = 'utf8') {
    this.path = path;
    this.encoding = encoding;
    this.file = openSync(path, 'w', 0o600);
    this.add(header);
  }

  add(cells: readonly (string | null)[]): void {
    const line = cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',');
    this.held.push(line);
    this.size += line.length;
    if (this.size > FLUSH) this.flush();
  }

  /** Ends the file, and gives it as a part of the foreign one. */
  end(part: Omit<ForeignPart, 'path' | 'csv'>): ForeignPart {
    this.flush();
    closeSync(this.file);
    return { ...part, path: this.path, csv: ROWS };
  }

  private flush(): void {
    if (this.held.length > 0) writeSync(this.file, Buffer.from(`${this.held.join('\n')}\n`, this.encoding));
    this.held = [];
    this.size = 0;
  }
}
