import { EXIT } from '../diagnostics/diagnostic.js';
import { onTemporary, removeAllTemporary } from '../engine/temporary.js';
import type { FromRun } from './supervised.js';

/** Tells the supervisor, if it is there. */
export function tellSupervisor(message: FromRun): void {
  if (process.connected) process.send?.(message);
}

/**
 * Listens for the supervisor's word to stop; gives the set of what is called then. A signal reaches the supervisor, which says so
 * here once. A terminal sends it to both: this process leaves it alone.
 */
export function listenForSupervisor(): Set<() => void> {
  const handlers = new Set<() => void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.removeAllListeners(signal).on(signal, () => {});
  onTemporary((temporary, isThere) => tellSupervisor({ temporary, isThere }));
  process.once('message', () => {
    if (handlers.size === 0) process.exit(EXIT.interrupted);
    for (const handler of handlers) handler();
  });
  // The supervisor is gone: nobody waits for what this run would give.
  process.once('disconnect', () => {
    removeAllTemporary();
    process.kill(process.pid, 'SIGKILL');
  });
  process.channel?.unref();
  return handlers;
}
