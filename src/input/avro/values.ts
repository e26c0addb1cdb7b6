import avro from 'avsc';

/** A value that is already JSON text: what a JavaScript number or string could not say exactly. */
export class JsonText {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
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

/** A `long` as bigint: avsc's own refuses what a double cannot hold. */
export function bigLong(): avro.Type {
  return avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => {
      countValue();
      return bytes.readBigInt64LE();
    },
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: (value: number) => BigInt(value),
    toJSON: (value: bigint) => Number(value),
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
  });
}

type Conversion = (value: unknown) => unknown;

/** The logical type that every leaf of a schema is given, so that its values come out exact. */
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
    throw new Error('nothing is written as Avro');
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
  if (schema.type === 'double') return (v) => doubleText(v as number, String(v));
  if (schema.type === 'float') return (v) => doubleText(v as number, shortestFloat(v as number));
  const name = schema['connect.name'] ?? '';
  if (schema.type === 'record' && name.endsWith('.VariableScaleDecimal')) return variableScale;
  if (schema.plainLogicalType !== 'decimal' && !name.endsWith('.Decimal')) return (v) => v;
  const scale = Number(schema.scale ?? schema['connect.parameters']?.scale ?? 0);
  return (v) => new JsonText(`"${decimalText(v as Buffer, scale)}"`);
}

/** Debezium's struct of a NUMERIC without a declared scale: each value brings its own. */
function variableScale(value: unknown): unknown {
  const { scale, value: bytes } = value as { readonly scale: number; readonly value: Buffer };
  return Buffer.isBuffer(bytes) ? new JsonText(`"${decimalText(bytes, Number(scale))}"`) : value;
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
function doubleText(value: number, text: string): JsonText {
  if (!Number.isFinite(value)) return new JsonText(`"${text}"`);
  return new JsonText(/[.e]/.test(text) ? text : `${Object.is(value, -0) ? '-0' : text}.0`);
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
