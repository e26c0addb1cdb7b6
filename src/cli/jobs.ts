import type { CsvFor } from '../output/form.js';
import type { ManifestCommand } from '../provenance/manifest.js';
import type { ReplayOptions } from '../relation.js';
import type { PipelineText } from '../replay/compile.js';
import type { RunResult } from '../replay/run.js';

/** Everything that the bytes of a run depend on: made from a command line, or read back from a manifest. */
export interface Job {
  readonly command: ManifestCommand;
  readonly pipeline: PipelineText;
  /** Files, folders, patterns as the engine's process finds them; the bundled data where `bundled`. */
  readonly paths: readonly string[];
  readonly bundled: boolean;
  readonly options: ReplayOptions;
  readonly targets: readonly JobTarget[];
  /** Look rejected records up again, and stop where there are more than so many. */
  readonly locate?: boolean;
  readonly maxBad?: number;
  /** A verification: everything is made again and nothing is kept. */
  readonly again?: boolean;
  /** A file that lists the events of the replay, for a comparison. */
  readonly journal?: string;
  /** Seconds that the query of a user's own report may take. */
  readonly timeLimit?: number;
  /** Base name of the manifest, which outputs with an "about" section name. */
  readonly manifestName?: string;
}

/** Where one rendering goes (`-` is stdout), and in which form. */
export interface JobTarget {
  readonly path: string;
  readonly form: string;
  readonly layout: Layout;
}

/** What a terminal form depends on beside the report. */
export interface Layout {
  readonly width: number;
  readonly colour: boolean;
  readonly ascii: boolean;
  /** `--details`: all of a report as text. */
  readonly details?: boolean;
  /** CSV for a spreadsheet program: `--csv-for`. */
  readonly csvFor?: CsvFor;
}

/** The layout of files and pipes. */
export const PLAIN: Layout = { width: 80, colour: false, ascii: false };

/** One finished file: its bytes, or (where a writer has put them in place itself) only their digest. */
export interface Rendered {
  /** As the user wrote it, with the suffix of a further file of the same form; `-` is stdout. */
  readonly path: string;
  readonly form: string;
  readonly layout: Layout;
  readonly content?: Uint8Array;
  /** A finished file that only wants its name; where `unchanged`, the target holds the same already. */
  readonly temporary?: string;
  readonly unchanged?: boolean;
  /** Of a database file both are of its content, not of its bytes: see `databaseContent`. */
  readonly bytes: number;
  readonly sha256: string;
}

/** In place of the name of a relation: all that the pipeline declares. */
export const ALL_RELATIONS = '*';

/** A job of `pharmabi report`. */
export type ReportJob = Job & { readonly command: { readonly kind: 'report' } };

/** A job of `pharmabi replay`. */
export type ReplayJob = Job & { readonly command: { readonly kind: 'replay' } };

/** What a job came to. */
export interface Produced {
  readonly files: readonly Rendered[];
  readonly result: RunResult;
  /** Rows of the report's tables; null where a writer streams them past. */
  readonly rows: number | null;
}

/** The part of a job that says what becomes of records that cannot be used. */
export function readingOf({ locate, maxBad, journal }: Job): Pick<Job, 'locate' | 'maxBad' | 'journal'> {
  return {
    ...(locate !== undefined && { locate }),
    ...(maxBad !== undefined && { maxBad }),
    ...(journal !== undefined && { journal }),
  };
}

/** Is one of the targets a database file? */
export function wantsDatabase({ targets }: Pick<Job, 'targets'>): boolean {
  return targets.some(({ form }) => form === 'duckdb');
}
