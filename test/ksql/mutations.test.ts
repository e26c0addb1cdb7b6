import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/diagnostics/render.js';
import { formatStatement } from '../../src/ksql/format.js';
import { lex } from '../../src/ksql/lexer.js';
import { parse } from '../../src/ksql/parser.js';

const lines = readFileSync(new URL('./roundtrip.sql', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** The tokens of a good statement, some taken out, doubled, swapped, or replaced by those of another. */
const mutated = fc
  .tuple(
    fc.constantFrom(...lines),
    fc.constantFrom(...lines),
    fc.array(fc.tuple(fc.constantFrom('drop', 'double', 'swap', 'foreign', 'cut'), fc.nat(), fc.nat()), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom(' ', '\n', ' -- c\n'),
  )
  .map(([line, other, changes, space]) => {
    const texts = (text: string): string[] => lex(text).tokens.map((t) => text.slice(t.start, t.end));
    const words = texts(line);
    const others = texts(other);
    for (const [change, a, b] of changes) {
      const i = a % Math.max(1, words.length);
      const foreign = others[b % others.length] ?? '';
      if (change === 'drop') words.splice(i, 1);
      else if (change === 'double') words.splice(i, 0, words[i] ?? '');
      else if (change === 'swap') words.splice(i, 2, words[i + 1] ?? '', words[i] ?? '');
      else if (change === 'foreign') words.splice(i, 1, foreign);
      else words.splice(i, 1, (words[i] ?? '').slice(0, -1));
    }
    return words.join(space);
  });

const anything = fc.oneof(
  mutated,
  fc.string({ unit: 'binary' }),
  fc.tuple(mutated, mutated).map((two) => two.join(';\n')),
);

describe('parse', () => {
  it('never throws, tells one mistake a place, and every place lies in the text', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { diagnostics } = parse(text, 'x');
        const starts = diagnostics.map((d) => d.place!.span!.start);
        expect(new Set(starts).size).toBe(starts.length);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        for (const d of diagnostics) {
          expect(d.place!.span!.end).toBeLessThanOrEqual(text.length);
          expect(d.place!.span!.end).toBeGreaterThanOrEqual(d.place!.span!.start);
        }
        renderDiagnostics(diagnostics, new Map([['x', text]]));
      }),
      { numRuns: 500 },
    );
  });

  it('gives trees that print to a text of the same tree, also after repairs', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const statement of parse(text).statements) {
          if (statement.kind === 'other') continue;
          const printed = formatStatement(statement);
          const again = parse(printed);
          if (parse(text).diagnostics.length === 0) expect(again.diagnostics).toEqual([]);
          if (again.diagnostics.length === 0) expect(again.statements.map(formatStatement)).toEqual([printed]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same with other spaces, comments and letters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.constantFrom('\n', '\t', ' /* x */ ', ' -- y\n'), (line, space) => {
        const [statement] = parse(line).statements;
        if (statement!.kind === 'other') return;
        const tokens = lex(line).tokens.map((t) =>
          t.kind === 'word' ? t.value.toLowerCase() : line.slice(t.start, t.end),
        );
        // A name and its point, an arrow and its star stay apart or together alike.
        expect(parse(tokens.join(space)).statements.map(formatStatement)).toEqual([line]);
      }),
    );
  });
});
