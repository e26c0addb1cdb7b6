import type { CsvOption, Rejected } from '../../relation.js';
import type { Compression } from '../input-file.js';

/** A file of another program, as a rewriter is shown it. */
export interface ForeignFile {
  readonly path: string;
  /** As reports call it. */
  readonly name: string;
  readonly compression: Compression;
  /** The first unpacked bytes. */
  readonly head: Buffer;
  /** The same as text, without a byte-order mark. */
  readonly text: string;
  /** True where `head` is the whole file. */
  readonly whole: boolean;
  /** Topic and table as the file's place tells them. */
  readonly topic: string;
  /** Names of the columns, where the user gave them and the file has none. */
  readonly columns?: readonly string[];
  /** Runs SQL in the engine of the run. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** The path of a new private file. */
  spool(name: string): string;
}

/** A private file in a form that is read, made of a foreign file or of a part of it. */
export interface ForeignPart {
  readonly path: string;
  /** Which part of the file it is (`orders`, `2026/orders.csv`); absent where it is the whole. */
  readonly part?: string;
  /** The topic (table) that the foreign file gives; absent where the file's own name tells it. */
  readonly topic?: string;
  /** What the foreign form is called, where its rewriter knows more than one. */
  readonly form?: string;
  /** What the foreign form says of how its rows are to be read. */
  readonly csv?: CsvOption;
  /** Records of the foreign file that the part has not. */
  readonly rejected?: readonly Rejected[];
  /** What a reader of the run should know: in words, of what kind and how many. */
  readonly notes?: readonly string[];
}

/** How a foreign form is recognised, and rewritten into forms that are read. */
export interface Rewriter {
  /** What the form is called in reports: `Maxwell`, `SQLite`. */
  readonly what: string;
  /** True where its parts are files as they come, and may be in a foreign form themselves. */
  readonly archive?: boolean;
  /** True for a file of the form, by its head. */
  recognises(file: ForeignFile): boolean | Promise<boolean>;
  /** Its tables, members or records. What cannot be used is counted in `rejected`. Throws `ForeignError` where nothing can be read. */
  rewrite(file: ForeignFile): Promise<readonly ForeignPart[]>;
}

/** Why a file of a known form gives nothing, for a person: `is an encrypted ZIP archive`. */
export class ForeignError extends Error {
  readonly help: string;
  constructor(reason: string, help: string) {
    super(reason);
    this.help = help;
  }
}
