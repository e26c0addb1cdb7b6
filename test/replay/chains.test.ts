import { describe, expect, it } from 'vitest';
import { runChains } from './chains.js';

// Random pipelines, each over its own log: the last change of a key is its final row; a relation has the same rows whatever else is
// asked for, and in whichever form; joins and aggregates are what plain SQL makes of the final rows that they read.
// 250 programs take 20 s of CPU; `.ci/run` sets CHAINS to 2,000.
const PROGRAMS = Number(process.env.CHAINS ?? 250);
const PART = 50;

describe('random chains of statements that one record feeds', () => {
  it.each(Array.from({ length: Math.ceil(PROGRAMS / PART) }, (_, i) => i * PART))(
    'programs %i and on',
    async (from) => {
      expect(await runChains(from, PART)).toEqual([]);
    },
  );
});
