import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import { typeText } from '../ksql/types.js';
import type { ValueColumn } from './columns.js';
import { CLASS, EVENTS, isFor } from './events-table.js';
import type { LoadContext } from './load-context.js';
import { rawTextSql } from './raw-select.js';

/**
 * Sources of which no record, or fewer than half of them, could be used: an error each, with the look of a value that does not fit
 * (digits as 9, letters as a: never the value) and what mends it. An answer over the rest would be one over something else.
 */
export async function unusableSources(
  engine: Engine,
  files: readonly InputFile[],
  context: LoadContext,
): Promise<readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic>();
  for (const [at, source] of context.sources.entries()) {
    const table = tableOfTopic(source.topic);
    if (found.has(table)) continue;
    const here = `FROM ${EVENTS} WHERE class = ${CLASS.event} AND op IN ('r', 'c', 'u') AND ${isFor([at])}`;
    const [row] = await engine.rows(`SELECT count(*), count(misfit) ${here}`);
    const [all, bad] = row!.map(Number) as [number, number];
    if (bad === 0 || bad * 2 <= all) continue;
    const [first] = await engine.rows(
      `SELECT CASE WHEN misfit < 0 THEN -1 - misfit ELSE misfit END AS v, min(file_index::BIGINT * 4294967296 + record)::VARCHAR AS place, count(*) AS n ${here} AND misfit IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT 1`,
    );
    const place = BigInt(String(first![1]));
    const [file, record] = [Number(place >> 32n), Number(place & 0xffffffffn)];
    const value = context.plan.values[Number(first![0])]!;
    const look = await lookOf(engine, files[file]!, record, value, context);
    found.set(table, unusable(table, all, bad, files[file]!, record, value, look));
  }
  return [...found.values()];
}

/** Words that stand for no value: no person's data. */
const NO_VALUE = /^[[(<]?(null|nil|none|nan|n\/a|na|-+|\?+|undefined|leer|empty|#\S{1,12})[\])>]?$/i;
const LONGEST = 40;

/** What a value looks like; null where it must not be looked at, or cannot be found again. */
async function lookOf(
  engine: Engine,
  file: InputFile,
  record: number,
  value: ValueColumn,
  context: LoadContext,
): Promise<string | null> {
  if (context.deidentification?.sensitive.has(value.field) === true) return null;
  const fields = [...new Set(context.values.map((v) => v.field))];
  const all = rawTextSql(file, context, { everyShape: true, everyPlace: true });
  try {
    const rows = await engine.rows(
      `SELECT field${fields.indexOf(value.field)} FROM (${all}) WHERE record = ${record} LIMIT 1`,
    );
    const text = rows[0]?.[0];
    return typeof text === 'string' ? masked(text) : null;
  } catch (error) {
    if (error instanceof Error && /INTERRUPT/.test(error.message)) throw error;
    return null;
  }
}

function masked(text: string): string {
  if (NO_VALUE.test(text.trim())) return text.trim();
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  const power = /^\s*-?\d+([.,]\d+)?E[+-]?\d+\s*$/i.test(text);
  return short.replace(/\p{Nd}/gu, '9').replace(/\p{L}/gu, (letter) => (power && /e/i.test(letter) ? letter : 'a'));
}

function unusable(
  table: string,
  all: number,
  bad: number,
  file: InputFile,
  record: number,
  value: ValueColumn,
  look: string | null,
): Diagnostic {
  const name = `${table}.${value.field}`;
  const shown = look === null ? '' : `, which looks like ${JSON.stringify(look)} (digits as 9, letters as a)`;
  return {
    code: 'records-do-not-fit',
    severity: 'error',
    message: `${bad === all ? `None of the ${all}` : `Only ${all - bad} of the ${all}`} records of ${table} can be used: most often ${value.field} does not fit ${typeText(value.type)}${shown}.`,
    place: { file: file.name, topic: table, column: value.field },
    expected: `${typeText(value.type)}, as the pipeline declares ${name}`,
    found: look === null ? `record ${record + 1} does not fit` : `${look} in record ${record + 1}`,
    help: mending(name, value, look ?? ''),
    next: `pharmabi inspect ${file.name} --verbose`,
  };
}

/** What mends a value of that look. */
function mending(name: string, value: ValueColumn, look: string): string {
  const table = name.slice(0, name.indexOf('.'));
  if (NO_VALUE.test(look)) return `If that is no value: --csv "${table}=null:${look}".`;
  if (/E[+-]?9+$/i.test(look))
    return 'A spreadsheet has shortened the number: its digits are lost. Export the column as text.';
  if (/^[a9]{8}(-[a9]{4}){3}-[a9]{12}$/.test(look))
    return `That is a UUID: declare ${value.field} as VARCHAR in the pipeline (and in what joins to it).`;
  if (/^\s*-?(\p{Sc}|aaa\s)|(\p{Sc}|\saaa)\s*$/u.test(look))
    return 'Export amounts as plain numbers, without the currency.';
  if (/^\s*[{[]/.test(look))
    return `That is a structure: declare ${value.field} as VARCHAR or STRUCT, or have the connector write plain values.`;
  if (/^99999([.,]9+)?$/.test(look)) return `If that is a date as a spreadsheet counts days: --read-as ${name}=excel.`;
  return `Declare ${value.field} as VARCHAR in the pipeline and take it apart there, or export it in the plain form of its type.`;
}
