import type { Effects } from './effects.js';
import type { Voice } from './style.js';

/** Nothing is shown of a run that is faster, in milliseconds. */
const FIRST_AFTER = 500;
const EVERY = 200;

/** One line of progress on a terminal's stderr, wiped when done; silent in logs and pipes. */
export interface Progress {
  say(message: string): void;
  stop(): Promise<void>;
}

/** Starts showing progress. `share` tells how much of the running statement is done (0 to 1), or null. */
export function startProgress(effects: Effects, voice: Voice, share: () => number | null): Progress {
  const { stderr } = effects;
  if (!stderr.isTerminal || voice.quiet || voice.debug) return { say: () => {}, stop: async () => {} };
  const started = effects.now();
  let message = 'starting';
  let shown = false;
  const draw = (): void => {
    if (effects.now() - started < FIRST_AFTER) return;
    const done = share();
    const seconds = Math.floor((effects.now() - started) / 1000);
    const text = `${message}${done === null || done >= 1 ? '' : ` ${Math.floor(done * 100)} %`} (${seconds} s)`;
    shown = true;
    void stderr.write(`\r\u001b[K${text.slice(0, stderr.columns - 1)}`);
  };
  const timer = setInterval(draw, EVERY);
  return {
    say(text) {
      message = text;
    },
    async stop() {
      clearInterval(timer);
      if (shown) await stderr.write('\r\u001b[K');
    },
  };
}
