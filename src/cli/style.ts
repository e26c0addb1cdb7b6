import type { Effects, Sink } from './effects.js';

/** Colour only on a terminal that knows it, and never against NO_COLOR, TERM=dumb or --no-color. */
export function usesColour(sink: Sink, env: Effects['env'], refused: boolean): boolean {
  return sink.isTerminal && !refused && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** How much is said on stderr. */
export interface Voice {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly colour: boolean;
  readonly ascii: boolean;
}
