import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, numberText } from '../../src/output/cell.js';
import { decimalOf, fixed, grouped, percent, plain } from '../../src/output/number.js';
import { type Cell, SUPPRESSED } from '../../src/reports/report.js';

describe('rounding', () => {
  it.each([
    [0.125, 2, '0.12'],
    [0.135, 2, '0.14'],
    [2.675, 2, '2.68'],
    [2.665, 2, '2.66'],
    [1.005, 2, '1.00'],
    [1.015, 2, '1.02'],
    [-0.004, 2, '0.00'],
    [-0.005, 2, '0.00'],
    [-0.015, 2, '-0.02'],
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [9.995, 2, '10.00'],
    [1e21, 2, '1000000000000000000000.00'],
    [5e-324, 4, '0.0000'],
    [Number.NaN, 2, 'NaN'],
  ])('%f with %i decimals is %s', (value, places, text) => {
    expect(fixed(value, places)).toBe(text);
  });

  it('is the nearest decimal to the shortest text, and the even one of two', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, places) => {
          const [n, m] = fraction(value);
          const rounded = BigInt(fixed(value, places).replace('.', ''));
          const scale = 10n ** BigInt(places);
          // |n/m - rounded/scale| <= 1/2 * 1/scale, without division
          const distance = abs(n * scale - rounded * m) * 2n;
          expect(distance <= m).toBe(true);
          if (distance === m) expect(rounded % 2n === 0n).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps the decimals of halves that a person can see', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (thousandths) => {
        const value = thousandths / 1000;
        const up = BigInt(Math.abs(thousandths)) * 2n;
        const kept = up / 20n;
        const rest = up % 20n;
        const cents = rest > 10n || (rest === 10n && kept % 2n === 1n) ? kept + 1n : kept;
        const sign = thousandths < 0 && cents > 0n ? '-' : '';
        expect(fixed(value, 2)).toBe(`${sign}${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
      }),
    );
  });
});

/** A double's shortest text as an exact fraction, by another way than the code: the exponent as a power of a fraction. */
function fraction(value: number): readonly [bigint, bigint] {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))!;
  const digits = BigInt(`${match[2]}${match[3] ?? ''}`) * (match[1] === '-' ? -1n : 1n);
  const exponent = Number(match[4] ?? 0) - (match[3]?.length ?? 0);
  return exponent >= 0 ? [digits * 10n ** BigInt(exponent), 1n] : [digits, 10n ** BigInt(-exponent)];
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

describe('text of numbers', () => {
  it('reads back as the same double, without exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plain(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('moves the point for per cent', () => {
    expect(percent(0.12345)).toBe('12.34 %');
    expect(percent(0.12355)).toBe('12.36 %');
    expect(percent(1)).toBe('100.00 %');
    expect(percent(-0.0125)).toBe('-1.25 %');
    expect(percent(0.07)).toBe('7.00 %');
    expect(percent(1e-9)).toBe('0.00 %');
  });

  it('groups thousands', () => {
    expect(grouped('1234567.50')).toBe('1,234,567.50');
    expect(grouped('-1234')).toBe('-1,234');
    expect(grouped('999')).toBe('999');
    expect(grouped('-123')).toBe('-123');
  });

  it('names the decimal of a double', () => {
    expect(decimalOf(1.5e-7)).toEqual({ negative: false, digits: 15n, scale: 8 });
    expect(decimalOf(-2e22)).toEqual({ negative: true, digits: 2n * 10n ** 22n, scale: 0 });
  });
});

describe('cells', () => {
  it('has the digits of its unit, for files and for people', () => {
    expect(numberText(1234.565, 'money', 'file')).toBe('1234.56');
    expect(numberText(1234.565, 'money', 'people')).toBe('1,234.56');
    expect(numberText(0.17139, 'share', 'file')).toBe('0.1714');
    expect(numberText(0.17139, 'share', 'people')).toBe('17.14 %');
    expect(numberText(0.0001, 'p', 'file')).toBe('0.0001');
    expect(numberText(0.00009999, 'p', 'file')).toBe('<0.0001');
    expect(numberText(0, 'p', 'file')).toBe('<0.0001');
    expect(numberText(12.5, 'percent-points', 'file')).toBe('12.5');
    expect(numberText(4735, 'count', 'people')).toBe('4,735');
  });

  it('tells missing, hidden and zero apart', () => {
    const cells: readonly Cell[] = [null, SUPPRESSED, 0];
    expect(cells.map((c) => cellText(c, 'money', 'file'))).toEqual(['', '*', '0.00']);
    expect([true, false].map((c) => cellText(c, 'bool', 'file'))).toEqual(['true', 'false']);
    expect(cellText(true, 'bool', 'people')).toBe('yes');
  });
});
