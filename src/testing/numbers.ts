/** An exact decimal: `unscaled * 10^-scale`. Scale counts, as it does in the engine: 1.0 is not 1.00. */
export interface ExactDecimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Reads `-12.50`, `1.0E10`; undefined where it is no number. */
export function parseDecimal(text: string): ExactDecimal | undefined {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (m === null || (m[2] === '' && (m[3] ?? '') === '')) return undefined;
  const fraction = m[3] ?? '';
  const unscaled = BigInt(`${m[2]}${fraction}` || '0') * (m[1] === '-' ? -1n : 1n);
  return { unscaled, scale: fraction.length - Number(m[4] ?? 0) };
}

/** Plain text with all digits of the scale. */
export function decimalText(d: ExactDecimal): string {
  if (d.scale <= 0) return String(d.unscaled * 10n ** BigInt(-d.scale));
  const digits = String(d.unscaled < 0n ? -d.unscaled : d.unscaled).padStart(d.scale + 1, '0');
  return `${d.unscaled < 0n ? '-' : ''}${digits.slice(0, -d.scale)}.${digits.slice(-d.scale)}`;
}

/** The number at another scale, or undefined where digits would be lost. */
export function rescale(d: ExactDecimal, scale: number): ExactDecimal | undefined {
  if (scale >= d.scale) return { unscaled: d.unscaled * 10n ** BigInt(scale - d.scale), scale };
  const by = 10n ** BigInt(d.scale - scale);
  return d.unscaled % by === 0n ? { unscaled: d.unscaled / by, scale } : undefined;
}

/** A double as Java writes it: 1.0, 1.0E10 from 10^7 up, 1.0E-4 below 10^-3. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  // Java asks for two digits at least, and finds 4.9E-324 nearer than 5.0E-324.
  if (size === Number.MIN_VALUE) return value > 0 ? '4.9E-324' : '-4.9E-324';
  const [mantissa, exponent] = value.toExponential().split('e');
  const digits = (mantissa ?? '').includes('.') ? mantissa : `${mantissa}.0`;
  return `${digits}E${Number(exponent)}`;
}
