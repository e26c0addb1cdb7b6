import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from '../../src/diagnostics/suggest.js';

/** The textbook recursion, slow and without limit: what the fast one must agree with. */
function slowDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return Math.min(
    slowDistance(x, b) + 1,
    slowDistance(a, y) + 1,
    slowDistance(x, y) + same,
    swapped ? slowDistance(a.slice(0, -2), b.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  );
}

const short = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), maxLength: 5 });

describe('suggest', () => {
  it.each([
    ['JION', ['JOIN', 'ON'], 'JOIN'],
    ['FORM', ['FROM', 'WHERE'], 'FROM'],
    ['discuont', ['DISCOUNT', 'COUNT'], 'DISCOUNT'],
    ['orders', ['ORDERS', 'ORDERS_ENRICHED'], 'ORDERS'],
    ['PRACTITIONER_DISCOUT', ['PRACTITIONER_ID', 'PRACTITIONER_DISCOUNT'], 'PRACTITIONER_DISCOUNT'],
    ['AMOUNT', ['STATUS', 'CITY'], undefined],
    ['ID', ['IS', 'IN'], undefined],
    ['CAT', ['CAR', 'BAT'], 'CAR'],
  ])('%s among %j gives %s', (word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected);
    expect(suggest(word, [...candidates].reverse())).toBe(expected);
  });

  it('never goes beyond a third of the letters, and never misses a nearer word', () => {
    fc.assert(
      fc.property(short, fc.array(short), (word, candidates) => {
        const others = candidates.filter((c) => c !== word);
        const nearest = Math.min(...others.map((c) => slowDistance(word, c)));
        const found = suggest(word, candidates);
        if (nearest > word.length / 3) expect(found).toBeUndefined();
        else expect(slowDistance(word, found!)).toBe(nearest);
      }),
    );
  });
});

describe('editDistance', () => {
  it('counts as the textbook does, up to its limit', () => {
    fc.assert(
      fc.property(short, short, fc.integer({ min: 0, max: 6 }), (a, b, limit) => {
        expect(editDistance(a, b)).toBe(slowDistance(a, b));
        expect(editDistance(a, b, limit)).toBe(Math.min(slowDistance(a, b), limit + 1));
      }),
    );
  });
});
