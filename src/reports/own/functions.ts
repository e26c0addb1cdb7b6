/**
 * What a user's report may call: functions of DuckDB whose result follows from their arguments alone. Anything else is refused,
 * also what a later version of the engine brings. Names in lower case; operators by the names that the engine gives them.
 */
const NAMES = `
  + - * / // % ** ^ & | ~ << >> || ~~ !~~ ~~* !~~* ~~~ @> <@ && -> ->> ! !__postfix
  abs acos add asin atan atan2 bit_count cbrt ceil ceiling cos cot degrees divide even exp factorial fdiv floor fmod gamma gcd
  greatest greatest_common_divisor isfinite isinf isnan lcm least least_common_multiple lgamma ln log log10 log2 mod multiply pi pow
  power radians round round_even roundbankers sign signbit sin sqrt subtract tan trunc xor equi_width_bins
  ascii bar base64 bin bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein editdist3 ends_with
  format format_bytes from_base64 hamming hex ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity lcase left
  left_grapheme len length length_grapheme levenshtein like_escape lower lpad ltrim md5 mismatches nfc_normalize not_ilike_escape
  not_like_escape nullif octet_length ord position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match
  regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right right_grapheme rpad rtrim sha256 split split_part
  starts_with str_split str_split_regex string_split string_split_regex strip_accents strlen strpos substr substring
  substring_grapheme suffix to_base to_base64 to_hex translate trim ucase unbin unhex unicode upper url_decode url_encode
  century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek
  dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian last_day make_date make_time
  make_timestamp make_timestamp_ms make_timestamp_ns microsecond millennium millisecond minute month monthname nanosecond quarter second
  strftime strptime time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds
  to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years try_strptime week weekday
  weekofyear year yearweek
  array_append array_concat array_contains array_distinct array_extract array_filter array_has array_has_all array_has_any array_length
  array_position array_prepend array_reverse array_reverse_sort array_slice array_sort array_to_string array_transform array_unique
  array_value cardinality element_at filter flatten generate_series list_append list_apply list_avg list_concat list_contains list_count
  list_distinct list_element list_extract list_filter list_has list_has_all list_has_any list_intersect list_max list_median list_min
  list_pack list_position list_prepend list_reduce list_reverse list_reverse_sort list_select list_slice list_sort list_sum
  list_transform list_unique list_value list_where list_zip map map_concat map_contains map_entries map_extract map_from_entries
  map_keys map_values range reduce row struct_extract struct_insert struct_keys struct_pack struct_values unnest
  avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg fsum geomean
  geometric_mean group_concat histogram kahan_sum kurtosis kurtosis_pop list listagg array_agg mad max max_by mean median min min_by
  mode arg_max arg_min arg_max_null arg_min_null argmax argmin product quantile quantile_cont quantile_disc regr_avgx regr_avgy
  regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp string_agg sum
  sum_no_overflow sumkahan var_pop var_samp variance wavg weighted_avg
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
  bit_position constant_or_null grouping grouping_id json_array_length json_extract json_extract_string json_keys json_type
  json_valid`;

/** The functions that a report may call. */
export const FUNCTIONS: ReadonlySet<string> = new Set(NAMES.split(/\s+/).filter((name) => name !== ''));

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((name) => name !== ''));

/** Aggregates that hand on values of single rows, in a list or as the value of another column. */
export const WHOLE_ROWS =
  words(`array_agg arg_max arg_max_null arg_min arg_min_null argmax argmin group_concat histogram list listagg
  max_by min_by string_agg`);

/** Aggregates whose result is the value of one row. */
export const SINGLE_VALUES = words('min max median mode mad quantile quantile_cont quantile_disc');

/** Aggregates to which a row with 0 adds nothing. */
export const SUMS = words('avg favg fsum kahan_sum mean sum sum_no_overflow sumkahan');

/** All aggregates of the list above. */
export const AGGREGATES: ReadonlySet<string> = new Set([
  ...WHOLE_ROWS,
  ...SINGLE_VALUES,
  ...SUMS,
  ...words(`bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy geomean
    geometric_mean kurtosis kurtosis_pop product regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
    regr_syy sem skewness stddev stddev_pop stddev_samp var_pop var_samp variance wavg weighted_avg`),
]);

/** Functions that may stand where a table does. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest']);

/** Words that read like a column and ask for the clock, the session or the place of a row instead. */
export const NO_COLUMNS: ReadonlySet<string> = new Set([
  'current_catalog',
  'current_database',
  'current_date',
  'current_role',
  'current_schema',
  'current_time',
  'current_timestamp',
  'current_user',
  'localtime',
  'localtimestamp',
  'rowid',
  'session_user',
  'user',
]);

/** Why a function is refused, where there is more to say than that it is not on the list. */
export function refusalOf(name: string): string {
  if (/^(random|uuid|uuidv4|uuidv7|gen_random_uuid|setseed|reservoir_.*)$/.test(name)) return 'its result is random';
  if (/^(now|today|age|ago|current_.*|get_current_.*|transaction_timestamp|local.*)$/.test(name))
    return 'its result depends on the clock or the session';
  if (/^(any_value|arbitrary|first|last|approx_.*)$/.test(name))
    return 'its result depends on the order in which rows happen to come; min, max, arg_min and arg_max do not';
  return 'reports call only functions whose result follows from their arguments';
}
