import type { RecordFacts } from '../input/input-file.js';
import type { ValueColumn } from './columns.js';

/** A field, and the SQL boolean (an aggregate over the events of a file) that says whether it must be read again. */
export interface RoundedTest {
  readonly field: string;
  readonly sql: string;
}

/**
 * Lower-case fields whose values a double may not hold to the last digit (16 digits and more): where they were JSON numbers, the
 * file must be read again from its text.
 */
export function roundedTests(values: readonly ValueColumn[], facts: RecordFacts): readonly RoundedTest[] {
  return values.flatMap((v) => {
    const value = `value${v.index}`;
    if (onlyText(facts, v.field)) return [];
    if (v.type.kind === 'DECIMAL' && v.type.precision > 15)
      return [{ field: v.field, sql: `coalesce(bool_or(abs(${value}) >= 1e${15 - v.type.scale}), false)` }];
    // As text a number keeps its digits: `1.2345678901234568e+16` is what a double made of more.
    if (v.type.kind !== 'STRING' || !onlyNumbers(facts, v.field)) return [];
    const long = `length(${value}) >= 16 AND pbi_number(${value}) AND regexp_matches(${value}, '[.e]')`;
    return [{ field: v.field, sql: `coalesce(bool_or(${long}), false)` }];
  });
}

function onlyNumbers(facts: RecordFacts, field: string): boolean {
  const types = facts.types.get(field);
  return types !== undefined && types.size === 1 && types.has('number');
}

function onlyText(facts: RecordFacts, field: string): boolean {
  const types = facts.types.get(field);
  return types !== undefined && types.size === 1 && types.has('string');
}
