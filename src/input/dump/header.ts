import type { RecordFacts } from '../input-file.js';
import { jsonFacts } from '../json-facts.js';
import type { HeadCell, HeadRow } from './head-rows.js';

/** What a header line may call a column: words, with the signs that people put into headings. */
const NAME = /^[\p{L}_$#%(][\p{L}\p{M}\p{N}_$#%()./&+:°€£?' -]{0,127}$/u;
/** What a column of a text with one column may be called: prose has spaces. */
const WORD = /^[\p{L}_$][\p{L}\p{N}_$.-]{0,127}$/u;
const NUMBER_LIKE = /^[-+]?[0-9][-0-9.,:/ TZ'+%\u00a0\u202f]*$|^-?[0-9]*\.?[0-9]+[eE][-+]?[0-9]+$/;

/** Names of a header line; empty for columns that have none (a spreadsheet writes empty ones at the end). */
export function headerNames(cells: readonly HeadCell[]): readonly string[] {
  return cells.map((cell) => cell.text.trim());
}

/** What a header line tells of rows: their fields, all of them text. */
export function headerFacts(names: readonly string[]): RecordFacts {
  const fields = new Map(names.map((name) => [name.toLowerCase(), name]));
  return {
    ...jsonFacts([]),
    flat: true,
    fields,
    types: new Map([...fields.keys()].map((field) => [field, new Set(['string'])])),
  };
}

/** True where the first row names columns, and the rows after it are as wide. */
export function looksLikeHeader(rows: readonly HeadRow[]): boolean {
  const [first, ...rest] = rows;
  const names = headerNames(first!.cells);
  if (names.length === 1) return WORD.test(names[0]!);
  const named = names.filter((name) => name !== '');
  if (named.length === 0 || !named.every((name) => NAME.test(name) && !isNumberLike(name))) return false;
  const alike = rest.filter((row) => row.cells.length === names.length).length;
  if (rest.length === 0) return named.length === names.length && named.every((name) => WORD.test(name));
  // A sentence with a comma in it is followed by others, with other commas.
  return alike > 0 && (alike * 3 > rest.length || named.every((name) => WORD.test(name)));
}

/** True for digits with the signs of numbers, dates and times: no text that anybody would quote. */
export function isNumberLike(text: string): boolean {
  return NUMBER_LIKE.test(text);
}

/**
 * Where a header has the column of a declared field: by its name without regard to case, else with every run of other signs taken
 * for `_` ("Order Date" is `order_date`) where only one column is called so. -1 where there is none.
 */
export function columnOf(header: readonly string[], field: string): number {
  const exact = header.findIndex((name) => name.toLowerCase() === field);
  if (exact >= 0) return exact;
  const alike = header.flatMap((name, at) => (plainName(name) === field ? [at] : []));
  return alike.length === 1 ? alike[0]! : -1;
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}$]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}
