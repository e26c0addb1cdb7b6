import type { Engine } from '../engine/engine.js';
import type { RecordFacts } from '../input/input-file.js';
import { EVENTS } from './events-table.js';
import type { LoadContext } from './load-context.js';

/**
 * Lower-case DECIMAL fields of a loaded file with values that a double may not hold to the last digit (16 digits and more):
 * where they were JSON numbers, the file must be read again from its text.
 */
export async function roundedFields(
  engine: Engine,
  index: number,
  context: LoadContext,
  json: RecordFacts,
): Promise<readonly string[]> {
  const wide = context.plan.values.flatMap((v) => {
    if (onlyText(json, v.field)) return [];
    if (v.type.kind === 'DECIMAL' && v.type.precision > 15)
      return [{ field: v.field, sql: `coalesce(bool_or(abs(value${v.index}) >= 1e${15 - v.type.scale}), false)` }];
    // As text a number keeps its digits: `1.2345678901234568e+16` is what a double made of more.
    if (v.type.kind === 'STRING' && onlyNumbers(json, v.field))
      return [
        {
          field: v.field,
          sql: `coalesce(bool_or(length(value${v.index}) >= 16 AND pbi_number(value${v.index}) AND regexp_matches(value${v.index}, '[.e]')), false)`,
        },
      ];
    return [];
  });
  if (wide.length === 0) return [];
  const row = (
    await engine.rows(`SELECT ${wide.map((w) => w.sql).join(', ')} FROM ${EVENTS} WHERE file_index = ${index}`)
  )[0];
  return [...new Set(wide.filter((_, i) => row?.[i] === true).map((w) => w.field))];
}

function onlyNumbers(json: RecordFacts, field: string): boolean {
  const types = json.types.get(field);
  return types !== undefined && types.size === 1 && types.has('number');
}

function onlyText(json: RecordFacts, field: string): boolean {
  const types = json.types.get(field);
  return types !== undefined && types.size === 1 && types.has('string');
}
