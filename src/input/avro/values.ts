import avro from 'avsc';

/** A value that is JSON text of its own, since a JavaScript number or string could not say it exactly. Most are never asked. */
class JsonText {
  private readonly make: () => string;

  constructor(make: () => string) {
    this.make = make;
  }

  get json(): string {
    return this.make();
  }
}

/** Most values that one record may hold: a damaged length would else be counted to its end. */
const MOST_VALUES = 1_000_000;
let seen = 0;

/** To be called before a record is decoded. */
export function startRecord(): void {
  seen = 0;
}

function countValue(): void {
  seen += 1;
  if (seen > MOST_VALUES) throw new Error('a record holds too many values');
}

/** Bytes of a varint up to which a number holds it exactly. */
const SHORT = 7;

/** A `long`: a number where a double holds it, else a bigint (avsc's own type refuses what a double cannot hold). */
export function exactLong(): avro.Type {
  return avro.types.LongType.__with(
    {
      fromBuffer: (varint: Buffer) => {
        countValue();
        return varint.length <= SHORT ? shortLong(varint) : longLong(varint);
      },
      toBuffer: () => notWritten(),
      fromJSON: () => notWritten(),
      toJSON: () => notWritten(),
      isValid: (value: unknown) => typeof value === 'bigint' || Number.isInteger(value),
      compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
    },
    true,
  );
}

function shortLong(varint: Buffer): number {
  let value = 0;
  for (let i = varint.length - 1; i >= 0; i--) value = value * 128 + (varint[i]! & 127);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function longLong(varint: Buffer): bigint {
  let value = 0n;
  for (let i = varint.length - 1; i >= 0; i--) value = (value << 7n) | BigInt(varint[i]! & 127);
  return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
}

function notWritten(): never {
  throw new Error('nothing is written as Avro');
}

type Conversion = (value: unknown) => unknown;

/** The logical type that leaves of a schema are given, so that their values come out exact. */
export const EXACT = 'exact';

/** Turns decoded leaves into what `jsonText` writes exactly: decimals, doubles, floats. Counts them. */
export class ExactType extends avro.types.LogicalType {
  /** What the schema says of the leaf beside its type. */
  readonly attributes: LeafSchema;
  private readonly convert: Conversion;

  constructor(schema: avro.Schema, options?: unknown) {
    super(schema, options);
    this.attributes = schema as unknown as LeafSchema;
    this.convert = conversionOf(this.attributes);
  }

  protected override _fromValue(value: unknown): unknown {
    countValue();
    return this.convert(value);
  }

  protected override _toValue(): never {
    return notWritten();
  }
}

/** What a leaf's schema may say of itself. `plainLogicalType` is the `logicalType` that it came with. */
export interface LeafSchema {
  readonly type: string;
  readonly plainLogicalType?: string;
  readonly scale?: number;
  readonly 'connect.parameters'?: { readonly scale?: string };
  readonly 'connect.name'?: string;
}

function conversionOf(schema: LeafSchema): Conversion {
  if (schema.type === 'double') return (v) => new JsonText(() => doubleText(v as number, String(v)));
  if (schema.type === 'float') return (v) => new JsonText(() => doubleText(v as number, shortestFloat(v as number)));
  const name = schema['connect.name'] ?? '';
  if (schema.type === 'record' && name.endsWith('.VariableScaleDecimal')) return variableScale;
  if (schema.plainLogicalType !== 'decimal' && !name.endsWith('.Decimal')) return (v) => v;
  const scale = Number(schema.scale ?? schema['connect.parameters']?.scale ?? 0);
  return (v) => new JsonText(() => `"${decimalText(v as Buffer, scale)}"`);
}

/** Debezium's struct of a NUMERIC without a declared scale: each value brings its own. */
function variableScale(value: unknown): unknown {
  const { scale, value: bytes } = value as { readonly scale: number; readonly value: Buffer };
  return Buffer.isBuffer(bytes) ? new JsonText(() => `"${decimalText(bytes, Number(scale))}"`) : value;
}

/** A decimal, given as its unscaled integer (two's complement, big-endian, any length), as text with `scale` digits after the point. */
export function decimalText(bytes: Uint8Array, scale: number): string {
  const hex = Buffer.from(bytes).toString('hex');
  const unscaled = hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const sign = unscaled < 0n ? '-' : '';
  if (scale <= 0) return `${sign}${digits}${unscaled === 0n ? '' : '0'.repeat(-scale)}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** As Connect writes JSON: a point in every finite number, words for the others. */
function doubleText(value: number, text: string): string {
  if (!Number.isFinite(value)) return `"${text}"`;
  return /[.e]/.test(text) ? text : `${Object.is(value, -0) ? '-0' : text}.0`;
}

/** The shortest text that is this 32-bit number and no other: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

/** A decoded value as JSON: bytes in base64, integers with all their digits, branches of unions without their name. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof JsonText) return value.json;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Buffer.isBuffer(value)) return `"${value.toString('base64')}"`;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const plain = unwrapped(value);
  if (plain !== value) return jsonText(plain);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`);
  return `{${fields.join(',')}}`;
}

/** The value inside a branch of a union of which more than one branch could hold it. */
export function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('unwrap' in value) || typeof value.unwrap !== 'function')
    return value;
  const inside: unknown = value.unwrap();
  return typeof inside === 'object' && inside !== null ? Object.values(inside)[0] : inside;
}
