import type { CsvOption } from '../../relation.js';
import type { SetAside } from '../input-file.js';
import type { TextHead } from '../reader.js';
import type { CellRules } from './cell-reader.js';
import type { DumpDialect, DumpForm } from './form.js';
import { type HeadRow, headRows } from './head-rows.js';
import { headerFacts, headerNames, isNumberLike, looksLikeHeader } from './header.js';

interface Candidate {
  readonly rules: CellRules;
  readonly rows: readonly HeadRow[];
  /** Rows as wide as the first, less those that are not. */
  readonly score: number;
}

const DELIMITERS = ['\t', ',', ';', '|'] as const;
const NULL_MARK = '\\N';
const WORD = 'NULL';

/** Says which dialect a text of rows is, by its first lines (and by what the user says of it); null where it is no table of rows. */
export function sniffDump(head: TextHead, option: CsvOption = {}): DumpForm | SetAside | null {
  const separator = /^sep=(.)\r?\n/i.exec(head.text);
  const text = separator === null ? head.text : head.text.slice(separator[0].length);
  // A head without the end of its first row tells nothing.
  const all = candidates(text, head.whole, option, separator?.[1]).filter(({ rows }) => rows.length > 0);
  const best = bestOf(all, text, head.spreadsheet);
  const first = best?.rows[0];
  if (best === null || first === undefined) return null;
  const names = option.columns ?? headerNames(first.cells);
  const repeats = option.columns !== undefined && sameNames(option.columns, headerNames(first.cells));
  if (option.columns === undefined && !looksLikeHeader(best.rows)) {
    return isRegular(best.rows) ? headless(best, first.cells.length) : null;
  }
  const second = names.findIndex((name, at) => name !== '' && names.findIndex((n) => same(n, name)) < at);
  if (second >= 0) return duplicate(names.findIndex((n) => same(n, names[second]!)) + 1, second + 1);
  const nameless = option.columns !== undefined && !repeats;
  const dialect = dialectOf(best, nameless, head.spreadsheet || best.rules.crlf);
  const form: DumpForm = {
    kind: 'dump',
    dialect,
    ...best.rules,
    records: headerFacts(names),
    header: names,
    headless: nameless,
    skip: separator === null ? 0 : 1,
    nulls: option.nulls ?? nullsOf(dialect, best.rows),
    encoding: head.encoding,
    locale: {},
    ...(option.zone !== undefined && { zone: option.zone }),
    bytes: [],
    bits: [],
    mended: {},
    rewritten: false,
  };
  return form;
}

function candidates(
  text: string,
  whole: boolean,
  option: CsvOption,
  separator: string | undefined,
): readonly Candidate[] {
  const firstLine = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'));
  const crlf = firstLine.endsWith('\r');
  const given = option.delimiter ?? separator;
  const there = given === undefined ? DELIMITERS.filter((d) => firstLine.includes(d)) : [given];
  return (there.length === 0 ? [','] : there).flatMap((delimiter) =>
    variants(delimiter, option).map(([quote, escaping]) => {
      const rules = { delimiter, quote, escape: escaping, crlf };
      const rows = headRows(text, rules, whole);
      const alike = rows.filter((row) => !row.fault && row.cells.length === rows[0]!.cells.length).length;
      return { rules, rows, score: alike - 3 * (rows.length - alike) };
    }),
  );
}

type Variant = readonly ['"' | null, 'double' | 'backslash'];

function variants(delimiter: string, { quote, escape: escaping }: CsvOption): readonly Variant[] {
  const all: readonly Variant[] =
    delimiter === '\t' || quote === 'none'
      ? [
          [null, 'backslash'],
          ['"', 'double'],
          ['"', 'backslash'],
        ]
      : [
          ['"', 'double'],
          ['"', 'backslash'],
        ];
  const fitting = all.filter(
    ([q, e]) =>
      (quote === undefined || (quote === 'none') === (q === null)) && (escaping === undefined || escaping === e),
  );
  return fitting.length > 0 ? fitting : [[quote === 'none' ? null : '"', escaping ?? 'double']];
}

function bestOf(all: readonly Candidate[], text: string, spreadsheet: boolean): Candidate | null {
  const wide = all.filter((c) => (c.rows[0]?.cells.length ?? 0) > 1);
  const from = wide.length > 0 ? wide : all;
  const top = Math.max(...from.map((c) => c.score));
  const tied = from.filter((c) => c.score === top);
  if (tied.length < 2) return tied[0] ?? null;
  // Of two delimiters that both fit, the one that makes more columns.
  const columns = Math.max(...tied.map((c) => c.rows[0]!.cells.length));
  const widest = tied.filter((c) => c.rows[0]!.cells.length === columns);
  return widest.sort((a, b) => evidence(b, text, spreadsheet) - evidence(a, text, spreadsheet))[0] ?? null;
}

