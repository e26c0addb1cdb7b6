import { LARGEST_LIST } from '../../ksql/functions/sizes.js';

/**
 * Java's arithmetic and number texts. `ks_fail` raises where evaluated and is not volatile, so that TRY may hold it
 * (`error()` may not).
 */
export const NUMBER_MACROS: readonly string[] = [
  // COALESCE is not used: inside TRY, beside an error, DuckDB 1.5.5 reads another row's value (or crashes).
  `ks_or(x, y) AS CASE WHEN x IS NULL THEN y ELSE x END`,
  `ks_fail(message) AS CAST(message AS BOOLEAN)`,
  // Raises where a condition is null: AND, OR, NOT, CASE and LIKE unbox their operands.
  `ks_known(x) AS CASE WHEN x IS NULL THEN ks_fail('null condition') ELSE x END`,
  `ks_wrap_int(x) AS CAST(((x + 2147483648) & 4294967295) - 2147483648 AS INTEGER)`,
  `ks_wrap_long(x) AS CAST(((x + 9223372036854775808::HUGEINT) & 18446744073709551615::HUGEINT) - 9223372036854775808::HUGEINT AS BIGINT)`,
  // Any HUGEINT: 2^63 may not be added to one near the top.
  `ks_low_long(x) AS ks_wrap_long(x & 18446744073709551615::HUGEINT)`,
  `ks_low_int(x) AS ks_wrap_int(CAST(x & 4294967295::HUGEINT AS BIGINT))`,
  `ks_div_int(a, b) AS ks_wrap_int(CAST(a AS BIGINT) // CASE WHEN b = 0 THEN CAST(ks_fail('division by zero') AS BIGINT) ELSE CAST(b AS BIGINT) END)`,
  `ks_div_long(a, b) AS ks_wrap_long(CAST(a AS HUGEINT) // CASE WHEN b = 0 THEN CAST(ks_fail('division by zero') AS HUGEINT) ELSE CAST(b AS HUGEINT) END)`,
  `ks_mod(a, b) AS CASE WHEN b = 0 THEN CAST(ks_fail('division by zero') AS INTEGER) WHEN b = -1 THEN a - a ELSE a % b END`,
  `ks_remainder(u, v, top) AS CASE WHEN v = 0 OR abs(u // v) >= top THEN CAST(ks_fail('division impossible') AS HUGEINT) ELSE u % v END`,
  `ks_finite(x) AS CASE WHEN isnan(x) OR isinf(x) THEN CAST(ks_fail('not a number') AS DOUBLE) ELSE x END`,
  `ks_power10(n) AS CAST(rpad('1', n + 1, '0') AS HUGEINT)`,
  // The digits of a DECIMAL as an integer.
  `ks_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)`,
  // A quotient in units of the result's scale, or an error where it is not exact ("Rounding necessary").
  `ks_exact(u, v) AS CASE WHEN v = 0 OR u % v <> 0 THEN CAST(ks_fail('rounding necessary') AS HUGEINT) ELSE u // v END`,
  `ks_halfup(u, v) AS CASE WHEN u < 0 THEN -((-u + v // 2) // v) ELSE (u + v // 2) // v END`,
  `ks_double_to_int(x) AS CASE WHEN isnan(x) THEN 0 WHEN x >= 2147483647 THEN 2147483647 WHEN x <= -2147483648 THEN CAST(-2147483648 AS INTEGER) ELSE CAST(trunc(x) AS INTEGER) END`,
  `ks_double_to_long(x) AS CASE WHEN isnan(x) THEN 0::BIGINT WHEN x >= 9223372036854775807::DOUBLE THEN 9223372036854775807 WHEN x <= (-9223372036854775807)::DOUBLE THEN -9223372036854775807 - 1 ELSE CAST(trunc(x) AS BIGINT) END`,
  // Java's Double.toString: plain from 1e-3 up to 1e7, else d.dddE+n; DuckDB's text holds the same shortest digits.
  `ks_science(mantissa, exponent) AS mantissa || CASE WHEN contains(mantissa, '.') THEN '' ELSE '.0' END || 'E' || CAST(exponent AS VARCHAR)`,
  `ks_positive_text(t) AS CASE
    WHEN contains(t, 'e') THEN ks_science(split_part(t, 'e', 1), CAST(split_part(t, 'e', 2) AS INTEGER))
    WHEN starts_with(t, '0.') THEN ks_science(regexp_replace(ltrim(t, '0.'), '^(.)(.)', '\\1.\\2'), -(length(t) - length(ltrim(t, '0.')) - 1))
    ELSE ks_science(regexp_replace(rtrim(replace(t, '.', ''), '0'), '^(.)(.)', '\\1.\\2'), length(split_part(t, '.', 1)) - 1) END`,
  `ks_double_text(x) AS CASE
    WHEN x IS NULL THEN NULL
    WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 10000000) THEN CAST(x AS VARCHAR)
    WHEN isnan(x) THEN 'NaN'
    WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN abs(x) = 5e-324 THEN CASE WHEN x > 0 THEN '4.9E-324' ELSE '-4.9E-324' END
    ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || ks_positive_text(CAST(abs(x) AS VARCHAR)) END`,
  // The exact binary value cut to p digits (half up), then rounded half up at scale s: the unscaled value.
  `ks_cut(digits, exponent, s) AS CASE
    WHEN exponent + s > 37 - length(digits) THEN CAST(ks_fail('out of range') AS HUGEINT)
    WHEN exponent + s >= 0 THEN CAST(digits AS HUGEINT) * ks_power10(exponent + s)
    WHEN exponent + s < -38 THEN 0::HUGEINT
    WHEN exponent + s < -length(digits) THEN 0::HUGEINT
    ELSE ks_halfup(CAST(digits AS HUGEINT), ks_power10(-(exponent + s))) END`,
  `ks_round_digits(t, p) AS CAST(replace(t[1:p + 1], '.', '') AS HUGEINT) + CASE WHEN t[p + 2 + CASE WHEN p = 1 THEN 1 ELSE 0 END] >= '5' THEN 1 ELSE 0 END`,
  // Between 0.44 and 0.56 of a unit the digits decide, cut to p first.
  `ks_clear(y) AS abs(y - floor(y) - 0.5) > 0.06`,
  `ks_double_unscaled(x, p, s) AS CASE
    WHEN s BETWEEN 0 AND 9 AND abs(x) * ks_e(s) < least(1e10, ks_e(p) - 1) AND ks_clear(abs(x) * ks_e(s)) THEN CAST(CASE WHEN x < 0 THEN -floor(abs(x) * ks_e(s) + 0.5) ELSE floor(x * ks_e(s) + 0.5) END AS HUGEINT)
    WHEN isnan(x) OR isinf(x) THEN CAST(ks_fail('not a number') AS HUGEINT)
    WHEN x = 0 THEN 0::HUGEINT
    ELSE CASE WHEN x < 0 THEN -1 ELSE 1 END * ks_cut(
      CAST(ks_round_digits(split_part(format('{:.60e}', abs(x)), 'e', 1), p) AS VARCHAR),
      CAST(split_part(format('{:.60e}', abs(x)), 'e', 2) AS INTEGER) - p + 1, s) END`,
  // Half up toward +infinity, on the shortest decimal text.
  `ks_text_decimal(x) AS CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 18))`,
  `ks_exact_double(d) AS CAST(CAST(d AS VARCHAR) AS DOUBLE)`,
  `ks_round_unscaled(u, v) AS CASE WHEN u >= 0 THEN (u + v // 2) // v ELSE -((-u + (v - 1) // 2) // v) END`,
  // Far from a tie the product tells the whole units, and a quotient of whole DOUBLEs is the nearest one: measured
  // 0.06 s a million rows, the way through the text takes 23 s.
  `ks_e(n) AS CAST('1e' || CAST(n AS VARCHAR) AS DOUBLE)`,
  `ks_near(y, tie) AS abs(y) < 1e10 AND abs(y - floor(y) - tie) > 0.0001`,
  `ks_round_double(x, n) AS CASE
    WHEN n BETWEEN 0 AND 9 AND ks_near(x * ks_e(n), 0.5) THEN floor(x * ks_e(n) + 0.5) / ks_e(n) + 0.0::DOUBLE
    WHEN isnan(x) OR isinf(x) THEN NULL
    WHEN n >= 18 THEN CASE WHEN abs(x) < 1e-30 AND n < 290 THEN 0.0::DOUBLE ELSE x + 0.0::DOUBLE END WHEN n >= 0 AND abs(x) >= 9007199254740992 THEN x + 0.0::DOUBLE
    WHEN abs(x) < 1e19 THEN CASE WHEN n < -19 THEN 0.0::DOUBLE ELSE
      CAST(CAST(ks_round_unscaled(ks_unscaled(ks_text_decimal(x)), ks_power10(18 - n)) AS VARCHAR) || 'e' || CAST(-n AS VARCHAR) AS DOUBLE) + 0.0::DOUBLE END
    WHEN abs(x) < 1e37 THEN CASE WHEN n < -37 THEN 0.0::DOUBLE ELSE
      CAST(CAST(ks_round_unscaled(CAST(CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 0)) AS HUGEINT), ks_power10(-n)) AS VARCHAR) || 'e' || CAST(-n AS VARCHAR) AS DOUBLE) END
    ELSE x END`,
  `ks_trunc_double(x, n) AS CASE
    WHEN n BETWEEN 0 AND 9 AND ks_near(x * ks_e(n), 0) AND ks_near(x * ks_e(n), 1) THEN trunc(x * ks_e(n)) / ks_e(n) + 0.0::DOUBLE
    WHEN isnan(x) OR isinf(x) THEN NULL
    WHEN n >= 18 THEN CASE WHEN abs(x) < 1e-30 AND n < 290 THEN 0.0::DOUBLE ELSE x + 0.0::DOUBLE END WHEN n >= 0 AND abs(x) >= 9007199254740992 THEN x + 0.0::DOUBLE
    WHEN abs(x) < 1e19 THEN CASE WHEN n < -19 THEN 0.0::DOUBLE ELSE
      CAST(CAST(ks_unscaled(ks_text_decimal(x)) // ks_power10(18 - n) AS VARCHAR) || 'e' || CAST(-n AS VARCHAR) AS DOUBLE) + 0.0::DOUBLE END
    WHEN abs(x) < 1e37 THEN CASE WHEN n < -37 THEN 0.0::DOUBLE ELSE
      CAST(CAST(CAST(CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 0)) AS HUGEINT) // ks_power10(-n) AS VARCHAR) || 'e' || CAST(-n AS VARCHAR) AS DOUBLE) END
    ELSE x END`,
  `ks_math_round(x) AS ks_double_to_long(CASE WHEN abs(x) < 4503599627370496 THEN CASE WHEN x - floor(x) >= 0.5 THEN floor(x) + 1 ELSE floor(x) END ELSE x END)`,
  // Rounds an unscaled DECIMAL of scale s at n decimals, ties toward +infinity.
  `ks_round_decimal(u, s, n) AS CASE WHEN n >= s THEN u WHEN s - n > 38 THEN 0::HUGEINT ELSE ks_round_unscaled(u, ks_power10(s - n)) * ks_power10(s - n) END`,
  `ks_trunc_decimal(u, s, n) AS CASE WHEN n >= s THEN u WHEN s - n > 38 THEN 0::HUGEINT ELSE u // ks_power10(s - n) * ks_power10(s - n) END`,
  `ks_cot(x) AS 1.0::DOUBLE / tan(x)`,
  `ks_sqrt(x) AS CASE WHEN x < 0 THEN 'NaN'::DOUBLE ELSE sqrt(x) END`,
  `ks_ln(x) AS CASE WHEN x < 0 THEN 'NaN'::DOUBLE WHEN x = 0 THEN '-Infinity'::DOUBLE ELSE ln(x) END`,
  `ks_log(b, x) AS CASE WHEN b IS NULL OR x IS NULL THEN NULL WHEN b <= 0 OR b = 1 OR x <= 0 THEN 'NaN'::DOUBLE ELSE ks_ln(x) / ks_ln(b) END`,
  `ks_sign(x) AS CASE WHEN x > 0 THEN 1 WHEN x < 0 THEN -1 WHEN x IS NULL THEN NULL ELSE 0 END`,
  `ks_sign_double(x) AS CASE WHEN isnan(x) THEN 0 ELSE ks_sign(x) END`,
  `ks_pow(a, b) AS CASE WHEN isnan(b) OR (abs(a) = 1 AND isinf(b)) THEN CASE WHEN a IS NULL THEN NULL ELSE 'NaN'::DOUBLE END ELSE pow(a, b) END`,
  `ks_series(a, b, step) AS CASE WHEN step = 0 OR abs(CAST(b AS HUGEINT) - a) // abs(CAST(step AS HUGEINT)) > ${LARGEST_LIST} OR (b > a AND step < 0) OR (b < a AND step > 0) THEN NULL ELSE generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(step AS BIGINT)) END`,
  `ks_haversine(a, b, c, d) AS pow(sin(radians(c - a) / 2), 2) + cos(radians(a)) * cos(radians(c)) * pow(sin(radians(d - b) / 2), 2)`,
  `ks_geo(a, b, c, d, radius) AS CASE WHEN abs(a) > 90 OR abs(c) > 90 OR abs(b) > 180 OR abs(d) > 180 THEN NULL ELSE radius * 2 * asin(sqrt(ks_haversine(a, b, c, d))) END`,
  `ks_mod_double(a, b) AS CASE WHEN b = 0 OR isnan(b) OR isinf(a) OR isnan(a) THEN CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE 'NaN'::DOUBLE END WHEN isinf(b) THEN a ELSE a % b END`,
];
