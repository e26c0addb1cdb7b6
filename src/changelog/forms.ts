import type { ReadAs, ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';
import type { ValueColumn } from './columns.js';
import type { FieldForm, FormCase } from './encoding.js';
import { historyCases, type TableVersion } from './schema-history.js';
import { type EmbeddedSchema, schemaCases } from './schemas.js';

/**
 * Lower-case fields of a file that are decimals as base64 with no schema in the record: in all records (`bytes`), or in some beside
 * decimals as text (`mixed`).
 */
export type Base64Fields = ReadonlyMap<string, 'bytes' | 'mixed'>;

/** What is known of the forms of a file's fields, from all who can tell. */
export interface KnownForms {
  readonly schemas: readonly EmbeddedSchema[];
  /** True where every value of the file carries its schema. */
  readonly everySchema: boolean;
  readonly history: readonly TableVersion[];
  readonly base64: Base64Fields;
  readonly options: Pick<ReplayOptions, 'decimalScales' | 'readAs' | 'declaredScales'>;
}

/** Types whose values are numbers: base64 in their place is bytes of one. */
export const NUMERIC = new Set(['DECIMAL', 'BIGINT', 'INTEGER', 'DOUBLE']);

/**
 * How a column (now or formerly called one of `names`) is written, by who tells it, the surest first: the schema in the record, the schema-change topic, an option, the
 * declaration in the pipeline.
 */
export function formCases(v: ValueColumn, names: readonly string[], known: KnownForms): readonly FormCase[] {
  const { schemas, history, options } = known;
  const embedded = schemas.length === 0 ? [] : schemaCases(names, schemas, known.everySchema);
  const keyOfBytes = v.key && embedded.some((c) => c.form.kind === 'decimal');
  // A tombstone has no schema; a key of bytes is an unscaled integer and never all digits.
  const keys: FormCase[] = keyOfBytes
    ? [
        {
          when: 'schema_hash IS NULL',
          form: { kind: 'decimal', scale: 0, test: `NOT regexp_full_match(text${v.index}, '-?[0-9]+')` },
        },
      ]
    : [];
  const test = base64Test(v, known);
  return [...embedded, ...keys, ...historyCases(names, history, test), ...optionCases(v, test, options)];
}

/** SQL boolean: a text of the column, without a schema, is base64 of a number. */
function base64Test(v: ValueColumn, { base64, options }: KnownForms): string {
  const mode = base64.get(v.field);
  if (mode === undefined || !(NUMERIC.has(v.type.kind) || v.type.kind === 'STRING')) return 'false';
  const looks = `pbi_base64(text${v.index})`;
  const said = options.readAs?.some((r) => r.form === 'base64' && r.column.toLowerCase() === v.field) ?? false;
  return mode === 'bytes' || said ? looks : `(${looks} AND NOT pbi_number(text${v.index}))`;
}

function optionCases(v: ValueColumn, test: string, options: KnownForms['options']): readonly FormCase[] {
  const here = <T extends { readonly table?: string; readonly column?: string }>(given: readonly T[]): readonly T[] =>
    given.filter((s) => s.column === undefined || s.column.toLowerCase() === v.field).sort((a, b) => rank(b) - rank(a));
  const when = ({ table }: { readonly table?: string }): string =>
    table === undefined ? 'true' : `named_table = ${text(table.toLowerCase())}`;
  const numeric = NUMERIC.has(v.type.kind);
  const said = here(options.readAs ?? [])
    .filter(({ form }) => !(numeric && form === 'base64'))
    .map(({ form, ...at }) => ({ when: when(at), form: formNamed(form, v.type.kind === 'TIME') }));
  if (test === 'false') return said;
  const scales = here(options.decimalScales).map(
    (s): FormCase => ({ when: when(s), form: { kind: 'decimal', scale: s.scale, test } }),
  );
  const declared = options.declaredScales === true ? declaredScale(v) : null;
  // Text stays what it is: only a number must be taken out of its bytes.
  const rest: FormCase[] =
    v.type.kind === 'STRING' ? [] : [{ when: 'true', form: { kind: 'decimal', scale: declared, test } }];
  return [...said, ...scales, ...rest];
}

/** The scale that the pipeline declares; null where its type has none. */
export function declaredScale({ type }: Pick<ValueColumn, 'type'>): number | null {
  if (type.kind === 'DECIMAL') return type.scale;
  return type.kind === 'BIGINT' || type.kind === 'INTEGER' ? 0 : null;
}

function rank(at: { readonly table?: string; readonly column?: string }): number {
  return Number(at.column !== undefined) * 2 + Number(at.table !== undefined);
}

function formNamed(form: ReadAs, ofDay: boolean): FieldForm {
  switch (form) {
    case 'ms':
    case 'us':
    case 'ns':
      return { kind: 'time', unit: ofDay ? `t${form}` : form };
    case 's':
    case 'excel':
      return { kind: 'time', unit: form };
    case 'days':
      return { kind: 'time', unit: 'd' };
    case 'hex':
    case 'base64':
      return { kind: 'binary', as: form };
    case 'text':
      return { kind: 'plain' };
  }
}
