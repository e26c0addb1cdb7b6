/** Who may see the report: colleagues (k = 5), outsiders (k = 11), or, said on every sheet, everything. */
export type Profile = 'internal' | 'external' | 'off';

/** A number made from 1 to k-1 distinct patients is hidden; with `off` k is 1 and nothing is. */
export interface SmallNumbers {
  readonly profile: Profile;
  readonly k: number;
}

const THRESHOLDS: Readonly<Record<Profile, number>> = { internal: 5, external: 11, off: 1 };

/** The rules of a profile. */
export function smallNumbers(profile: Profile): SmallNumbers {
  return { profile, k: THRESHOLDS[profile] };
}

/** Quartiles show single amounts, hence twice as many patients are asked for. */
export function enoughForQuantiles(patients: number, rules: SmallNumbers): boolean {
  return rules.profile === 'off' || patients >= 2 * rules.k;
}

/** The banner of a report that hides nothing; it stands in each table's title and on every page. */
export const BANNER = 'SMALL NUMBERS ARE NOT HIDDEN: this report may single out patients, do not pass it on.';

/** A table's title, with the banner where nothing is hidden. */
export function titled(title: string, rules: SmallNumbers): string {
  return rules.profile === 'off' ? `${title} - ${BANNER}` : title;
}

/** How the rules read in the provenance block. */
export function rulesText({ profile, k }: SmallNumbers): string {
  return profile === 'off' ? 'off: nothing hidden' : `${profile}: numbers made from 1 to ${k - 1} patients hidden`;
}

/** The banner of a report under these rules; null where small numbers are hidden. */
export function bannerOf({ profile }: SmallNumbers): string | null {
  return profile === 'off' ? BANNER : null;
}
