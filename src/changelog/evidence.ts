import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import type { ValueColumn } from './columns.js';
import { type Base64Fields, NUMERIC } from './forms.js';
import type { ColumnFact } from './history.js';
import type { Reading } from './load.js';
import type { LoadContext } from './load-context.js';
import { rawTextSql } from './raw-select.js';
import { formOfType } from './schema-history.js';

/** How often the texts of a numeric field can only be base64, can only be numbers, or can be either (`1234`). */
export interface TextEvidence {
  readonly base64: number;
  readonly number: number;
  readonly either: number;
}

/**
 * Looks at the texts of numeric fields of a file without schemas: base64 of bytes, or numbers as text. Only asked where some are
 * not numbers. Nobody can tell the one from the other by a single value: what most of a column's values prove counts for it.
 */
export async function textEvidence(
  engine: Engine,
  file: InputFile,
  { context, request }: Reading,
): Promise<ReadonlyMap<string, TextEvidence>> {
  const fields = [...new Set(context.values.filter((v) => mayBeBytes(v, context)).map((v) => v.field))];
  if (fields.length === 0) return new Map();
  const all = [...new Set(context.values.map((v) => v.field))];
  const counts = fields.flatMap((field) => {
    const f = `field${all.indexOf(field)}`;
    return [
      `count(*) FILTER (pbi_base64(${f}) AND NOT pbi_number(${f}))`,
      `count(*) FILTER (pbi_number(${f}) AND NOT pbi_base64(${f}))`,
      `count(*) FILTER (pbi_number(${f}) AND pbi_base64(${f}))`,
    ];
  });
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM (${rawTextSql(file, context, request)})`);
  return new Map(
    fields.map((field, i) => {
      const [base64, number, either] = row!.slice(i * 3, i * 3 + 3).map(Number) as [number, number, number];
      return [field, { base64, number, either }];
    }),
  );
}

/** True for columns of numbers, and for columns of text of which a schema-change topic says that they are decimals. */
export function mayBeBytes({ type, field }: ValueColumn, { history }: LoadContext): boolean {
  if (NUMERIC.has(type.kind)) return true;
  const decimal = (column: ColumnFact | undefined): boolean =>
    column !== undefined && formOfType(column)?.kind === 'decimal';
  return type.kind === 'STRING' && history.some((version) => decimal(version.columns.get(field)));
}

/** The fields that are decimals as base64 by that evidence. */
export function base64Fields(evidence: ReadonlyMap<string, TextEvidence>): Base64Fields {
  return new Map(
    [...evidence].flatMap(([field, { base64, number }]) =>
      base64 > number ? [[field, number > 0 ? ('mixed' as const) : ('bytes' as const)] as const] : [],
    ),
  );
}
