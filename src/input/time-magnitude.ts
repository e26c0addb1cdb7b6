/** From these numbers on, an instant without a unit is one in microseconds, in nanoseconds: years 1973 to 5138 have 15 digits or more. */
export const MICROSECONDS_FROM = 100_000_000_000_000;
export const NANOSECONDS_FROM = 100_000_000_000_000_000;
/** Below this a number of a DATE is days: up to the year 29349, or less than three hours around 1970 in milliseconds. */
export const DAYS_BELOW = 10_000_000;
/** Up to this a number of a TIME is milliseconds. */
export const DAY_MILLISECONDS = 86_400_000;
/** A count of seconds of the years 2001 to 2286; of milliseconds these would be the first months of 1970. */
export const SECONDS_FROM = 1_000_000_000;
export const SECONDS_TO = 9_999_999_999;
/** A count of days of the years 2000 to 2050 since the epoch, and since 1899-12-30, as spreadsheets count; both would be the first minute of 1970. */
export const DAYS_FROM = 10_957;
export const DAYS_TO = 29_219;
export const EXCEL_FROM = 36_526;
export const EXCEL_TO = 54_788;
export const EXCEL_EPOCH = 25_569;
