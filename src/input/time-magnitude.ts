/** From these numbers on, an instant without a unit is one in microseconds, in nanoseconds: years 1973 to 5138 have 15 digits or more. */
export const MICROSECONDS_FROM = 100_000_000_000_000;
export const NANOSECONDS_FROM = 100_000_000_000_000_000;
/** Below this a number of a DATE is days: up to the year 29349, or less than three hours around 1970 in milliseconds. */
export const DAYS_BELOW = 10_000_000;
/** Up to this a number of a TIME is milliseconds. */
export const DAY_MILLISECONDS = 86_400_000;
