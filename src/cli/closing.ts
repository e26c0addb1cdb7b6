import { type Diagnostic, DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import type { RunResult } from '../replay/run.js';
import type { Effects } from './effects.js';
import type { Voice } from './style.js';

const SHOWN_REJECTED = 20;
const LABELS: Readonly<Record<string, string>> = {
  events: 'events read',
  duplicates: 'repeats removed',
  undecodable: 'undecodable',
  tombstones: 'tombstones',
  setAside: 'set aside',
  cut: 'cut off',
  rows: 'rows written',
};

/**
 * The table that ends a run, on stderr: on a terminal, with --verbose, and always where something could not be decoded
 * (then with the first places and reasons).
 */
export async function sayClosing(
  result: RunResult,
  rows: number | null,
  voice: Voice,
  effects: Effects,
): Promise<void> {
  const undecodable = result.counts.undecodable > 0;
  if (voice.quiet || !(effects.stderr.isTerminal || voice.verbose || undecodable)) return;
  const lines = [
    ...countLines(result, rows),
    ...(undecodable ? rejectedLines(result) : []),
    ...result.guesses.map((text) => `  guess: ${text}`),
    ...result.losses.map((text) => `  lost: ${text}`),
    ...result.deidentified.map((text) => `  ${text}`),
  ];
  await effects.stderr.write(`${lines.join('\n')}\n`);
}

function countLines(result: RunResult, rows: number | null): readonly string[] {
  const { events, duplicates, undecodable, tombstones, setAside, cut, ...further } = result.counts;
  const counts = {
    events,
    duplicates,
    undecodable,
    tombstones,
    setAside,
    cut,
    ...further,
    ...(rows !== null && { rows }),
  };
  const entries = Object.entries(counts).map(([name, count]) => [LABELS[name] ?? words(name), String(count)] as const);
  const width = Math.max(...entries.map(([label]) => label.length));
  const digits = Math.max(...entries.map(([, count]) => count.length));
  return entries.map(([label, count]) => `  ${label.padEnd(width)}  ${count.padStart(digits)}`);
}

// `unmatchedJoins` is "unmatched joins": counts that a later stage adds are shown without a line here.
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `3 invalid-json, 2 value-does-not-fit`: most frequent first. */
function byCode(result: RunResult): string {
  const counts = new Map<string, number>();
  for (const { code } of result.rejected) counts.set(code, (counts.get(code) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([code, n]) => `${n} ${code}`).join(', ');
}

function rejectedLines(result: RunResult): readonly string[] {
  const shown = result.rejected.slice(0, SHOWN_REJECTED);
  const more = result.counts.undecodable - shown.length;
  return [
    `not decoded: ${byCode(result)}`,
    ...shown.map((r) => `  ${r.file}${r.line === null ? '' : `:${r.line}`}  ${r.code}: ${r.reason}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** Exit 3 under --strict where anything was undecodable; the results are written all the same. */
export async function strictExit(result: RunResult, strict: boolean): Promise<ExitCode> {
  if (!strict || result.counts.undecodable === 0) return EXIT.ok;
  const diagnostic: Diagnostic = {
    code: 'undecodable-input',
    severity: 'error',
    message: `${result.counts.undecodable} records could not be decoded, and --strict was given.`,
    help: 'The results were written without them.',
    next: 'pharmabi inspect INPUT...',
  };
  throw new DiagnosticError([diagnostic], EXIT.input);
}
