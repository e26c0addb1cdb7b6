import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from '../../src/ksql/lexer.js';

function kinds(text: string): string[] {
  return lex(text).tokens.map((t) => (t.kind === 'end' ? 'end' : `${t.kind} ${t.value}`));
}

describe('lex', () => {
  it.each([
    ['select `a``b` "C" d_1', ['word SELECT', 'quoted a`b', 'quoted C', 'word D_1', 'end']],
    ["'it''s' '' ''''", ["string it's", 'string ', "string '", 'end']],
    [
      '1 1.25 .5 1e3 1.5E-3 12345678901234567890',
      ['integer 1', 'decimal 1.25', 'decimal .5', 'double 1e3', 'double 1.5E-3', 'integer 12345678901234567890', 'end'],
    ],
    [
      'a<>b!=c<=d=>e:=f->g||h>=i',
      [
        'word A',
        'operator <>',
        'word B',
        'operator <>',
        'word C',
        'operator <=',
        'word D',
        'operator =>',
        'word E',
        'operator :=',
        'word F',
        'operator ->',
        'word G',
        'operator ||',
        'word H',
        'operator >=',
        'word I',
        'end',
      ],
    ],
    ['a-- b\n/* c\n */d', ['word A', 'word D', 'end']],
    ['a - -b', ['word A', 'operator -', 'operator -', 'word B', 'end']],
    ['x.y t.2nd 1R', ['word X', 'operator .', 'word Y', 'word T', 'operator .', 'word 2ND', 'word 1R', 'end']],
    ["'two\nlines' x", ['string two\nlines', 'word X', 'end']],
    [
      'ARRAY<ARRAY<INT>>',
      ['word ARRAY', 'operator <', 'word ARRAY', 'operator <', 'word INT', 'operator >', 'operator >', 'end'],
    ],
  ])('%s', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
    expect(lex(text).diagnostics).toEqual([]);
  });

  it('ends an open text with its line, before the closing signs', () => {
    expect(kinds("WITH (T='a);\nB")).toEqual([
      'word WITH',
      'operator (',
      'word T',
      'operator =',
      'string a',
      'operator )',
      'operator ;',
      'word B',
      'end',
    ]);
    expect(lex("WITH (T='a);\nB").diagnostics.map((d) => d.code)).toEqual(['unclosed-quote']);
  });

  const pieces = fc.constantFrom(
    "'",
    '"',
    '`',
    '--',
    '/*',
    '*/',
    '\n',
    '\r\n',
    '\t',
    ' ',
    'a',
    'é',
    '数',
    '💊',
    '1',
    '1e',
    '.',
    '$',
    '${x}',
    '=>',
    '==',
    '&&',
    '!',
    '‘',
    '’',
    '\u0000',
    '\u00a0',
    '\ud800',
    ';',
    ')',
    ',',
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((p) => p.join('')),
  );

  it('covers every character: what is in no token is a space or a comment', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { tokens, diagnostics } = lex(text);
        let at = 0;
        for (const token of tokens) {
          expect(token.start).toBeGreaterThanOrEqual(at);
          if (token.kind !== 'end') expect(token.end).toBeGreaterThan(token.start);
          const gap = text.slice(at, token.start);
          const comment = diagnostics.some((d) => d.code === 'unclosed-comment') ? /\/\*[\s\S]*$/ : /(?!)/;
          expect(
            gap
              .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '')
              .replace(comment, '')
              .trim()
              .replaceAll('\ufeff', ''),
          ).toBe('');
          at = token.end;
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 300 },
    );
  });

  it('says line and column of every token as a count from the start says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const token of lex(text).tokens) {
          const before = text.slice(0, token.start).split('\n');
          expect([token.line, token.column]).toEqual([before.length, before.at(-1)!.length + 1]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
