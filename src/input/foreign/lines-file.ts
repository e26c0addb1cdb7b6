import { closeSync, openSync, writeSync } from 'node:fs';
import type { ForeignPart } from './foreign.js';

const FLUSH = 1 << 18;

/** Writes lines of text to a private file. */
export class LinesFile {
  readonly path: string;
  private readonly file: number;
  private held: string[] = [];
  private size = 0;

  constructor(path: string) {
    this.path = path;
    this.file = openSync(path, 'w', 0o600);
  }

  add(line: string): void {
    this.held.push(line);
    this.size += line.length;
    if (this.size > FLUSH) this.flush();
  }

  /** Ends the file, and gives it as a part of the foreign one. */
  end(part: Omit<ForeignPart, 'path'>): ForeignPart {
    this.flush();
    closeSync(this.file);
    return { ...part, path: this.path };
  }

  private flush(): void {
    if (this.held.length > 0) writeSync(this.file, `${this.held.join('\n')}\n`);
    this.held = [];
    this.size = 0;
  }
}
