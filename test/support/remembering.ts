import type { Sink } from '../../src/cli/effects.js';

/** An output stream that only remembers what it was given; no terminal unless a test says so. */
export function remembering(isTerminal = false): Sink & { text(): string } {
  const chunks: Buffer[] = [];
  return {
    isTerminal,
    columns: 80,
    async write(bytes) {
      chunks.push(Buffer.from(bytes));
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
