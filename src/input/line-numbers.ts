import type { Engine } from '../engine/engine.js';
import { DUMP_LINE, dumpRows } from './dump/relation.js';
import type { InputFile } from './input-file.js';

/**
 * Line numbers (from 1) of records by their place in the file (from 0). Null where a record's line cannot be told from its
 * place: fields of a dump may hold line breaks, and blank lines are not counted by the reader. A dump that was rewritten has kept them.
 */
export async function lineNumbers(
  engine: Engine,
  file: InputFile,
  places: readonly number[],
): Promise<readonly (number | null)[]> {
  if (file.form.kind !== 'dump') return places.map((place) => (file.blankLines ? null : place + 1));
  if (!file.form.rewritten || places.length === 0) return places.map(() => null);
  const rows = await engine.rows(
    `SELECT n, ${DUMP_LINE} FROM (SELECT row_number() OVER () - 1 AS n, ${DUMP_LINE} FROM ${dumpRows(file)}) WHERE n IN (${places.join(', ')})`,
  );
  const lines = new Map(rows.map(([n, line]) => [Number(n), Number(line)]));
  return places.map((place) => lines.get(place) ?? null);
}
