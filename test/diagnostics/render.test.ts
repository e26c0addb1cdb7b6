import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { placeText, renderDiagnostic, renderDiagnostics } from '../../src/diagnostics/render.js';
import { textWidth } from '../../src/diagnostics/width.js';

function at(text: string, marked: string): Diagnostic {
  const start = text.indexOf(marked);
  const line = text.slice(0, start).split('\n').length;
  const column = start - text.lastIndexOf('\n', start - 1);
  return {
    code: 'unknown-column',
    severity: 'error',
    message: 'No column.',
    place: { file: 'shop.ksql', span: { start, end: start + marked.length, line, column } },
  };
}

function caretLine(text: string, marked: string): { source: string; carets: string } {
  const lines = renderDiagnostic(at(text, marked), new Map([['shop.ksql', text]])).split('\n');
  return { source: lines[3]!, carets: lines[4]! };
}

describe('renderDiagnostic', () => {
  it('writes code, message, place, line, carets and everything that helps', () => {
    const text = 'SELECT id,\n  discuont FROM users;\n';
    const d: Diagnostic = {
      ...at(text, 'discuont'),
      expected: 'ID, DISCOUNT',
      found: 'DISCUONT',
      help: 'did you mean DISCOUNT?',
      next: 'pharmabi inspect users',
    };
    expect(renderDiagnostic(d, new Map([['shop.ksql', text]]))).toBe(
      [
        'error[unknown-column]: No column.',
        '  --> shop.ksql:2:3',
        '   |',
        ' 2 |   discuont FROM users;',
        '   |   ^^^^^^^^',
        '  expected: ID, DISCOUNT',
        '  found:    DISCUONT',
        '  help:     did you mean DISCOUNT?',
        '  next:     pharmabi inspect users',
      ].join('\n'),
    );
  });

  it('names the place where the text is not at hand', () => {
    expect(renderDiagnostic(at('a b', 'b'))).toBe('error[unknown-column]: No column.\n  --> shop.ksql:1:3');
  });

  it.each([
    ['a\tbb\tX', 'X'],
    ['\t\tX y', 'X'],
    ["'数量', X", 'X'],
    ["'💊💊' X", 'X'],
    ["'e\u0301' X", 'X'],
    ['a\tb X\u0007 c', 'X'],
  ])('puts the carets under the range of %j', (text, marked) => {
    const { source, carets } = caretLine(text, marked);
    expect(carets.indexOf('^')).toBe(textWidth(source.slice(0, source.indexOf(marked))));
    expect(source).not.toMatch(/[\t\u0007]/);
  });

  it('makes carets as wide as the range', () => {
    expect(caretLine("a '数量' b", "'数量'").carets).toMatch(/ \^{6}$/);
    expect(caretLine('a b\nc', 'b\nc').carets).toMatch(/ \^$/);
  });

  it('shows the surroundings of a range in a long line', () => {
    const text = `${'x'.repeat(500)} HERE ${'y'.repeat(500)}`;
    const { source, carets } = caretLine(text, 'HERE');
    expect(source.length).toBeLessThan(180);
    expect(source).toMatch(/^ 1 \| …x+ HERE y+…$/);
    expect(carets.indexOf('^^^^')).toBe(source.indexOf('HERE'));
  });

  it('cuts a range that is longer than the line may be', () => {
    const { carets } = caretLine(`a ${'x'.repeat(900)} b`, 'x'.repeat(900));
    expect(carets.length).toBeLessThan(180);
  });

  it('copes with a place past the end of the text, and with line ends of Windows', () => {
    const d: Diagnostic = {
      ...at('a', 'a'),
      place: { file: 'shop.ksql', span: { start: 99, end: 99, line: 9, column: 1 } },
    };
    expect(renderDiagnostic(d, new Map([['shop.ksql', 'a']])).split('\n')).toHaveLength(2);
    expect(caretLine('SELECT x\r\nFROM t', 'x').source).toBe(' 1 | SELECT x');
  });

  it('colours only where asked', () => {
    const esc = '\u001b';
    expect(renderDiagnostic(at('a b', 'b'), new Map([['shop.ksql', 'a b']]))).not.toContain(esc);
    const coloured = renderDiagnostic(at('a b', 'b'), new Map([['shop.ksql', 'a b']]), { color: true });
    expect(coloured).toContain(`${esc}[1;31merror[unknown-column]${esc}[0m: No column.`);
  });

  it('lets no control character of a message reach the terminal', () => {
    expect(renderDiagnostic({ code: 'x', severity: 'warning', message: 'a\u001b[2Jb\nc' })).toBe(
      'warning[x]: a\ufffd[2Jb c',
    );
  });

  it('puts a blank line between two', () => {
    expect(renderDiagnostics([at('a', 'a'), at('a', 'a')]).split('\n\n')).toHaveLength(2);
  });
});

describe('placeText', () => {
  it('names what is known of a place in data', () => {
    expect(
      placeText({ file: 'orders.ndjson', line: 812, topic: 'orders', partition: 0, offset: 17, column: 'AMOUNT' }),
    ).toBe('orders.ndjson:812, topic orders, partition 0, offset 17, column AMOUNT');
    expect(placeText({ topic: 'orders' })).toBe('topic orders');
    expect(placeText({ span: { start: 4, end: 5, line: 2, column: 3 } })).toBe('line 2, column 3');
    expect(placeText({})).toBe('');
  });
});
