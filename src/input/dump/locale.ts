import type { Engine } from '../../engine/engine.js';
import type { CsvOption } from '../../relation.js';
import { text } from '../../sql/quote.js';
import type { InputFile } from '../input-file.js';
import { type ColumnLocale, type DumpForm, SPACES } from './form.js';
import { clearRejects, dumpColumn, dumpRows } from './relation.js';

const TIME = String.raw`([ T,]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?( ?[AaPp][.]?[Mm][.]?)?)?`;
const [MONTH, OVER_12] = ['(0?[1-9]|1[0-2])', '(1[3-9]|2[0-9]|3[01])'];
/** What a cell can be, by its form; the first that fits. */
const CLASSES = {
  integer: '[-+]?[0-9]+',
  /** 1.234: a point before decimals, or between thousands. */
  point3: '[-+]?[1-9][0-9]{0,2}[.][0-9]{3}',
  comma3: '[-+]?[1-9][0-9]{0,2},[0-9]{3}',
  comma: `[-+]?([0-9]*,[0-9]+|[1-9][0-9]{0,2}([.][0-9]{3}){2,}|[0-9]{1,3}([.${SPACES}][0-9]{3})+,[0-9]+|[0-9]+,[0-9]+[eE][-+]?[0-9]+)`,
  grouped: `[-+]?([1-9][0-9]{0,2}(,[0-9]{3}){2,}|[0-9]{1,3}([,${SPACES}][0-9]{3})+[.][0-9]+)`,
  spaced: `[-+]?[1-9][0-9]{0,2}([${SPACES}][0-9]{3})+`,
  point: '[-+]?([0-9]*[.][0-9]+|[0-9]+([.][0-9]+)?[eE][-+]?[0-9]+)',
  dotted: `(${MONTH}|${OVER_12})[.]${MONTH}[.][0-9]{4}${TIME}`,
  dayFirst: `${OVER_12}[/-]${MONTH}[/-][0-9]{4}${TIME}`,
  monthFirst: `${MONTH}[/-]${OVER_12}[/-][0-9]{4}${TIME}`,
  either: `${MONTH}[/-]${MONTH}[/-][0-9]{4}${TIME}`,
  yearFirst: `[0-9]{4}[/.]${MONTH}[/.][0-9]{1,2}${TIME}`,
  iso: String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}.*`,
} as const;

type Class = keyof typeof CLASSES | 'other';
type Counts = Readonly<Record<Class, number>>;
const NAMES: readonly Class[] = [...(Object.keys(CLASSES) as Class[]), 'other'];

/** In a column of numbers or dates one cell in so many may be something else (`n/a`): it is then a value that does not fit. */
const STRAY = 10;
/** Dumps of more bytes than this are looked through for their numbers and dates only where their first rows give a reason. */
const LOOKED_THROUGH = 32_000_000;

/** True where it is worth looking how a dump writes numbers and dates: a database writes them in one way only. */
export function mayBeLocal(form: DumpForm, head: string, bytes: number): boolean {
  if (form.quote === null) return false;
  const spreadsheet = form.encoding !== 'utf8' || form.delimiter !== ',' || form.skip > 0 || form.crlf;
  return spreadsheet || bytes < LOOKED_THROUGH || /[0-9],[0-9]+"|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}/.test(head);
}

/** How each column of a dump writes its numbers and dates: decided by all of its cells, and where they leave it open by the other columns. */
export async function localeOf(
  engine: Engine,
  file: InputFile,
  option: CsvOption | undefined,
): Promise<DumpForm['locale']> {
  const form = file.form as DumpForm;
  const columns = form.header.flatMap((name, at) => (name === '' ? [] : [{ name, at }]));
  const counts = await countsOf(
    engine,
    file,
    columns.map(({ at }) => at),
  );
  const decimals = counts.map((c) => (isNumeric(c) ? decimalOf(c) : null));
  const dates = counts.map((c) => (isDated(c) ? dateOf(c) : null));
  const decimal =
    option?.decimal ??
    single(decimals.flatMap((d) => (d === 'comma' ? [d] : d === 'grouped' || d === 'point' ? ['point' as const] : [])));
  const date = option?.date ?? single(dates.flatMap((d) => (d === 'dmy' || d === 'mdy' ? [d] : [])));
  const locales = columns.map(({ name }, i): readonly [string, ColumnLocale] => {
    const found = settled(counts[i]!, decimals[i]!, decimal, option?.decimal !== undefined);
    const order = orderOf(dates[i]!, option?.date, date);
    const locale: ColumnLocale = { ...(found !== null && { decimal: found }), ...(order != null && { date: order }) };
    return [name, locale];
  });
  return Object.fromEntries(locales.filter(([, locale]) => Object.keys(locale).length > 0));
}

/** One scan: each cell becomes the number of its class, and the numbers are counted by column. A row of cells is one list, so that the statement is no longer for a wide table. */
async function countsOf(engine: Engine, file: InputFile, columns: readonly number[]): Promise<readonly Counts[]> {
  if (columns.length === 0) return [];
  const arms = Object.values(CLASSES).map((form, i) => `WHEN regexp_full_match(v, ${text(form)}) THEN ${i}`);
  const other = NAMES.indexOf('other');
  // Most cells are texts: one look at their first signs leaves them out.
  const classOf = `CASE WHEN v IS NULL OR v = '' THEN NULL WHEN NOT regexp_matches(v, '^[-+]?[.,]?[0-9]') THEN ${other} ${arms.join(' ')} ELSE ${other} END`;
  const cells = `SELECT unnest([${columns.map(dumpColumn).join(', ')}]) AS v, unnest(range(${columns.length})) AS c FROM ${dumpRows(file)}`;
  const rows = await engine.rows(`SELECT c, ${classOf} AS class, count(*) FROM (${cells}) GROUP BY ALL`);
  await clearRejects(engine);
  const counts = columns.map(() => Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<Class, number>);
  for (const [column, at, n] of rows) if (at !== null) counts[Number(column)]![NAMES[Number(at)]!] = Number(n);
  return counts;
}

function sum(counts: Counts, ...names: readonly Class[]): number {
  return names.reduce((n, name) => n + counts[name], 0);
}

const NUMBERS = ['integer', 'point3', 'comma3', 'comma', 'grouped', 'spaced', 'point'] as const;
const LOCAL_DATES = ['dotted', 'dayFirst', 'monthFirst', 'either', 'yearFirst'] as const;

function isNumeric(counts: Counts): boolean {
  const all = sum(counts, ...NAMES);
  return all > 0 && (all - sum(counts, ...NUMBERS)) * STRAY <= all;
}

function isDated(counts: Counts): boolean {
  const all = sum(counts, ...NAMES);
  const dates = sum(counts, ...LOCAL_DATES);
  return dates > 0 && (all - dates - counts.iso) * STRAY <= all;
}

/** What a column's own cells say of its decimals; null: nothing, or two things at once. */
function decimalOf(counts: Counts): 'comma' | 'grouped' | 'point' | null {
  const [commas, points] = [counts.comma, sum(counts, 'point', 'grouped')];
  if (commas > 0) return points === 0 ? 'comma' : null;
  if (points === 0) return null;
  return sum(counts, 'grouped', 'comma3', 'spaced') > 0 ? 'grouped' : 'point';
}

/** The decision, with what the rest of the file says where the column's own cells leave it open; null: digits and points as they are. */
function settled(
  counts: Counts,
  own: 'comma' | 'grouped' | 'point' | null,
  file: 'comma' | 'point' | null,
  told: boolean,
): NonNullable<ColumnLocale['decimal']> | null {
  if (!isNumeric(counts)) return null;
  if (told)
    return file === 'comma' ? 'comma' : sum(counts, 'comma', 'comma3', 'grouped', 'spaced') > 0 ? 'grouped' : null;
  if (own !== null) return own === 'point' ? null : own;
  // Two things at once: what is no number in the way of a database does not fit, and is listed.
  if (counts.comma > 0) return null;
  if (file === 'comma' && sum(counts, 'point3', 'comma3') > 0) return 'comma';
  if (counts.comma3 > 0) return file === 'point' ? 'grouped' : 'unknown';
  return counts.spaced > 0 ? 'grouped' : null;
}

function dateOf(counts: Counts): 'dmy' | 'mdy' | 'ymd' | 'either' | 'unknown' {
  const [days, months] = [sum(counts, 'dotted', 'dayFirst'), counts.monthFirst];
  if (days > 0) return months > 0 ? 'unknown' : 'dmy';
  if (months > 0) return 'mdy';
  return counts.either > 0 ? 'either' : 'ymd';
}

/** The order of a column's dates, by its own cells (`own`), the user and the other columns (`file`). */
function orderOf(
  own: ReturnType<typeof dateOf> | null,
  told: CsvOption['date'],
  file: CsvOption['date'] | null,
): NonNullable<ColumnLocale['date']> | null {
  if (own === null || own === 'ymd') return own;
  if (own === 'either') return told ?? file ?? 'unknown';
  return told ?? own;
}

/** The one thing that all say; null where none or several are said. */
function single<T>(said: readonly T[]): T | null {
  return new Set(said).size === 1 ? said[0]! : null;
}
