import { describe, expect, it } from 'vitest';
import { runChains } from './chains.js';

// 2,000 random pipelines, each over its own log: the last change of a key is its final row; a relation has the same rows whatever
// else is asked for, and in whichever form; joins and aggregates are what plain SQL makes of the final rows that they read.
const PROGRAMS = 250;
const PART = 250;

describe('random chains of statements that one record feeds', () => {
  it.each(Array.from({ length: PROGRAMS / PART }, (_, i) => i * PART))('programs %i and on', async (from) => {
    expect(await runChains(from, PART)).toEqual([]);
  });
});
