import type { Form, RecordFacts } from '../input-file.js';

/** What the content of a dump looks like, by who writes it so. */
export type DumpDialect = 'rfc4180' | 'tsv' | 'mariadb-outfile' | 'mariadb-batch' | 'copy-text';

/** How texts were encoded in a file; it is read as UTF-8 after that. */
export type DumpEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'cp1252' | 'latin1';

/** How the cells of a column write numbers and dates. What is absent is written as a database does: a point, ISO 8601. */
export interface ColumnLocale {
  /** `unknown`: `1,234` may be one or one thousand, and nothing in the file tells. */
  readonly decimal?: 'comma' | 'grouped' | 'unknown';
  /** `unknown`: `03/04/2026`, and nothing in the file tells which is the month. */
  readonly date?: 'dmy' | 'mdy' | 'ymd' | 'unknown';
}

/** What may stand between thousands beside points and commas: spaces (also such that do not break), apostrophes. */
export const SPACES = String.raw`\x{20}\x{a0}\x{202f}\x{2019}'`;

/** A dump of rows, as it was recognised. Plain JSON: a cache asks for it. */
export interface DumpForm extends Form {
  readonly kind: 'dump';
  readonly records: RecordFacts;
  readonly dialect: DumpDialect;
  readonly delimiter: string;
  readonly quote: '"' | null;
  readonly escape: 'double' | 'backslash';
  /** Names of the columns; an empty one cannot be asked for. */
  readonly header: readonly string[];
  /** True where the names came from the user, and the file has none. */
  readonly headless: boolean;
  /** Lines before the header: `sep=;`. */
  readonly skip: number;
  readonly crlf: boolean;
  readonly nulls: readonly string[];
  readonly encoding: DumpEncoding;
  readonly locale: { readonly [column: string]: ColumnLocale };
  /** IANA zone of times that name none; absent: UTC. */
  readonly zone?: string;
  /** Columns (their place) whose cells are bytes and not text, written as `\x...`, and those of single bits, written as 0 and 1. */
  readonly bytes: readonly number[];
  readonly bits: readonly number[];
  /** Cells of text columns that held bytes which are no text, by column: the bytes became U+FFFD. */
  readonly mended: { readonly [column: string]: number };
  /** True where `readPath` is our own writing of the rows, and not the file. */
  readonly rewritten: boolean;
}

const WORDS: { readonly [delimiter: string]: string } = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

/** What a delimiter is called. */
function delimiterWord(delimiter: string): string {
  return WORDS[delimiter] ?? delimiter;
}

/** What a dump is called in reports, with all that was decided of it: `rfc4180; semicolon, cp1252, decimal comma (tax)`. */
export function dumpText(form: DumpForm): string {
  const usual = form.dialect === 'rfc4180' || form.dialect === 'mariadb-outfile' ? ',' : '\t';
  const columns = (want: (locale: ColumnLocale) => boolean): string =>
    Object.entries(form.locale)
      .flatMap(([name, locale]) => (want(locale) ? [name] : []))
      .join(', ');
  const decimals = (['comma', 'grouped', 'unknown'] as const).map(
    (d) => [DECIMALS[d], columns((l) => l.decimal === d)] as const,
  );
  const dates = (['dmy', 'mdy', 'ymd', 'unknown'] as const).map(
    (d) => [DATES[d], columns((l) => l.date === d)] as const,
  );
  const facts = [
    ...(form.delimiter === usual ? [] : [delimiterWord(form.delimiter)]),
    ...(form.encoding === 'utf8' ? [] : [form.encoding]),
    ...(form.headless ? ['columns named by option'] : []),
    ...[...decimals, ...dates].flatMap(([what, names]) => (names === '' ? [] : [`${what} (${names})`])),
    ...(form.zone === undefined ? [] : [`times in ${form.zone}`]),
  ];
  return facts.length === 0 ? form.dialect : `${form.dialect}; ${facts.join(', ')}`;
}

const DECIMALS = {
  comma: 'decimal comma',
  grouped: 'thousands separated',
  unknown: 'decimal or thousands comma unknown',
} as const;
const DATES = {
  dmy: 'dates day first',
  mdy: 'dates month first',
  ymd: 'dates year first',
  unknown: 'day or month first unknown',
} as const;
