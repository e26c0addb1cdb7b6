/** One of the two output streams. `columns` and `isTerminal` are asked per stream: a pipe and a terminal may stand side by side. */
export interface Sink {
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Resolves when the stream has taken the bytes (or is gone: a closed pipe ends the process quietly). */
  write(bytes: string | Uint8Array): Promise<void>;
}

/** All that the command line may touch of the world: nothing else in the program reads a terminal, a clock or the environment. */
export interface Effects {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder, which relative paths of the arguments start from. */
  readonly cwd: string;
  /** Monotonic milliseconds: progress and `--debug` timings only, never a number of a report. */
  now(): number;
  /** Calls back on the first Ctrl-C (a second one ends the process); gives the function that stops listening. */
  onInterrupt(handler: () => void): () => void;
}
