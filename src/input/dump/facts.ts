import type { Engine } from '../../engine/engine.js';
import type { InputFile } from '../input-file.js';
import type { DumpForm } from './form.js';
import { dumpColumn, dumpRows } from './relation.js';

/** What was decided of a dump by its content, and what it cannot keep apart, in words: no value of a row. */
export async function dumpFacts(
  engine: Engine,
  file: InputFile,
): Promise<{ readonly guesses: readonly string[]; readonly missing: readonly string[] }> {
  const form = file.form as DumpForm;
  const names = (columns: readonly number[]): string => columns.map((at) => form.header[at]).join(', ');
  const dated = Object.entries(form.locale).flatMap(([name, { date }]) => (date === undefined ? [] : [name]));
  const mended = Object.entries(form.mended).map(([name, n]) => `${name} (${n})`);
  const guesses = [
    ...(form.bytes.length > 0 ? [`${names(form.bytes)}: bytes and no text, read as \\x and hexadecimal digits`] : []),
    ...(form.bits.length > 0 ? [`${names(form.bits)}: single bits, read as 0 and 1`] : []),
    ...(mended.length > 0
      ? [`${mended.join(', ')}: cells with bytes that are no text; they were replaced by U+FFFD`]
      : []),
    ...(form.escape === 'double' && form.nulls.some((word) => word !== '') ? [nullText(form)] : []),
    ...(dated.length > 0 && form.zone === undefined
      ? [`${dated.join(', ')}: times without a zone are taken for UTC (--csv zone:Europe/Berlin)`]
      : []),
  ];
  return { guesses, missing: [NO_HISTORY, ...(await lostNulls(engine, file, form))] };
}

const NO_HISTORY = 'a dump has no history, no commit times and no source positions';

function nullText({ nulls }: DumpForm): string {
  const words = nulls.map((word) => (word === '' ? 'empty' : word));
  return `unquoted cells that are read as NULL: ${words.join(', ')} (--csv null:...)`;
}

/** Text columns in which the dialect (or a spreadsheet) writes NULL like a text: how many cells of each are meant. */
async function lostNulls(engine: Engine, file: InputFile, form: DumpForm): Promise<readonly string[]> {
  const word = form.dialect === 'mariadb-batch' ? 'the word NULL' : 'an empty text';
  const spreadsheet = form.encoding !== 'utf8' || form.crlf || form.delimiter === ';';
  const empty = form.escape === 'double' && spreadsheet && form.nulls.includes('');
  if (form.dialect !== 'mariadb-batch' && !empty) return [];
  const columns = form.header.flatMap((name, at) =>
    name === '' || form.bytes.includes(at) ? [] : [{ name, c: dumpColumn(at) }],
  );
  if (columns.length === 0) return [];
  const cells = `SELECT unnest([${columns.map(({ c }) => c).join(', ')}]) AS v, unnest(range(${columns.length})) AS c FROM ${dumpRows(file)}`;
  const rows = await engine.rows(
    `SELECT c, count(*) FILTER (v IS NULL), count(*) FILTER (NOT regexp_full_match(v, '[-+0-9.,:/ TZ]*')), count(*) FILTER (v = '') FROM (${cells}) GROUP BY c ORDER BY c`,
  );
  const found = rows.flatMap((row) => {
    const [at, nulls, texts, empties] = row.map(Number) as [number, number, number, number];
    // Quoted empty texts are there: then an unquoted one is no text.
    const kept = form.dialect !== 'mariadb-batch' && empties > 0;
    return nulls > 0 && texts > 0 && !kept ? [`${columns[at]!.name} (${nulls})`] : [];
  });
  return found.length === 0 ? [] : [`NULL and ${word} look alike here, and were read as NULL: ${found.join(', ')}`];
}
