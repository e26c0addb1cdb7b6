/**
 * Numbers inside sentences. A double stands for its shortest decimal text, which is rounded half to even, as the output
 * forms do in tables, so that a sentence and its table show the same digits.
 */

/** A number with `places` decimals, without grouping; never "-0.00". */
export function decimals(value: number, places: number): string {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const drop = fraction.length - Number(exponent) - places;
  let digits = BigInt(whole + fraction);
  if (drop <= 0) digits *= 10n ** BigInt(-drop);
  else {
    const unit = 10n ** BigInt(drop);
    const twice = (digits % unit) * 2n;
    digits = digits / unit;
    if (twice > unit || (twice === unit && digits % 2n === 1n)) digits += 1n;
  }
  const text = digits.toString().padStart(places + 1, '0');
  const point = text.length - places;
  const sign = value < 0 && digits !== 0n ? '-' : '';
  return `${sign}${text.slice(0, point)}${places > 0 ? `.${text.slice(point)}` : ''}`;
}

/** Money with its sign always written: `+34.60`, `-3.39`, `0.00`. */
export function signedMoney(value: number): string {
  const text = decimals(value, 2);
  return value > 0 && text !== '0.00' ? `+${text}` : text;
}

/** A test's p as tables print it: four decimals, `<0.0001` below. */
export function pText(p: number): string {
  return p < 0.0001 ? '<0.0001' : decimals(p, 4);
}

/** A confidence level as per cent: 0.95 is `95 %`. */
export function percentText(share: number): string {
  return `${Number(decimals(share * 100, 4))} %`;
}

/** `one`, `one and two`, `one, two and three`. */
export function listing(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `1 order`, `2 orders`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Thousands apart: `1234567.50` is `1,234,567.50`. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

/** An amount for eyes: thousands apart, no decimals from a thousand on, its currency behind it where one is known. */
export function moneyText(value: number, currency: string | null): string {
  const text = grouped(decimals(value, Math.abs(value) >= 1000 ? 0 : 2));
  return currency === null ? text : `${text} ${currency}`;
}

/** The same with its sign always written. */
export function signedAmount(value: number, currency: string | null): string {
  return value > 0 ? `+${moneyText(value, currency)}` : moneyText(value, currency);
}

/** A share for eyes, one style everywhere: `53 %`, below ten per cent with a decimal, `9.4 %`. */
export function shareText(share: number): string {
  return `${decimals(share * 100, Math.abs(share) < 0.0995 ? 1 : 0)} %`;
}

/** A change for eyes: `+2.1 %`, `-12 %`. */
export function changeText(share: number): string {
  const text = shareText(share);
  return share > 0 && !/^0(\.0)? %$/.test(text) ? `+${text}` : text;
}

/** A whole number for eyes: `4,458`. */
export function countText(n: number): string {
  return grouped(String(n));
}
