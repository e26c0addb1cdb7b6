/** A random source of a seed (mulberry32), with the draws that shops need. */
export function random(seed) {
  let state = (seed * 7919 + 13) | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean) => {
    const limit = Math.exp(-mean);
    let n = -1;
    for (let product = 1; product > limit; n++) product *= uniform();
    return n;
  };
  return { uniform, normal, poisson };
}

const DAY = 86_400_000;
/** Mondays are better than Sundays. */
const WEEK = [1.1, 1.05, 1, 1, 1.1, 0.8, 0.7];

/**
 * Orders of a shop day by day: `days` of them from `start` on, `rate` orders a day, each around 100 with the coefficient of variation `spread`.
 * `factor(t, day)` multiplies the expected orders of day t. Gives SQL of a relation with the columns of ORDERS_PLACED and ORDERS_WITH_DISCOUNT.
 */
export function dailyOrders({ seed, start, days, rate = 12, spread = 0.5, factor = () => 1 }) {
  const { uniform, normal, poisson } = random(seed);
  const phase = uniform() * 2 * Math.PI;
  const sigma = Math.sqrt(Math.log(1 + spread * spread));
  const first = Date.parse(`${start}T00:00:00Z`);
  const rows = [];
  for (let t = 0; t < days; t++) {
    const at = first + t * DAY;
    const weekday = (new Date(at).getUTCDay() + 6) % 7;
    const n = poisson(rate * WEEK[weekday] * factor(t, { phase, at }));
    for (let i = 0; i < n; i++) {
      const amount = 100 * Math.exp(sigma * normal() - (sigma * sigma) / 2);
      rows.push(`(${rows.length + 1},${Math.floor(uniform() * 400)},${amount.toFixed(2)},${at + Math.floor(uniform() * DAY)})`);
    }
  }
  const sql = `SELECT a::BIGINT AS "ORDER_ID", b::BIGINT AS "PATIENT_ID", 1::BIGINT AS "RESPONSIBLE_ID", 'none' AS "DISCOUNT_LEVEL",
NULL::DECIMAL(5,2) AS "DISCOUNT", 'proven' AS "DISCOUNT_BASIS", c::DECIMAL(18,2) AS "AMOUNT_SUBTOTAL", c::DECIMAL(18,2) AS "AMOUNT_TOTAL",
'paid' AS "STATUS", d::BIGINT AS "EVENT_TS" FROM (VALUES ${rows.join(',')}) v(a, b, c, d)`;
  return { sql, firstEvent: first, lastEvent: first + days * DAY - 1 };
}

/** A yearly wave of so much up and down. */
export const wave = (size, { phase, at }) => 1 + size * Math.sin((2 * Math.PI * at) / DAY / 365.2425 + phase);

export const dayOf = (start, t) => new Date(Date.parse(`${start}T00:00:00Z`) + t * DAY).toISOString().slice(0, 10);

/** SQL of a relation out of rows, and its columns: `{ NAME: 'BIGINT' }` and rows in their order. */
export function relationOf(columns, rows) {
  const cell = (value) => (value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`);
  const names = Object.keys(columns);
  const cast = names.map((name) => `CAST("${name}" AS ${columns[name]}) AS "${name}"`).join(', ');
  const values = rows.map((row) => `(${row.map(cell).join(',')})`).join(',');
  const kind = (type) => {
    const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
    if (precision !== undefined) return { kind: 'DECIMAL', precision: Number(precision), scale: Number(scale) };
    return { kind: type === 'VARCHAR' ? 'STRING' : type };
  };
  return {
    sql: `SELECT ${cast} FROM (VALUES ${values}) v(${names.map((name) => `"${name}"`).join(', ')})`,
    columns: names.map((name) => ({ name, type: kind(columns[name]) })),
  };
}
