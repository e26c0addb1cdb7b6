import { text } from '../sql/quote.js';
import type { ReportContext } from './definition.js';

/** SQL: epoch milliseconds as the wall clock of a time zone (TIMESTAMP). */
export function localTime(epochMs: string, zone: string): string {
  return `timezone(${text(zone)}, CAST(epoch_ms(${epochMs}) AS TIMESTAMPTZ))`;
}

/** SQL: the calendar day of an instant in the report's zone (DATE). */
export function localDay(epochMs: string, { replay }: ReportContext): string {
  return `CAST(${localTime(epochMs, replay.timeZone)} AS DATE)`;
}

/** The instant up to which the report speaks, epoch milliseconds: `--until`, or the last event; null where there is none. */
export function endOf({ replay, lastEvent }: ReportContext): number | null {
  return replay.until ?? lastEvent;
}
