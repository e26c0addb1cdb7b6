import { isSmall } from './suppression.js';

/** A day of the calendar, `YYYY-MM-DD`, with the week (its Monday) and the month (its first day) that it lies in. */
export interface CountedDay {
  readonly day: string;
  readonly week: string;
  readonly month: string;
  readonly patients: number;
}

/** Days, weeks (Mondays) and months (first days) whose numbers are hidden, in every table that tells of them. */
export interface HiddenCalendar {
  readonly days: ReadonlySet<string>;
  readonly weeks: ReadonlySet<string>;
  readonly months: ReadonlySet<string>;
}

/** Distinct patients of several days together. */
export type PatientsOf = (days: readonly string[]) => Promise<number>;

/** Fewer hidden days could be solved for: every coefficient of a model over the days that is printed is an equation in them. */
const FEWEST = 30;

const smallestFirst = (days: readonly CountedDay[]): CountedDay[] =>
  [...days].sort((a, b) => a.patients - b.patients || (a.day < b.day ? -1 : 1));

function groupsOf(days: readonly CountedDay[], key: (day: CountedDay) => string): Map<string, CountedDay[]> {
  const groups = new Map<string, CountedDay[]>();
  for (const day of days) groups.set(key(day), [...(groups.get(key(day)) ?? []), day]);
  return groups;
}

/** The hidden days of one calendar while they are being found. */
class Hiding {
  readonly days = new Set<string>();
  readonly weeks = new Set<string>();
  readonly months = new Set<string>();

  readonly #k: number;
  readonly #behind: PatientsOf;

  constructor(k: number, behind: PatientsOf) {
    this.#k = k;
    this.#behind = behind;
  }

  hiddenOf(days: readonly CountedDay[]): CountedDay[] {
    return days.filter(({ day }) => this.days.has(day));
  }

  /** Would the sum of these days tell of few patients? */
  async tells(days: readonly CountedDay[]): Promise<boolean> {
    if (days.length === 0) return false;
    return days.length === 1 || (await this.#behind(days.map(({ day }) => day))) < this.#k;
  }

  /** Hides further days of a piece, the smallest first, until two or more of them stand for enough patients; false where it has no more. */
  async protect(piece: readonly CountedDay[]): Promise<boolean> {
    const open = smallestFirst(piece.filter(({ day }) => !this.days.has(day)));
    while (await this.tells(this.hiddenOf(piece))) {
      const next = open.shift();
      if (next === undefined) return false;
      this.days.add(next.day);
    }
    return true;
  }
}

/** Within a week of a month: hidden days come in sums of several, or the week goes too. */
async function protectPieces(hiding: Hiding, days: readonly CountedDay[]): Promise<void> {
  for (const piece of groupsOf(days, ({ week, month }) => `${week} ${month}`).values())
    if (!(await hiding.protect(piece))) hiding.weeks.add(piece[0]!.week);
}

/** Hidden weeks of a month: none, or several with enough patients; where there are no more, the month goes. */
async function protectMonths(hiding: Hiding, days: readonly CountedDay[]): Promise<boolean> {
  let changed = false;
  for (const [month, inside] of groupsOf(days, (day) => day.month)) {
    const weeks = [...groupsOf(inside, ({ week }) => week)];
    const size = (part: readonly CountedDay[]): number => part.reduce((sum, { patients }) => sum + patients, 0);
    const open = weeks.filter(([week]) => !hiding.weeks.has(week)).sort((a, b) => size(a[1]) - size(b[1]));
    const gone = (): readonly (readonly CountedDay[])[] =>
      weeks.flatMap(([week, part]) => {
        const hidden = hiding.weeks.has(week) ? hiding.hiddenOf(part) : [];
        return hidden.length === 0 ? [] : [hidden];
      });
    while (gone().length === 1 || (await hiding.tells(gone().flat()))) {
      const next = open.shift();
      if (next === undefined) {
        if (!hiding.months.has(month)) changed = true;
        hiding.months.add(month);
        break;
      }
      hiding.weeks.add(next[0]);
      changed = true;
      const first = smallestFirst(next[1]).find(({ day }) => !hiding.days.has(day));
      if (first !== undefined) hiding.days.add(first.day);
      await hiding.protect(next[1]);
    }
  }
  return changed;
}

/** Hidden months: none, or several with enough patients, of every year and of the whole. */
async function protectYears(hiding: Hiding, days: readonly CountedDay[]): Promise<void> {
  for (const inside of [...groupsOf(days, ({ month }) => month.slice(0, 4)).values(), days]) {
    const months = [...groupsOf(inside, ({ month }) => month)];
    const open = months
      .filter(([month]) => !hiding.months.has(month))
      .sort((a, b) => a[1].length - b[1].length || (a[0] < b[0] ? -1 : 1));
    const gone = () => months.filter(([month]) => hiding.months.has(month));
    while (gone().length === 1 || (await hiding.tells(gone().flatMap(([, part]) => part)))) {
      const next = open.shift();
      if (next === undefined) break;
      hiding.months.add(next[0]);
    }
  }
}

async function smallGroups(
  days: readonly CountedDay[],
  key: (day: CountedDay) => string,
  k: number,
  behind: PatientsOf,
) {
  const small: string[] = [];
  // More patients on one of its days are more in the whole.
  for (const [name, inside] of groupsOf(days, key))
    if (!inside.some(({ patients }) => patients >= k) && isSmall(await behind(inside.map(({ day }) => day)), k))
      small.push(name);
  return small;
}

/**
 * What is hidden of a calendar whose days, weeks, months and years may all be published, be it in one table or in several: a property of
 * the data, not of a table. Hidden are days of 1 to k-1 patients, and weeks and months of so few; then further ones, the
 * smallest first, until no published sum less what is published of its parts tells of one day alone, or of few patients.
 * Days are the edges between weeks and months: as hidden ones come in twos or more within the part of a week that lies in a month,
 * none follows from the sums of weeks and months together (a bridge of that graph would). With one there are at least
 * 30 hidden days, as far as there are so many with orders.
 */
export async function hideCalendar(all: readonly CountedDay[], k: number, behind: PatientsOf): Promise<HiddenCalendar> {
  const days = all.filter(({ patients }) => patients > 0);
  const hiding = new Hiding(k, behind);
  for (const { day, patients } of days) if (isSmall(patients, k)) hiding.days.add(day);
  if (hiding.days.size === 0) return hiding;
  for (const week of await smallGroups(days, (one) => one.week, k, behind)) hiding.weeks.add(week);
  for (const month of await smallGroups(days, (one) => one.month, k, behind)) hiding.months.add(month);
  for (const { day } of smallestFirst(days)) {
    if (hiding.days.size >= FEWEST) break;
    hiding.days.add(day);
  }
  for (let round = 0; round < days.length; round++) {
    for (const { day, week, month } of days)
      if (hiding.months.has(month)) {
        hiding.days.add(day);
        hiding.weeks.add(week);
      }
    await protectPieces(hiding, days);
    const before = hiding.months.size;
    const changed = await protectMonths(hiding, days);
    await protectYears(hiding, days);
    if (!changed && hiding.months.size === before) break;
  }
  return hiding;
}
