import { type Cell, SUPPRESSED, type Unit } from '../reports/report.js';
import { fixed, grouped, percent, plain } from './number.js';

/** Units whose cells stand at the right edge of their column. */
const NUMERIC: ReadonlySet<Unit> = new Set<Unit>([
  'money',
  'share',
  'statistic',
  'p',
  'count',
  'percent-points',
  'number',
]);

/** True where a column of this unit holds numbers. */
export function isNumeric(unit: Unit): boolean {
  return NUMERIC.has(unit);
}

/** Test value below which only the bound is printed. */
const SMALLEST_P = 0.0001;

/**
 * A cell as text. `file` is for programs (share `0.1234`, no grouping), `people` for eyes (share `12.34 %`, thousands
 * apart, yes and no). Missing is empty and hidden is `*` in both.
 */
export function cellText(cell: Cell, unit: Unit, reader: 'file' | 'people'): string {
  if (cell === null) return '';
  if (cell === SUPPRESSED) return '*';
  if (typeof cell === 'boolean') return reader === 'file' ? String(cell) : cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell;
  return numberText(cell, unit, reader);
}

/** A number in the digits of its unit, see `cellText`. */
export function numberText(value: number, unit: Unit, reader: 'file' | 'people'): string {
  const people = reader === 'people';
  switch (unit) {
    case 'money':
      return people ? grouped(fixed(value, 2)) : fixed(value, 2);
    case 'share':
      return people ? percent(value) : fixed(value, 4);
    case 'statistic':
      return fixed(value, 4);
    case 'p':
      return value < SMALLEST_P ? '<0.0001' : fixed(value, 4);
    case 'count':
    case 'number':
      return people ? grouped(plain(value)) : plain(value);
    default:
      return plain(value);
  }
}
