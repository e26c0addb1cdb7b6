/** DATE, TIME and TIMESTAMP in Java's texts, and zones by Java's names and offsets. */
export const TIME_MACROS: readonly string[] = [
  `ks_pad(n, width) AS CASE WHEN n < 0 THEN '-' || lpad(CAST(-n AS VARCHAR), CAST(greatest(width, length(CAST(-n AS VARCHAR))) AS INTEGER), '0') ELSE lpad(CAST(n AS VARCHAR), CAST(greatest(width, length(CAST(n AS VARCHAR))) AS INTEGER), '0') END`,
  `ks_year(n, width, plus) AS CASE WHEN plus AND n >= CAST(pow(10, width) AS BIGINT) THEN '+' ELSE '' END || ks_pad(n, width)`,
  `ks_date_text(d) AS ks_year(year(d), 4, TRUE) || '-' || ks_pad(month(d), 2) || '-' || ks_pad(day(d), 2)`,
  `ks_time_text(t) AS ks_pad(hour(t), 2) || ':' || ks_pad(minute(t), 2) || CASE WHEN second(t) = 0 THEN '' ELSE ':' || ks_pad(second(t), 2) END`,
  `ks_timestamp_text(t) AS ks_year(year(t), 4, TRUE) || strftime(t, '-%m-%dT%H:%M:%S.%g')`,
  `ks_sql_timestamp_text(t) AS ks_year(year(t), 4, FALSE) || strftime(t, '-%m-%d %H:%M:%S.') || CASE WHEN millisecond(t) % 1000 = 0 THEN '0' ELSE rtrim(strftime(t, '%g'), '0') END`,
  `ks_months() AS ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']`,
  `ks_weekdays() AS ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']`,
  // Weeks start on Sunday; the first one holds January 1.
  `ks_week_start(y) AS make_date(y, 1, 1) - CAST(dayofweek(make_date(y, 1, 1)) AS INTEGER)`,
  `ks_week_year(t) AS year(CAST(t AS DATE) - CAST(dayofweek(t) AS INTEGER) + 6)`,
  `ks_week(t) AS date_diff('day', ks_week_start(ks_week_year(t)), CAST(t AS DATE)) // 7 + 1`,
  `ks_week_of_month(t) AS (day(t) + dayofweek(CAST(date_trunc('month', t) AS DATE)) - 1) // 7 + 1`,
  `ks_milli_of_day(t) AS hour(t) * 3600000 + minute(t) * 60000 + millisecond(t) % 60000`,
  `ks_day_period(h, m) AS CASE WHEN h = 0 AND m = 0 THEN 'midnight' WHEN h = 12 AND m = 0 THEN 'noon' WHEN h < 6 THEN 'at night' WHEN h < 12 THEN 'in the morning' WHEN h < 18 THEN 'in the afternoon' WHEN h < 21 THEN 'in the evening' ELSE 'at night' END`,
  `ks_offset_parts(o, colon, seconds) AS CASE WHEN o < 0 THEN '-' ELSE '+' END || ks_pad(abs(o) // 3600, 2) || CASE WHEN colon THEN ':' ELSE '' END || ks_pad(abs(o) // 60 % 60, 2) || CASE WHEN seconds AND abs(o) % 60 <> 0 THEN CASE WHEN colon THEN ':' ELSE '' END || ks_pad(abs(o) % 60, 2) ELSE '' END`,
  `ks_offset(o, n, zulu) AS CASE
    WHEN o = 0 AND zulu IS NOT NULL THEN zulu
    WHEN n = 1 THEN ks_offset_parts(o, FALSE, FALSE)[1:3] || CASE WHEN abs(o) // 60 % 60 = 0 THEN '' ELSE ks_pad(abs(o) // 60 % 60, 2) END
    WHEN n = 2 THEN ks_offset_parts(o, FALSE, FALSE) WHEN n = 3 THEN ks_offset_parts(o, TRUE, FALSE)
    WHEN n = 4 THEN ks_offset_parts(o, FALSE, TRUE) ELSE ks_offset_parts(o, TRUE, TRUE) END`,
  `ks_offset_gmt(o, long) AS CASE WHEN o = 0 THEN 'GMT' WHEN long THEN 'GMT' || ks_offset_parts(o, TRUE, TRUE) ELSE 'GMT' || CASE WHEN o < 0 THEN '-' ELSE '+' END || CAST(abs(o) // 3600 AS VARCHAR) || CASE WHEN abs(o) // 60 % 60 = 0 THEN '' ELSE ':' || ks_pad(abs(o) // 60 % 60, 2) END END`,
  `ks_zone_name(zone, o, long) AS CASE WHEN zone IN ('UTC', 'Z') AND NOT long THEN 'UTC' WHEN zone = 'GMT' THEN CASE WHEN long THEN 'Greenwich Mean Time' ELSE 'GMT' END WHEN zone = 'UTC' THEN 'Coordinated Universal Time' ELSE zone END`,
  `ks_millis(t) AS epoch_ms(t)`,
  `ks_from_millis(n) AS make_timestamp_ms(n)`,
  String.raw`ks_to_date(s) AS TRY(CASE WHEN regexp_full_match(ks_trim(s), '[0-9]{4}') THEN CAST(ks_trim(s) || '-01-01' AS DATE) WHEN regexp_full_match(ks_trim(s), '[0-9]{4}-[0-9]{2}') THEN CAST(ks_trim(s) || '-01' AS DATE) WHEN regexp_full_match(ks_trim(s), '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN CAST(ks_trim(s) AS DATE) END)`,
  String.raw`ks_to_time(s) AS TRY(CASE WHEN regexp_full_match(ks_trim(s), '[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?') AND ks_trim(s) < '24' THEN CAST(CASE WHEN length(ks_trim(s)) = 5 THEN ks_trim(s) || ':00' ELSE ks_trim(s)[1:12] END AS TIME) END)`,
  String.raw`ks_iso_offset(z) AS CASE WHEN z = '' OR z = 'Z' THEN 0 ELSE CASE WHEN z[1] = '-' THEN -1 ELSE 1 END * (CAST(z[2:3] AS INTEGER) * 3600 + CAST(replace(z, ':', '')[4:5] AS INTEGER) * 60) END`,
  String.raw`ks_iso_local(d, t) AS CAST(CASE length(d) WHEN 4 THEN d || '-01-01' WHEN 7 THEN d || '-01' ELSE d END AS DATE) + CAST(CASE length(t) WHEN 0 THEN '00:00:00' WHEN 2 THEN t || ':00:00' WHEN 5 THEN t || ':00' ELSE t END AS TIME)`,
  String.raw`ks_iso_part(s, n) AS regexp_extract(ks_trim(s), '^([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:T([0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?)?)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$', n)`,
  `ks_to_timestamp(s) AS TRY(CASE WHEN ks_iso_part(s, 1) <> '' THEN ks_iso_local(ks_iso_clamp(ks_iso_part(s, 1)), ks_iso_part(s, 2)) - to_seconds(ks_iso_offset(ks_iso_part(s, 3))) END)`,
  // Day 29 to 31 of a shorter month is its last day.
  `ks_iso_clamp(d) AS CASE WHEN length(d) = 10 AND d[9:10] BETWEEN '29' AND '31' THEN CAST(least(make_date(CAST(d[1:4] AS INTEGER), CAST(d[6:7] AS INTEGER), 1) + CAST(d[9:10] AS INTEGER) - 1, last_day(make_date(CAST(d[1:4] AS INTEGER), CAST(d[6:7] AS INTEGER), 1))) AS VARCHAR) ELSE d END`,
  // Through milliseconds, cut toward 1970.
  `ks_add_days(d, millis) AS CAST(DATE '1970-01-01' + CAST((date_diff('day', DATE '1970-01-01', d) * 86400000 + millis) // 86400000 AS INTEGER) AS DATE)`,
  // Java's nanoseconds stop at 2^63.
  `ks_nanos(millis) AS CASE WHEN millis > 9223372036854 THEN 9223372036854 WHEN millis < -9223372036854 THEN -9223372036855 ELSE millis END`,
  `ks_add_time(t, millis) AS CAST(t + to_milliseconds(CAST(((ks_nanos(millis) % 86400000) + 86400000) % 86400000 AS BIGINT)) AS TIME)`,
  `ks_add_timestamp(t, millis) AS make_timestamp_ms(epoch_ms(t) + millis)`,
  String.raw`ks_text_offset(z) AS CASE WHEN z IN ('', 'Z', 'z', 'GMT') THEN 0 ELSE CASE WHEN contains(z, '-') THEN -1 ELSE 1 END * ks_offset_seconds(rpad(CASE WHEN regexp_matches(z, '[+-][0-9](:|$)') THEN '0' ELSE '' END || regexp_replace(z, '[^0-9]', '', 'g'), 6, '0')) END`,
  `ks_offset_seconds(d) AS CAST(d[1:2] AS INTEGER) * 3600 + CAST(d[3:4] AS INTEGER) * 60 + CAST(d[5:6] AS INTEGER)`,
  // Zone names in a text: regions, and the abbreviations that Java knows in English.
  String.raw`ks_text_zone(z) AS CASE WHEN contains(z, '/') THEN z ELSE CASE upper(z) WHEN 'UTC' THEN 'UTC' WHEN 'GMT' THEN 'UTC' WHEN 'Z' THEN 'UTC' WHEN 'PST' THEN 'America/Los_Angeles' WHEN 'PDT' THEN 'America/Los_Angeles' WHEN 'MST' THEN 'America/Denver' WHEN 'MDT' THEN 'America/Denver' WHEN 'CST' THEN 'America/Chicago' WHEN 'CDT' THEN 'America/Chicago' WHEN 'EST' THEN 'America/New_York' WHEN 'EDT' THEN 'America/New_York' WHEN 'BST' THEN 'Europe/London' WHEN 'CET' THEN 'Europe/Paris' WHEN 'CEST' THEN 'Europe/Paris' WHEN 'EET' THEN 'Europe/Helsinki' WHEN 'EEST' THEN 'Europe/Helsinki' WHEN 'JST' THEN 'Asia/Tokyo' WHEN 'IST' THEN 'Asia/Kolkata' END END`,
];
