import type { ProvenanceEntry } from '../reports/report.js';
import { plain } from './number.js';

/** The value of a provenance entry in one line: lists with commas, records as `name value`. */
export function provenanceText(entry: ProvenanceEntry): string {
  return provenanceLines(entry)
    .map(([name, value]) => (name === '' ? value : `${name} ${value}`))
    .join(', ');
}

/** The value of a provenance entry as pairs of a part's name (empty where it has none) and its text. */
export function provenanceLines(entry: ProvenanceEntry): readonly (readonly [string, string])[] {
  const { value } = entry;
  if (Array.isArray(value)) return value.length === 0 ? [['', '(none)']] : value.map((v: string) => ['', v] as const);
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value);
    return parts.length === 0 ? [['', '(none)']] : parts.map(([name, part]) => [name, scalar(part)] as const);
  }
  return [['', scalar(value as string | number | boolean | null)]];
}

function scalar(value: string | number | boolean | null): string {
  if (value === null) return '(none)';
  return typeof value === 'number' ? plain(value) : String(value);
}
