import { text } from '../sql/quote.js';

/** The unit of a number that is a time: of an instant, of a day (`d`), of a time of day (after `t`). */
export type TimeUnit = 'ms' | 'us' | 'ns' | 'd' | 'tms' | 'tus' | 'tns' | 's' | 'excel';

/**
 * How the log writes a field, where a schema or the user tells more than its JSON does:
 * - `decimal`: base64 of a big-endian two's complement integer, `scale` digits of it behind the point (null: not known), in the
 *   records where `test` (SQL over the field's text) holds;
 * - `variable`: Debezium's `{"scale":...,"value":...}`, a decimal with its own scale (io.debezium.data.VariableScaleDecimal);
 * - `bits`: base64 of that many bits, little-endian (io.debezium.data.Bits);
 * - `time`: a number of that unit since the epoch, or since midnight;
 * - `binary`: bytes, as base64 or as hex;
 * - `plain`: just what its JSON says.
 */
export type FieldForm =
  | { readonly kind: 'decimal'; readonly scale: number | null; readonly test?: string }
  | { readonly kind: 'bits'; readonly length: number }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'binary'; readonly as: 'base64' | 'hex' }
  | { readonly kind: 'variable' | 'plain' };

/** A form, and the records that have it: SQL boolean, `true` for all. The first case that holds counts. */
export interface FormCase {
  readonly when: string;
  readonly form: FieldForm;
}

/** The same as SQL, for `typedSql`; a part is absent where no record of the file can have it. */
export interface Encoding {
  /** SQL boolean: the text is base64 of an unscaled integer. */
  readonly bytes?: string;
  /** SQL integer: digits behind the point; NULL where nothing tells. */
  readonly scale?: string;
  /** SQL boolean: the text is `{"scale":...,"value":...}`. */
  readonly variable?: string;
  /** SQL integer: the number of bits that stand as base64; NULL where the text is something else. */
  readonly bits?: string;
  /** SQL text: a `TimeUnit`, or NULL. */
  readonly unit?: string;
  /** SQL text: `base64`, `hex`, or NULL. */
  readonly binary?: string;
  /** True for a column that dates the records of a source: its number is an instant. */
  readonly dates?: boolean;
}

/** What the cases of a field come to, as SQL. */
export function encodingOf(cases: readonly FormCase[]): Encoding {
  const has = (kind: FieldForm['kind']): boolean => cases.some((c) => c.form.kind === kind);
  return {
    ...(has('decimal') && {
      bytes: pick(cases, (f) => (f.kind === 'decimal' ? (f.test ?? 'true') : 'false'), 'false'),
      scale: pick(cases, (f) => (f.kind === 'decimal' && f.scale !== null ? String(f.scale) : 'NULL::INTEGER')),
    }),
    ...(has('variable') && { variable: pick(cases, (f) => String(f.kind === 'variable'), 'false') }),
    ...(has('bits') && { bits: pick(cases, (f) => (f.kind === 'bits' ? String(f.length) : 'NULL::INTEGER')) }),
    ...(has('time') && { unit: pick(cases, (f) => (f.kind === 'time' ? text(f.unit) : 'NULL')) }),
    ...(has('binary') && { binary: pick(cases, (f) => (f.kind === 'binary' ? text(f.as) : 'NULL')) }),
  };
}

/** One value over all records where the cases agree, so that nothing is compared row by row. */
function pick(cases: readonly FormCase[], value: (form: FieldForm) => string, otherwise = 'NULL'): string {
  const ends = cases.findIndex((c) => c.when === 'true');
  const used = ends < 0 ? cases : cases.slice(0, ends + 1);
  const values = used.map((c) => value(c.form));
  const last = ends < 0 ? otherwise : values.pop()!;
  if (values.every((v) => v === last)) return last;
  return `(CASE ${values.map((v, i) => `WHEN ${used[i]!.when} THEN ${v}`).join(' ')} ELSE ${last} END)`;
}
