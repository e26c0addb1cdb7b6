import { describe, expect, it } from 'vitest';
import { NOTHING_FOUND, together } from '../../src/changelog/pass.js';
import { PASSES } from '../../src/changelog/passes.js';

describe('the passes', () => {
  it('have names of their own, and stand behind all that they need', () => {
    const before = new Set<string>();
    for (const { name, needs = [] } of PASSES) {
      expect(before.has(name)).toBe(false);
      expect(needs.filter((need) => !before.has(need))).toEqual([]);
      before.add(name);
    }
  });

  it('add up what they count under one name, and keep what they say in order', () => {
    const found = [
      { counts: { duplicates: 2 }, remarks: ['b'] },
      { counts: { duplicates: 3, cut: 1 }, remarks: ['a'], notes: ['n'] },
    ].reduce(together, NOTHING_FOUND);
    expect([...found.counts]).toEqual([
      ['duplicates', 5],
      ['cut', 1],
    ]);
    expect(found.remarks).toEqual(['b', 'a']);
    expect(found.notes).toEqual(['n']);
  });
});
