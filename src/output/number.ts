/**
 * Numbers as text, without locale and without floating-point steps. A double stands for its shortest decimal text (what
 * JSON prints, what a reader sees): 2.675 is exactly 2.675 here, although its binary value is a little below. That
 * text is rounded half to even, so a number in CSV is the number in JSON, rounded by hand.
 */

/** An exact decimal: `digits * 10^-scale`, with its sign apart so that -0.4 can round to 0. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly scale: number;
}

/** The exact decimal that the shortest text of a finite double names. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  const negative = value < 0;
  return scale < 0 ? { negative, digits: digits * 10n ** BigInt(-scale), scale: 0 } : { negative, digits, scale };
}

/** The decimal with exactly `places` digits after the point, ties to the even digit. */
function roundHalfEven(value: Decimal, places: number): Decimal {
  if (value.scale <= places) {
    return { ...value, digits: value.digits * 10n ** BigInt(places - value.scale), scale: places };
  }
  const unit = 10n ** BigInt(value.scale - places);
  const kept = value.digits / unit;
  const twice = (value.digits % unit) * 2n;
  const up = twice > unit || (twice === unit && kept % 2n === 1n);
  return { ...value, digits: up ? kept + 1n : kept, scale: places };
}

/** The decimal in plain notation: no exponent, no grouping, no minus before zero. */
function decimalText(value: Decimal): string {
  const text = value.digits.toString().padStart(value.scale + 1, '0');
  const point = text.length - value.scale;
  const sign = value.negative && value.digits !== 0n ? '-' : '';
  return sign + text.slice(0, point) + (value.scale > 0 ? `.${text.slice(point)}` : '');
}

/** A number with a fixed count of decimals; NaN and infinities as their names. */
export function fixed(value: number, places: number): string {
  return Number.isFinite(value) ? decimalText(roundHalfEven(decimalOf(value), places)) : String(value);
}

/** A number with all its digits in plain notation: 1e21 is 1 and 21 zeros. */
export function plain(value: number): string {
  return Number.isFinite(value) ? decimalText(decimalOf(value)) : String(value);
}

/** A fraction as per cent, `0.12345` -> `12.34 %`: the point is moved in the decimal text, nothing is multiplied. */
export function percent(value: number, places = 2): string {
  if (!Number.isFinite(value)) return String(value);
  const { negative, digits, scale } = decimalOf(value);
  const moved =
    scale >= 2
      ? { negative, digits, scale: scale - 2 }
      : { negative, digits: digits * 10n ** BigInt(2 - scale), scale: 0 };
  return `${decimalText(roundHalfEven(moved, places))} %`;
}

/** Puts a comma between thousands: `1234567.50` -> `1,234,567.50`. */
export function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}
