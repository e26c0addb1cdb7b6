/** A moment as typed: an instant, or why it is none (in words that follow "because it"). */
export type ParsedTime =
  | { readonly kind: 'instant'; readonly epochMs: number }
  | { readonly kind: 'refused'; readonly why: string };

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads ISO 8601 with a zone, a date, or epoch milliseconds. A date means that whole day in `zone`: its last
 * millisecond, because every cut is inclusive.
 */
export function parseTime(text: string, zone: string): ParsedTime {
  if (/^-?\d+$/.test(text)) return epochTime(text);
  const date = DATE.exec(text);
  if (date !== null) return wholeDay(date, zone);
  const iso = ISO.exec(text.replace(' ', 'T'));
  if (iso === null)
    return refused('is neither ISO 8601 (2026-06-30T12:00:00Z), a date (2026-06-30), nor epoch milliseconds');
  if (iso[8] === undefined) return refused('has no zone: add Z for UTC, or an offset such as +02:00');
  if (!isDay(iso)) return refused('names a day that does not exist');
  const epochMs = Date.parse(normalised(iso));
  return Number.isNaN(epochMs) ? refused('names an hour that does not exist') : { kind: 'instant', epochMs };
}

function refused(why: string): ParsedTime {
  return { kind: 'refused', why };
}

function epochTime(text: string): ParsedTime {
  const digits = text.replace('-', '').length;
  if (digits <= 8) return refused('is too short for epoch milliseconds; a date is written 2026-06-30');
  if (digits <= 10) return refused(`looks like seconds: epoch milliseconds would be ${text}000`);
  if (digits > 14) return refused('has too many digits for epoch milliseconds');
  return { kind: 'instant', epochMs: Number(text) };
}

function isDay(parts: RegExpExecArray): boolean {
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

// Milliseconds are what ROWTIME has: further digits are cut, so that an inclusive cut never reaches past what was typed.
function normalised(iso: RegExpExecArray): string {
  const zone = iso[8]!.toUpperCase();
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const millis = (iso[7] ?? '').padEnd(3, '0').slice(0, 3);
  return `${iso[1]}-${iso[2]}-${iso[3]}T${iso[4]}:${iso[5]}:${iso[6] ?? '00'}.${millis}${offset}`;
}

function wholeDay(date: RegExpExecArray, zone: string): ParsedTime {
  if (!isDay(date)) return refused('names a day that does not exist');
  const next = Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3]) + 1);
  return { kind: 'instant', epochMs: localMidnight(next, zone) - 1 };
}

/** The instant at which a zone's wall clock first shows midnight of a day (given as that midnight in UTC). */
function localMidnight(midnightUtc: number, zone: string): number {
  // Two rounds: the offset at the first guess may be that of the other side of a clock change.
  const guess = midnightUtc - offsetAt(midnightUtc, zone);
  return midnightUtc - offsetAt(guess, zone);
}

function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** True where the name is an IANA zone that this Node knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