/** What speaks for a way to quote where two read the head without a fault. */
function evidence({ rules, rows }: Candidate, text: string, spreadsheet: boolean): number {
  const cells = rows.flatMap((row) => row.cells);
  const quoted = cells.filter((cell) => cell.quoted).length;
  const marks = cells.filter((cell) => !cell.quoted && (cell.nullMark || cell.text === NULL_MARK)).length;
  const empties = cells.filter((cell) => !cell.quoted && cell.text === '').length;
  if (rules.quote === null) {
    // A text that a database wrote line by line escapes its tabs and line ends; a spreadsheet quotes them.
    const escapes = /\\[\\ntrbfv0N]/.test(text) ? 2 : 0;
    return quotedWhole(rows) ? escapes - 1 : escapes + (spreadsheet ? 0 : 1);
  }
  // No spreadsheet escapes with backslashes.
  const kept = rules.escape === 'backslash' && !spreadsheet && quotesText(rows) && empties === 0;
  if (rules.escape === 'backslash') return kept && (marks > 0 || /\\["\\\n]/.test(text)) ? 1 : -1;
  return quoted > 0 || spreadsheet ? 0.5 : 0;
}

function quotedWhole(rows: readonly HeadRow[]): boolean {
  return rows[0]?.cells.every((cell) => /^".*"$/s.test(cell.text)) === true;
}

/** True where every text of the rows is quoted, so that a bare word is no text. */
function quotesText(rows: readonly HeadRow[]): boolean {
  const cells = rows.slice(1).flatMap((row) => row.cells);
  const bare = cells.filter((cell) => !cell.quoted && !isNull(cell.text, cell.nullMark));
  return cells.some((cell) => cell.quoted) && bare.every((cell) => isNumberLike(cell.text));
}

function isNull(text: string, nullMark: boolean): boolean {
  return nullMark || text === '' || text === NULL_MARK || text === WORD;
}

function dialectOf({ rules, rows }: Candidate, headlessRows: boolean, spreadsheet: boolean): DumpDialect {
  if (rules.quote === '"') {
    if (rules.escape === 'backslash') return 'mariadb-outfile';
    return rules.delimiter === '\t' ? 'tsv' : 'rfc4180';
  }
  const bare = rows.slice(1).flatMap((row) => row.cells);
  if (bare.some((cell) => cell.nullMark)) return 'copy-text';
  // A client's --batch always has a header line.
  if (headlessRows) return 'copy-text';
  if (bare.some((cell) => cell.text === WORD)) return 'mariadb-batch';
  return spreadsheet ? 'tsv' : 'mariadb-batch';
}

/** What programs show for NULL, and no person writes. */
const SHOWN = ['[NULL]', '(NULL)', '(null)', '<null>', '<NULL>'];

function nullsOf(dialect: DumpDialect, rows: readonly HeadRow[]): readonly string[] {
  const shown = SHOWN.filter((word) =>
    rows.some((row) => row.cells.some((cell) => !cell.quoted && cell.text === word)),
  );
  return shown.length > 0 && dialect === 'rfc4180' ? ['', ...shown] : writtenNulls(dialect, rows);
}

function writtenNulls(dialect: DumpDialect, rows: readonly HeadRow[]): readonly string[] {
  if (dialect === 'mariadb-batch') return [WORD];
  if (dialect === 'copy-text') return [NULL_MARK];
  if (dialect === 'mariadb-outfile') return quotesText(rows) ? [NULL_MARK, WORD, ''] : [NULL_MARK];
  const bare = rows
    .slice(1)
    .flatMap((row) => row.cells)
    .filter((cell) => !cell.quoted);
  const words = bare.some((cell) => cell.text === WORD || cell.text === NULL_MARK);
  if (quotesText(rows) && (words || bare.every((cell) => cell.text !== ''))) return ['', WORD, NULL_MARK];
  if (bare.some((cell) => cell.text === '')) return [''];
  // A quoted empty text is kept apart from something: from an empty cell. And nobody writes NULL in two ways.
  if (rows.some((row) => row.cells.some((cell) => cell.quoted && cell.text === ''))) return [''];
  const [marks, nulls] = [NULL_MARK, WORD].map((word) => bare.some((cell) => cell.text === word));
  if (marks && nulls) return [''];
  if (marks) return [NULL_MARK];
  return hasWordAmongNumbers(rows) ? [WORD] : [''];
}

/** A column of numbers with the word NULL in it: there it is no text. */
function hasWordAmongNumbers(rows: readonly HeadRow[]): boolean {
  return rows[0]!.cells.some((_, at) => {
    const column = rows.slice(1).flatMap((row) => (row.cells[at] === undefined ? [] : [row.cells[at].text]));
    const others = column.filter((text) => text !== WORD);
    return others.length > 0 && others.length < column.length && others.every(isNumberLike);
  });
}

/** True where most of the next rows have as many cells as the first: prose with a comma in it has not. */
function isRegular(rows: readonly HeadRow[]): boolean {
  const [first, ...rest] = rows;
  const cells = first!.cells.length;
  const alike = rest.filter((row) => row.cells.length === cells).length;
  return cells > 1 && rest.length > 0 && alike * 2 > rest.length;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => same(name, b[at]!));
}

function headless({ rules, rows }: Candidate, width: number): SetAside {
  const tabs = rules.quote === null && rows.some((row) => row.cells.some((cell) => cell.nullMark));
  const what = tabs ? 'PostgreSQL COPY text' : rules.delimiter === '\t' ? 'tab-separated text' : 'CSV';
  return {
    kind: 'set-aside',
    what: `${what} without a header line`,
    code: 'dump-without-header',
    reason: `is a dump (${what}) without a header line, so its ${width} columns have no names`,
    help: `Name them: --csv TABLE=columns:id|name|... (${width} names); or export again with a header: COPY ... TO ... WITH (FORMAT csv, HEADER).`,
  };
}

/** The name itself is not said: where a file has no header, its first line is somebody's data. */
function duplicate(first: number, second: number): SetAside {
  return {
    kind: 'set-aside',
    what: 'CSV with a repeated column',
    code: 'repeated-dump-column',
    reason: `is a dump whose columns ${first} and ${second} have one name`,
    help: 'Rename one in the header line, or export only one of them. If the file has no header: --csv TABLE=columns:id|name|...',
  };
}
