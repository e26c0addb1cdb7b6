import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, parseTime } from '../../src/cli/times.js';

function instant(text: string, zone = 'UTC'): string {
  const parsed = parseTime(text, zone);
  return parsed.kind === 'instant' ? new Date(parsed.epochMs).toISOString() : parsed.why;
}

describe('a moment', () => {
  // Worked by hand: a date is its last millisecond, also on the days on which clocks are changed.
  it.each([
    ['2026-06-30', 'UTC', '2026-06-30T23:59:59.999Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T21:59:59.999Z'],
    ['2026-03-28', 'Europe/Berlin', '2026-03-28T22:59:59.999Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T22:59:59.999Z'],
    ['2026-06-30', 'America/New_York', '2026-07-01T03:59:59.999Z'],
    ['2026-06-30', 'Asia/Kolkata', '2026-06-30T18:29:59.999Z'],
    ['2027-12-31', 'Pacific/Auckland', '2027-12-31T10:59:59.999Z'],
    ['2026-06-30T12:00:00Z', 'Asia/Tokyo', '2026-06-30T12:00:00.000Z'],
    ['2026-06-30T12:00:00.5+02:00', 'UTC', '2026-06-30T10:00:00.500Z'],
    ['2026-06-30T12:00+0530', 'UTC', '2026-06-30T06:30:00.000Z'],
    ['2026-06-30 12:00:00z', 'UTC', '2026-06-30T12:00:00.000Z'],
    ['2026-06-30T12:00:00.123999Z', 'UTC', '2026-06-30T12:00:00.123Z'],
    ['1800000000000', 'UTC', '2027-01-15T08:00:00.000Z'],
    ['-1000000000000', 'UTC', '1938-04-24T22:13:20.000Z'],
  ])('%s in %s is %s', (text, zone, expected) => expect(instant(text, zone)).toBe(expected));

  it.each([
    ['1800000000', /seconds.*1800000000000/],
    ['2026', /too short/],
    ['20260630', /too short/],
    ['123456789012345', /too many/],
    ['2026-02-30', /day that does not exist/],
    ['2026-13-01', /day that does not exist/],
    ['2026-02-29T00:00:00Z', /day that does not exist/],
    ['2026-06-30T25:00:00Z', /hour that does not exist/],
    ['2026-06-30T12:00:00', /no zone/],
    ['yesterday', /neither/],
    ['30.06.2026', /neither/],
    ['', /neither/],
  ])('%s is refused, with the reason', (text, why) => expect(instant(text)).toMatch(why));

  it('written by Date is read back, in any zone', () => {
    const date = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.constantFrom('UTC', 'Asia/Tokyo'), (d, zone) => {
        expect(instant(d.toISOString(), zone)).toBe(d.toISOString());
      }),
    );
  });

  it('as a date ends where the next date begins', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland');
    const day = 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 25_000 }), zones, (n, zone) => {
        const [first, second] = [n, n + 1].map((d) => parseTime(new Date(d * day).toISOString().slice(0, 10), zone));
        if (first?.kind !== 'instant' || second?.kind !== 'instant') throw new Error('a date was refused');
        // 23, 24 or 25 hours: a date line was never crossed in these zones since 1970.
        expect([day - 3_600_000, day, day + 3_600_000]).toContain(second.epochMs - first.epochMs);
      }),
    );
  });
});

it('a zone is an IANA name, not an offset', () => {
  expect(['UTC', 'Europe/Berlin', 'Asia/Kolkata'].every(isTimeZone)).toBe(true);
  expect(['Europe/Berln', '+02:00', '', 'local'].some(isTimeZone)).toBe(false);
});
