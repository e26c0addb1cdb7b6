import type { KsqlType } from '../ksql/types.js';
import type { CoarseTime } from '../privacy/policy.js';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** 1970-01-05, the first Monday. */
const MONDAY = 4 * DAY;
/** From here on a number is microseconds, as everywhere. */
const MICROSECONDS_FROM = 100_000_000_000_000;

/** A time as the policy lets it leave: the beginning of its day or of its week (Monday), in UTC; a text that is no time becomes null. */
export function coarseSql(sql: string, type: KsqlType, to: CoarseTime | undefined): string {
  if (to === undefined) return sql;
  switch (type.kind) {
    case 'BIGINT': {
      const [step, from] = to === 'day' ? [DAY, 0] : [WEEK, MONDAY];
      const floor = (unit: number): string =>
        `${sql} - ((${sql} - ${from * unit}) % ${step * unit} + ${step * unit}) % ${step * unit}`;
      return `CASE WHEN abs(${sql}) >= ${MICROSECONDS_FROM} THEN ${floor(1000)} ELSE ${floor(1)} END`;
    }
    case 'TIMESTAMP':
    case 'DATE':
      return `date_trunc('${to}', ${sql})::${type.kind}`;
    case 'STRING':
      return `strftime(date_trunc('${to}', coalesce(TRY_CAST(${sql} AS TIMESTAMPTZ), TRY_CAST(rtrim(${sql}, 'Z') AS TIMESTAMPTZ))), '%Y-%m-%d')`;
    default:
      return sql;
  }
}
