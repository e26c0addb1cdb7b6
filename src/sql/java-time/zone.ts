import type { TypedExpression } from '../../ksql/typed-expression.js';
import { text } from '../quote.js';
import type { LocalTime } from './format.js';

/** A zone of Java: SQL from UTC to its wall clock and back, its offset in seconds at a UTC time, and its name. */
export interface Zone {
  readonly name: string;
  fromUtc(timestamp: string): string;
  toUtc(local: string): string;
  offset(timestamp: string): string;
}

/** The zone of an optional argument: UTC without one; undefined for what Java refuses and for what is no literal. */
export function zoneOf(node: TypedExpression | undefined, _sql: string | undefined): Zone | undefined {
  if (node === undefined) return fixed('GMT', 0);
  if (node.kind !== 'literal' || node.type.kind !== 'STRING') return undefined;
  return zoneNamed(node.text);
}

/** The zone of a Java ZoneId text, case-sensitive: a region, `UTC`, `GMT+3`, `+02:00`, `-0530`, `Z`. */
function zoneNamed(id: string): Zone | undefined {
  if (id === 'Z' || id === 'UTC' || id === 'GMT' || id === 'UT') return fixed(id, 0);
  const offset = /^(UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(id);
  if (offset !== null) {
    const [, prefix = '', sign, hours, minutes = '0', seconds = '0'] = offset;
    const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (total > 18 * 3600 || Number(minutes) > 59) return undefined;
    return fixed(`${prefix}${offsetText(sign === '-' ? -total : total)}`, sign === '-' ? -total : total);
  }
  return (REGION.test(id) && exists(id)) || PLAIN.has(id) ? region(id) : undefined;
}

function offsetText(seconds: number): string {
  const [h, m] = [Math.floor(Math.abs(seconds) / 3600), Math.floor(Math.abs(seconds) / 60) % 60];
  return `${seconds < 0 ? '-' : '+'}${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`;
}

function fixed(name: string, seconds: number): Zone {
  return {
    name,
    fromUtc: (t) => (seconds === 0 ? t : `(${t} + to_seconds(${seconds}))`),
    toUtc: (t) => (seconds === 0 ? t : `(${t} - to_seconds(${seconds}))`),
    offset: () => String(seconds),
  };
}

function region(name: string): Zone {
  const fromUtc = (t: string) => `timezone(${text(name)}, timezone('UTC', ${t}))`;
  return {
    name,
    fromUtc,
    toUtc: (t) => `timezone('UTC', timezone(${text(name)}, ${t}))`,
    offset: (t) => `date_diff('second', ${t}, ${fromUtc(t)})`,
  };
}

// Java's names: regions in their own spelling, and the few without a slash.
const REGION = /^[A-Z][A-Za-z_]*(\/[A-Z][A-Za-z0-9_+-]*)+$/;
const PLAIN: ReadonlySet<string> = new Set(['CET', 'EET', 'MET', 'WET', 'CST6CDT', 'EST5EDT', 'MST7MDT', 'PST8PDT']);

function exists(id: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: id }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A timestamp as its zone's clock shows it. */
export function localTime(timestamp: string, zone: Zone): LocalTime {
  return { moment: 'timestamp', local: zone.fromUtc(timestamp), offset: zone.offset(timestamp), zone: text(zone.name) };
}
