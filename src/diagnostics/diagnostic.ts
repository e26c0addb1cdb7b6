/** A half-open range of a text, in UTF-16 offsets; line and column (both from 1) are those of `start`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** Where a problem stands: in a text file (span), or in data (line, topic, partition, offset). */
export interface Place {
  readonly file?: string;
  readonly span?: Span;
  readonly line?: number;
  readonly byteOffset?: number;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly column?: string;
  /** Declared streams and tables that meet it. */
  readonly relations?: readonly string[];
}

/**
 * A problem as a value. `message` says what happened in the user's words and never holds a value of a person's row;
 * `help` is the nearest right thing; `next` one command to run.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place?: Place;
  /** The two things that disagree, each with its own words, where there are two. */
  readonly expected?: string;
  readonly found?: string;
  readonly help?: string;
  readonly next?: string;
}

/** Exit codes of the command line (see `pharmabi --help`). */
export const EXIT = {
  ok: 0,
  difference: 1,
  usage: 2,
  input: 3,
  pipeline: 4,
  engine: 5,
  interrupted: 130,
} as const;

/** One of `EXIT`: what the shell is told about how a run ended. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Carries diagnostics of a user's mistake up to the command line, which prints them without a stack. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;
  constructor(diagnostics: readonly Diagnostic[], exitCode: ExitCode) {
    super(diagnostics.map((d) => d.message).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}
