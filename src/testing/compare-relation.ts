import type { Engine } from '../engine/engine.js';
import { keyColumns, type RelationSchema, valueColumns } from '../ksql/catalog.js';
import { changesName } from '../sql/context.js';
import { identifier } from '../sql/quote.js';
import { differs, differsFields } from './compare.js';
import { type Actual, byName, delimitedText } from './encode.js';
import { jsonText } from './json.js';
import type { CaseRecord } from './qtt-case.js';

/** How the records of a relation are compared with those of a real topic. */
export interface RelationOptions {
  readonly exactNumbers: boolean;
  /** True where an expected timestamp of 0 means any. */
  readonly zeroIsAny: boolean;
  /** True where a key of nulls only is written as an object; else it is no key. */
  readonly emptyKey?: boolean;
}

/** Compares all records of a relation, in order, with the expected ones: key, value, timestamp. Undefined where equal. */
export async function compareRelation(
  engine: Engine,
  schema: RelationSchema,
  expected: readonly CaseRecord[],
  options: RelationOptions,
): Promise<string | undefined> {
  const columns = [...keyColumns(schema), ...valueColumns(schema)];
  const sql = `SELECT "$ts", "$live", ${columns.map((c) => identifier(c.name)).join(', ')} FROM ${changesName(schema.name)} ORDER BY "$seq", "$sub"`;
  const rows = await engine.rows(sql);
  for (const [i, want] of expected.entries()) {
    const row = rows[i];
    if (row === undefined) break;
    const meta = { ts: row[0] as bigint, live: row[1] as boolean };
    const reason = compareRecord(want, schema, byName(columns, row.slice(2)), meta, options);
    if (reason !== undefined) return `record ${i}: ${reason}`;
  }
  return rows.length === expected.length ? undefined : `${rows.length} records, expected ${expected.length}`;
}

function compareRecord(
  want: CaseRecord,
  schema: RelationSchema,
  actual: ReadonlyMap<string, Actual>,
  meta: { readonly ts: bigint; readonly live: boolean },
  options: RelationOptions,
): string | undefined {
  const { keyFormat, valueFormat, keyDelimiter, valueDelimiter } = schema.format;
  const keys = keyColumns(schema).flatMap((c) => actual.get(c.name) ?? []);
  const wrap =
    schema.format.wrapSingleValue !== false &&
    !(schema.format.wrapSingleValue === undefined && valueFormat === 'KAFKA');
  const reasons = [
    comparePart(
      want.key,
      keyColumns(schema),
      actual,
      keys.some((k) => k.value !== null) || (options.emptyKey === true && keys.length > 1),
      keyFormat,
      false,
      keyDelimiter,
      options,
    ),
    comparePart(want.value, valueColumns(schema), actual, meta.live, valueFormat, wrap, valueDelimiter, options),
    want.timestamp === undefined || BigInt(want.timestamp) === meta.ts || (want.timestamp === 0 && options.zeroIsAny)
      ? undefined
      : `timestamp: expected ${want.timestamp}, got ${meta.ts}`,
  ];
  const parts = ['key', 'value', 'timestamp'];
  const at = reasons.findIndex((r) => r !== undefined);
  return at < 0 ? undefined : `${parts[at]}: ${reasons[at]}`;
}

function comparePart(
  want: CaseRecord['key'],
  columns: RelationSchema['columns'],
  all: ReadonlyMap<string, Actual>,
  present: boolean,
  format: string,
  wrapped: boolean,
  delimiter: string | undefined,
  compared: RelationOptions,
): string | undefined {
  const options = { jsonTopic: format === 'JSON', exactNumbers: compared.exactNumbers };
  const values = columns.flatMap((c) => all.get(c.name) ?? []);
  const absent = !present || columns.length === 0 || format === 'NONE';
  if (want.kind === 'null')
    return absent || (!wrapped && values.length === 1 && values[0]?.value === null) ? undefined : 'expected null';
  if (absent && !(present && wrapped && columns.length === 0)) return `expected ${jsonText(want)}, got null`;
  if (format === 'DELIMITED') {
    const text = delimitedText(values, delimiter ?? ',');
    return want.kind === 'string' && want.value === text
      ? undefined
      : `expected ${jsonText(want)}, got ${JSON.stringify(text)}`;
  }
  const [only] = values;
  if (values.length === 1 && !wrapped && only !== undefined) return differs(want, only, options);
  return differsFields(
    want,
    new Map(
      columns.flatMap((c) => {
        const v = all.get(c.name);
        return v === undefined ? [] : [[c.name, v] as const];
      }),
    ),
    options,
  );
}
