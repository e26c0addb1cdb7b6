// A second writer: JSON with Connect schemas, as Debezium exports it, to the Avro that Confluent's converter makes of the same
// records. Written against the Avro specification by hand, so that the reader's own library is not its judge.

/** A Connect schema as it stands in a record. */
export interface ConnectSchema {
  readonly type: string;
  readonly optional?: boolean;
  readonly name?: string;
  readonly field?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly fields?: readonly ConnectSchema[];
  readonly items?: ConnectSchema;
}

const NUMBERS: Readonly<Record<string, string>> = {
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'long',
  float: 'float',
  float32: 'float',
  double: 'double',
  float64: 'double',
};

/** The Avro schema that stands for a Connect schema. */
export function avroSchema(schema: ConnectSchema, seen: Set<string> = new Set()): unknown {
  const plain = required(schema, seen);
  return schema.optional === true ? ['null', plain] : plain;
}

function required(schema: ConnectSchema, seen: Set<string>): unknown {
  const named =
    schema.name === undefined
      ? {}
      : { 'connect.name': schema.name, ...(schema.parameters && { 'connect.parameters': schema.parameters }) };
  if (schema.type === 'struct') {
    const name = (schema.name ?? `Unnamed${seen.size}`).replace(/[^A-Za-z0-9_.]/g, '_');
    if (seen.has(name)) return name;
    seen.add(name);
    return {
      type: 'record',
      name,
      fields: schema.fields!.map((f) => ({
        name: f.field,
        type: avroSchema(f, seen),
        ...(f.optional && { default: null }),
      })),
      ...named,
    };
  }
  if (schema.type === 'array') return { type: 'array', items: avroSchema(schema.items!, seen), ...named };
  if (schema.type === 'bytes' && schema.name?.endsWith('.Decimal')) {
    const scale = schema.parameters!.scale!;
    return {
      type: 'bytes',
      logicalType: 'decimal',
      precision: 64,
      scale: Number(scale),
      'connect.parameters': { scale },
      ...named,
    };
  }
  const type = NUMBERS[schema.type] ?? schema.type;
  return schema.name === undefined ? type : { type, ...named };
}

/** The Avro bytes of a Connect value. Integers may be text: `exactJson` leaves what a double cannot hold so. */
export function avroBytes(schema: ConnectSchema, value: unknown): Buffer {
  if (schema.optional !== true) return requiredBytes(schema, value);
  return value == null ? long(0n) : Buffer.concat([long(1n), requiredBytes(schema, value)]);
}

function requiredBytes(schema: ConnectSchema, value: unknown): Buffer {
  switch (schema.type) {
    case 'struct':
      return Buffer.concat(schema.fields!.map((f) => avroBytes(f, (value as Record<string, unknown>)[f.field!])));
    case 'array': {
      const items = value as readonly unknown[];
      if (items.length === 0) return long(0n);
      return Buffer.concat([long(BigInt(items.length)), ...items.map((i) => avroBytes(schema.items!, i)), long(0n)]);
    }
    case 'boolean':
      return Buffer.from([value === true ? 1 : 0]);
    case 'string':
      return counted(Buffer.from(String(value)));
    case 'bytes':
      return counted(Buffer.from(String(value), 'base64'));
    case 'float':
    case 'float32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(Number(value));
      return bytes;
    }
    case 'double':
    case 'float64': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      return bytes;
    }
    default:
      return long(BigInt(value as string | number));
  }
}

/** An Avro long: zigzag, then seven bits a byte. */
export function long(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** Bytes with their length before them. */
export function counted(bytes: Buffer): Buffer {
  return Buffer.concat([long(BigInt(bytes.length)), bytes]);
}

/** JSON with integers of 16 digits and more as text. */
function exactJson(text: string): unknown {
  return JSON.parse(
    text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})(?![\d.eE])/g, (_all, string: string | undefined, digits: string) =>
      string === undefined ? `"${digits}"` : string,
    ),
  );
}

/** Gives each distinct schema an id from 1 on, as a registry does, and frames values with it. */
export class Registry {
  readonly schemas = new Map<string, number>();

  /** A record with its schema (`{"schema":...,"payload":...}`) in the wire format; null stays null. */
  frame(text: string | null): Buffer | null {
    if (text === null || text === 'null') return null;
    const { schema, payload } = exactJson(text) as { schema: ConnectSchema; payload: unknown };
    const avro = JSON.stringify(avroSchema(schema));
    const id = this.schemas.get(avro) ?? this.schemas.size + 1;
    this.schemas.set(avro, id);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    return Buffer.concat([head, avroBytes({ ...schema, optional: false }, payload)]);
  }

  /** The files of `--avro-schemas FOLDER`: half of them as a registry answers, half of them bare. */
  files(folder: string): Record<string, string> {
    return Object.fromEntries(
      [...this.schemas].map(([schema, id]) => [
        `${folder}/${id % 2 === 0 ? `topic-value.${id}` : id}.avsc`,
        id % 2 === 0 ? JSON.stringify({ subject: 'topic-value', schema }) : schema,
      ]),
    );
  }
}

/** A line of `kcat -J` over binary records: kcat escapes control characters, quotes and backslashes and writes other bytes as they are. */
export function kcatLine(
  topic: string,
  partition: number,
  offset: number,
  ts: number,
  key: Buffer | null,
  payload: Buffer | null,
): Buffer {
  const text = (bytes: Buffer | null): string =>
    bytes === null
      ? 'null'
      : `"${bytes
          .toString('latin1')
          .replace(/[\x00-\x1f"\\]/g, (c) => (c === '"' || c === '\\' ? `\\${c}` : `\\u00${hex(c)}`))}"`;
  const line = `{"topic":"${topic}","partition":${partition},"offset":${offset},"tstype":"create","ts":${ts},"broker":1,"key":${text(key)},"payload":${text(payload)}}\n`;
  return Buffer.from(line, 'latin1');
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
