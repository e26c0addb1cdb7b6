/** A list of bits, the highest first, as an integer of any size: doubled and added up from the left. */
const sumOfBits = (bits: string): string =>
  `list_reduce(list_transform(string_split(${bits}, ''), lambda c: c::BIGNUM), lambda a, d: a + a + d)`;

/** Bytes of the longest integer that is read: 2,400 digits. Only PostgreSQL's NUMERIC without a scale can be longer. */
const LONGEST_INTEGER = 1000;

/** Macros that the typed expressions use; made once per connection. */
export const MACROS: readonly string[] = [
  // `00000027:00000ac0:0009` (virtual log file, block, slot) as one number that sorts as it does; Db2's longer ones by their last 60 bits.
  `CREATE OR REPLACE TEMP MACRO pbi_hex(t) AS TRY_CAST('0x' || t AS BIGINT)`,
  `CREATE OR REPLACE TEMP MACRO pbi_lsn(t) AS CASE
    WHEN t IS NULL OR t = 'NULL' OR NOT regexp_full_match(t, '[0-9a-fA-F:]+') THEN NULL
    WHEN regexp_full_match(t, '[0-9a-fA-F]{8}:[0-9a-fA-F]{8}:[0-9a-fA-F]{4}')
      THEN CASE WHEN pbi_hex(t[1:8]) < 16777216 AND pbi_hex(t[10:17]) < 16777216 THEN pbi_hex(t[1:8]) * 549755813888 + pbi_hex(t[10:17]) * 32768 + least(pbi_hex(t[19:22]), 32767) END
    ELSE pbi_hex(right(replace(t, ':', ''), 15)) END`,
  // Oracle's ` 0x000038.00000a10.0010`: sequence, block, offset.
  `CREATE OR REPLACE TEMP MACRO pbi_redo(t) AS CASE WHEN t IS NULL THEN NULL ELSE pbi_hex(right(regexp_replace(replace(t, '0x', ''), '[^0-9a-fA-F]', '', 'g'), 15)) END`,
  // Lambdas bind an argument once: written out each time it stands in a macro, it would take the planner a tenth of a second.
  // Two's complement, big-endian, longer than the 16 bytes that a HUGEINT holds: DECIMAL(65, 30) takes 28.
  `CREATE OR REPLACE TEMP MACRO "pbi_long_integer"(b) AS list_transform([b::BIT::VARCHAR], lambda t: CASE WHEN t[1] = '1' THEN '-' || (${sumOfBits("translate(t, '01', '10')")} + 1::BIGNUM)::VARCHAR ELSE ${sumOfBits('t')}::VARCHAR END)[1]`,
  `CREATE OR REPLACE TEMP MACRO "pbi_bytes_integer"(b) AS CASE WHEN octet_length(b) = 0 OR octet_length(b) > ${LONGEST_INTEGER} THEN NULL WHEN octet_length(b) <= 16 THEN ((repeat(CASE WHEN get_bit(b::BIT, 0) = 1 THEN '\\xFF'::BLOB ELSE '\\x00'::BLOB END, greatest(16 - octet_length(b), 0)) || b)::BIT::HUGEINT)::VARCHAR ELSE pbi_long_integer(b) END`,
  `CREATE OR REPLACE TEMP MACRO "pbi_integer"(v) AS TRY(list_transform([from_base64(v)], lambda b: pbi_bytes_integer(b))[1])`,
  `CREATE OR REPLACE TEMP MACRO "pbi_scaled"(u, s) AS list_transform([struct_pack(t := u::VARCHAR, n := s)], lambda d: CASE WHEN d.n < 0 THEN d.t || CASE WHEN d.t = '0' THEN '' ELSE repeat('0', least(-d.n, 4000)) END WHEN d.n = 0 THEN d.t ELSE (CASE WHEN d.t LIKE '-%' THEN '-' ELSE '' END) || left(lpad(ltrim(d.t, '-'), greatest(length(ltrim(d.t, '-')), d.n + 1)::INTEGER, '0'), -d.n) || '.' || right(lpad(ltrim(d.t, '-'), greatest(length(ltrim(d.t, '-')), d.n + 1)::INTEGER, '0'), d.n) END)[1]`,
  `CREATE OR REPLACE TEMP MACRO "pbi_variable"(v) AS pbi_scaled(pbi_integer(TRY(json_extract_string(v, '$.value'))), TRY_CAST(TRY(json_extract_string(v, '$.scale')) AS INTEGER))`,
  `CREATE OR REPLACE TEMP MACRO "pbi_base64"(v) AS (length(v) % 4 = 0 AND regexp_full_match(v, '[A-Za-z0-9+/]+={0,2}'))`,
  `CREATE OR REPLACE TEMP MACRO "pbi_number"(v) AS regexp_full_match(v, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')`,
  // Up to 15 digits a number is spelled as the reader spells a double, so that its text does not depend on its neighbours.
  `CREATE OR REPLACE TEMP MACRO "pbi_number_text"(v) AS CASE WHEN pbi_number(v) AND regexp_matches(v, '[.eE]') AND length(regexp_replace(split_part(lower(v), 'e', 1), '[^0-9]', '', 'g')) <= 15 THEN TRY_CAST(v AS DOUBLE)::VARCHAR ELSE v END`,
  `CREATE OR REPLACE TEMP MACRO "pbi_fits"(v, s) AS CASE WHEN contains(v, 'e') OR contains(v, 'E') THEN coalesce(TRY_CAST(v AS DOUBLE) = round(TRY_CAST(v AS DOUBLE), s), false) ELSE instr(v, '.') = 0 OR strlen(v) - instr(v, '.') <= s OR length(rtrim(v, '0')) - instr(v, '.') <= s END`,
  // Little-endian bits as their bytes with the highest first, and as the 0s and 1s that the database shows.
  `CREATE OR REPLACE TEMP MACRO "pbi_reversed"(v) AS array_to_string(list_reverse(regexp_extract_all(hex(from_base64(v)), '..')), '')`,
  `CREATE OR REPLACE TEMP MACRO "pbi_bits_integer"(v) AS TRY(list_transform([unhex('00' || pbi_reversed(v))], lambda b: pbi_bytes_integer(b))[1])`,
  `CREATE OR REPLACE TEMP MACRO "pbi_bits_text"(v, n) AS TRY(right(lpad(unhex(pbi_reversed(v))::BIT::VARCHAR, greatest(n, length(from_base64(v)::BIT::VARCHAR))::INTEGER, '0'), n))`,
  // Integer division that rounds down, also before 1970: DuckDB's own cuts towards zero.
  `CREATE OR REPLACE TEMP MACRO "pbi_floor"(n, d) AS (n // d - CASE WHEN n < 0 AND n % d <> 0 THEN 1 ELSE 0 END)`,
  // Only what reads like a date: DuckDB's cast would take a bare year as well.
  `CREATE OR REPLACE TEMP MACRO "pbi_instant"(v) AS CASE WHEN v LIKE '%____-__-__%' THEN epoch_us(coalesce(TRY_CAST(v AS TIMESTAMPTZ), TRY_CAST(rtrim(v, 'Z') AS TIMESTAMPTZ))) END`,
  // A day of the calendar that databases know: from 4713 BC to the last year of a TIMESTAMP. Others are PostgreSQL's infinity.
  `CREATE OR REPLACE TEMP MACRO "pbi_day"(n) AS CASE WHEN n BETWEEN -2440588 AND 106751991 THEN DATE '1970-01-01' + n::INTEGER END`,
  `CREATE OR REPLACE TEMP MACRO "pbi_stamp"(n) AS CASE WHEN n BETWEEN -210866803200000000 AND 9223371331199999999 THEN make_timestamp(n) END`,
  `CREATE OR REPLACE TEMP MACRO "pbi_time"(n) AS CASE WHEN n >= 0 AND n < 86400000000 THEN TIME '00:00:00' + to_microseconds(n) END`,
  `CREATE OR REPLACE TEMP MACRO "pbi_day_text"(d) AS CASE WHEN year(d) BETWEEN 0 AND 9999 THEN '' WHEN year(d) < 0 THEN '-' ELSE '+' END || lpad(abs(year(d))::VARCHAR, greatest(4, length(abs(year(d))::VARCHAR))::INTEGER, '0') || strftime(d, '-%m-%d')`,
  `CREATE OR REPLACE TEMP MACRO "pbi_fraction"(us, rest) AS rtrim(rtrim('.' || lpad(us::VARCHAR, 6, '0') || lpad(rest::VARCHAR, 3, '0'), '0'), '.')`,
  `CREATE OR REPLACE TEMP MACRO "pbi_stamp_text"(us, rest) AS pbi_day_text(pbi_stamp(us)::DATE) || strftime(pbi_stamp(us), 'T%H:%M:%S') || pbi_fraction(us - pbi_floor(us, 1000000) * 1000000, rest) || 'Z'`,
  `CREATE OR REPLACE TEMP MACRO "pbi_time_text"(negative, us, rest) AS (CASE WHEN negative THEN '-' ELSE '' END) || lpad((us // 3600000000)::VARCHAR, greatest(2, length((us // 3600000000)::VARCHAR))::INTEGER, '0') || ':' || lpad((us // 60000000 % 60)::VARCHAR, 2, '0') || ':' || lpad((us // 1000000 % 60)::VARCHAR, 2, '0') || pbi_fraction(us % 1000000, rest)`,
  // What a number of a unit says, as ISO 8601 text. A number that is no time of a calendar stays the number.
  `CREATE OR REPLACE TEMP MACRO "pbi_iso"(v, unit) AS list_transform([struct_pack(n := TRY_CAST(v AS BIGINT), u := unit)], lambda d: CASE
    WHEN d.n IS NULL OR d.u IS NULL THEN NULL
    WHEN d.u = 'd' THEN pbi_day_text(pbi_day(d.n))
    WHEN d.u = 'ms' THEN CASE WHEN abs(d.n // 1000) < 9000000000000 THEN pbi_stamp_text(d.n * 1000, 0) END
    WHEN d.u = 'us' THEN pbi_stamp_text(d.n, 0)
    WHEN d.u = 'ns' THEN pbi_stamp_text(pbi_floor(d.n, 1000), d.n - pbi_floor(d.n, 1000) * 1000)
    WHEN d.n = -9223372036854775808 THEN NULL
    WHEN d.u = 'tms' THEN CASE WHEN abs(d.n) < 9000000000000000 THEN pbi_time_text(d.n < 0, abs(d.n) * 1000, 0) END
    WHEN d.u = 'tus' THEN pbi_time_text(d.n < 0, abs(d.n), 0)
    WHEN d.u = 'tns' THEN pbi_time_text(d.n < 0, abs(d.n) // 1000, abs(d.n) % 1000) END)[1]`,
];
