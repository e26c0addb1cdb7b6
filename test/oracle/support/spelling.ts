const DAY = 86_400_000;
const MICROS = 1000n;

/** One spelling of a value for both sides, by what the column is in the database. */
const SPELLINGS: readonly (readonly [RegExp, (value: string) => string])[] = [
  [
    /^(birth_date|certified_on|valid_until)$/,
    (v) => (/^-?\d+$/.test(v) ? new Date(Number(v) * DAY).toISOString().slice(0, 10) : v.replace('Z', '')),
  ],
  [
    /^(created_at|updated_at|added_at|issued_at|at)$/,
    (v) => fraction((/^\d+$/.test(v) ? instant(BigInt(v)) : v).replace('T', ' ').replace(/Z|\+00(:00)?$/, '')),
  ],
  [
    /^(opens_at|cutoff)$/,
    (v) => fraction((/^\d+$/.test(v) ? timeOfDay(BigInt(v)) : v).replace('Z', '').padStart(8, '0')),
  ],
  [
    /^(active|gift|weekend|is_active|discontinued|success)$/,
    (v) => ({ true: '1', false: '0', '01': '1', '00': '0', t: '1', f: '0' })[v] ?? v,
  ],
  [/^(token|logo)$/, (v) => (/^([0-9a-f]{2})*$/.test(v) ? v : Buffer.from(v, 'base64').toString('hex'))],
  [
    /^(amount_\w+|unit_price|tax|shipping_cost|\w+_discount|\w+_price|cost|max_discount)$/,
    (v) => (v.includes('.') ? v.replace(/\.?0+$/, '') : v),
  ],
  [/^(favourites|features|modalities)$/, json],
];

/** Lists and objects without a choice of blanks and quotes; the oracle of PostgreSQL wrote them as Python does. */
function json(value: string): string {
  try {
    return JSON.stringify(
      JSON.parse(/^[[{]'/.test(value) ? value.replace(/'([^']*)'/g, (_, text) => JSON.stringify(text)) : value),
    );
  } catch {
    return value;
  }
}

function fraction(text: string): string {
  return text.replace(/(\.\d+)?$/, (part) => `.${part.slice(1).padEnd(6, '0')}`);
}

/** Microseconds since the epoch as `YYYY-MM-DD HH:MM:SS.ffffff`. */
function text(micros: bigint): string {
  const rest = String(micros % 1_000_000n).padStart(6, '0');
  return `${new Date(Number(micros / MICROS)).toISOString().slice(0, 19)}.${rest}`;
}

function instant(value: bigint): string {
  return text(value >= 100_000_000_000_000n ? value : value * MICROS);
}

function timeOfDay(value: bigint): string {
  return text(value > BigInt(DAY) ? value : value * MICROS).slice(11);
}

/** A value in the one spelling that both sides share. */
export function spelled(column: string, value: string | null): string | null {
  return value === null ? null : (SPELLINGS.find(([name]) => name.test(column))?.[1](value) ?? value);
}
