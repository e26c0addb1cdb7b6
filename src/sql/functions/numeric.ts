import { DOUBLE, duckType } from '../../ksql/types.js';
import { castTo } from '../casts.js';
import { heldDigits, scaled, unscaled } from '../decimal.js';
import type { Call, Template } from './template.js';

/** A function of DuckDB over DOUBLEs; TRY because DuckDB refuses what Java answers with NaN. */
function double(name: string, safe = true): Template {
  return (c) => {
    const args = c.args.map((a, i) => (c.types[i] == null ? `CAST(${a} AS DOUBLE)` : castTo(a, c.types[i]!, DOUBLE)));
    const call = `${name}(${args.join(', ')})`;
    return safe
      ? call
      : `ks_or(TRY(${call}), CASE WHEN ${args.map((a) => `${a} IS NULL`).join(' OR ')} THEN NULL ELSE 'NaN'::DOUBLE END)`;
  };
}

function rounding(c: Call, kind: 'round' | 'trunc'): string {
  const [x, n] = c.args as [string, string | undefined];
  const type = c.types[0];
  if (type?.kind === 'INTEGER' || type?.kind === 'BIGINT') return `CAST(${x} AS BIGINT)`;
  if (type?.kind === 'DECIMAL') {
    const { precision, scale } = heldDigits(type);
    const rounded = `ks_${kind}_decimal(${unscaled(x, type)}, ${scale}, ${n ?? '0'})`;
    // 99.99 rounds to 100 in a DECIMAL(4, 2): the dialect does not look at the precision again.
    const whole = scaled(rounded, { precision: Math.min(38, precision + 1), scale });
    return n === undefined ? `CAST(${whole} AS DECIMAL(${Math.min(38, precision - scale + 1)},0))` : whole;
  }
  if (n === undefined) return kind === 'round' ? `ks_math_round(${x})` : `ks_double_to_long(${x})`;
  return `TRY(ks_${kind}_double(${x}, ${n}))`;
}

function whole(c: Call, name: 'ceil' | 'floor'): string {
  const [x] = c.args as [string];
  const type = c.types[0];
  if (type?.kind === 'INTEGER' || type?.kind === 'BIGINT') return x;
  if (type?.kind !== 'DECIMAL') return `${name}(${x})`;
  const held = heldDigits(type);
  const wide = { precision: Math.min(38, held.precision + 1), scale: held.scale };
  return `CAST(${name}(CAST(${x} AS DECIMAL(${wide.precision},${wide.scale}))) AS DECIMAL(${wide.precision},${wide.scale}))`;
}

function best(c: Call, name: 'greatest' | 'least'): string {
  const bytes = c.type.kind === 'BYTES';
  return bytes
    ? `ks_${name}_bytes([${c.args.join(', ')}])`
    : c.args.length === 1
      ? c.args[0]!
      : `${name}(${c.args.join(', ')})`;
}

function absolute(c: Call): string {
  const [x] = c.args as [string];
  if (c.type.kind === 'INTEGER') return `ks_wrap_int(abs(CAST(${x} AS BIGINT)))`;
  if (c.type.kind === 'BIGINT') return `ks_wrap_long(abs(CAST(${x} AS HUGEINT)))`;
  return `abs(${x})`;
}

function series(c: Call): string {
  const [a, b, step] = c.args as [string, string, string | undefined];
  const sql = `ks_series(${a}, ${b}, ${step ?? `CASE WHEN ${b} < ${a} THEN -1 ELSE 1 END`})`;
  return `CAST(${sql} AS ${duckType(c.type)})`;
}

function distance(c: Call): string {
  const [a, b, d, e, unit] = c.args as [string, string, string, string, string | undefined];
  if (unit === undefined) return `ks_geo(${a}, ${b}, ${d}, ${e}, 6371)`;
  const radius = `CASE WHEN lower(${unit}) LIKE 'mi%' THEN 3959 WHEN lower(${unit}) LIKE 'k%' THEN 6371 END`;
  return `ks_geo(${a}, ${b}, ${d}, ${e}, ${radius})`;
}

/** SQL of the numeric functions. */
export const NUMERIC_SQL: Readonly<Record<string, Template>> = {
  ABS: absolute,
  ACOS: double('acos', false),
  ASIN: double('asin', false),
  ATAN: double('atan'),
  ATAN2: double('atan2'),
  CBRT: double('cbrt'),
  CEIL: (c) => whole(c, 'ceil'),
  COS: double('cos', false),
  COSH: double('cosh'),
  COT: double('ks_cot', false),
  DEGREES: double('degrees'),
  EXP: double('exp'),
  FLOOR: (c) => whole(c, 'floor'),
  GENERATE_SERIES: series,
  GEO_DISTANCE: distance,
  GREATEST: (c) => best(c, 'greatest'),
  LEAST: (c) => best(c, 'least'),
  LN: double('ks_ln'),
  LOG: logarithm,
  PI: 'pi()',
  POWER: double('ks_pow', false),
  RADIANS: double('radians'),
  ROUND: (c) => rounding(c, 'round'),
  SIGN: (c) => (c.types[0]?.kind === 'DOUBLE' ? `ks_sign_double(${c.args[0]})` : `ks_sign(${c.args[0]})`),
  SIN: double('sin', false),
  SINH: double('sinh'),
  SQRT: double('ks_sqrt'),
  TAN: double('tan', false),
  TANH: double('tanh'),
  TRUNC: (c) => rounding(c, 'trunc'),
};

function logarithm(c: Call): string {
  const template = double(c.args.length === 1 ? 'ks_ln' : 'ks_log');
  return typeof template === 'string' ? template : template(c);
}
