import type { Rejected } from '../../relation.js';
import type { Damage, Form, InputFile, RecordFacts, SetAside } from '../input-file.js';
import { jsonFacts } from '../json-facts.js';
import { ByteWindow, unpackedBytes } from './bytes.js';
import { readHeader } from './container.js';
import type { AvroItem } from './item.js';
import { avroItems } from './items.js';
import { firstIds } from './layout.js';
import { isSide, RecordJson } from './record-json.js';
import type { AvroSchema } from './schema.js';
import type { AvroSource, UnreadAvro } from './source.js';

const SAMPLE = 400;
/** Facts before anything is known: all fields as they are spelled, the usual prefix. */
const NO_FACTS = jsonFacts([]);

/** Reads an Avro file once to its end, for what cannot be read and for what its records have in common. */
export async function surveyAvro(file: UnreadAvro, source: AvroSource, head: Buffer): Promise<InputFile> {
  const refused = await refusal(source, head);
  if (refused !== null) {
    const { compression, damage } = source;
    return { ...file.common, form: refused, readPath: source.path, compression, rejected: [], damage };
  }
  const survey = new Survey(file.common.name);
  for await (const items of avroItems(source, () => survey.sampled())) for (const item of items) survey.add(item);
  const avro = { source, codecs: [...survey.codecs].sort(), schemaCount: survey.schemaCount() };
  return {
    ...file.common,
    form: { kind: file.kind, records: survey.facts(), avro } as Form,
    readPath: file.spool(`avro-${file.common.sha256.slice(0, 16)}`),
    compression: 'none',
    rejected: survey.rejected,
    damage: survey.damage,
  };
}

/** Why a file of Avro cannot be read at all; null where it can. */
async function refusal(source: AvroSource, head: Buffer): Promise<SetAside | null> {
  if (source.layout !== 'container') {
    if (source.schemas.size > 0) return null;
    const ids = firstIds(head, source.layout);
    return {
      kind: 'set-aside',
      what: 'Confluent-framed Avro',
      code: 'avro-schema',
      reason: `begins like Confluent-framed Avro (${ids.length === 1 ? 'schema id' : 'schema ids'} ${ids.join(', ')}), which cannot be read without its schemas`,
      help: `Save each schema under its id (curl REGISTRY/schemas/ids/${ids[0]} > FOLDER/${ids[0]}.avsc), and give --avro-schemas FOLDER.`,
    };
  }
  const window = new ByteWindow(unpackedBytes(source.path, source.compression));
  try {
    const header = await readHeader(window);
    if (typeof header === 'string') {
      const help = 'Write it again with the codec deflate, or export it again.';
      return {
        kind: 'set-aside',
        what: 'Avro container',
        code: 'avro',
        reason: `is an Avro container file, and ${header}`,
        help,
      };
    }
    if (!/(^|\.)Key$/.test(header.schema.name)) return null;
    const reason = 'holds the keys of records and not their values';
    return { kind: 'set-aside', what: 'Avro container of keys', code: 'avro-keys', reason };
  } finally {
    await window.close();
  }
}

/** What one reading of a file tells. */
class Survey {
  readonly codecs = new Set<string>();
  readonly rejected: Rejected[] = [];
  damage: Damage | null = null;
  private readonly name: string;
  private readonly schemas = new Set<AvroSchema>();
  private readonly texts = new Set<string>();
  private readonly sample: string[] = [];
  private readonly json: RecordJson;
  private line = 0;

  constructor(name: string) {
    this.name = name;
    this.json = new RecordJson({ fields: null, keys: null, transactions: false, veiled: false }, NO_FACTS, false);
  }

  add(item: AvroItem): void {
    if (item.kind === 'header') {
      this.codecs.add(item.codec);
      if (!this.texts.has(item.text)) this.schemas.add(item.schema);
      this.texts.add(item.text);
    } else if (item.kind === 'broken') {
      this.damage = item.damage === 'damaged' ? item.damage : (this.damage ?? item.damage);
      if (item.reason !== null)
        this.rejected.push({ file: this.name, line: null, code: 'truncated-avro', reason: item.reason });
    } else {
      this.line += 1;
      if (item.kind === 'lost')
        this.rejected.push({ file: this.name, line: this.line, code: item.code, reason: item.reason });
      if (item.kind === 'record' && this.texts.size === 0) this.schemas.add(item.schema);
      if (item.kind === 'record' && this.sample.length < SAMPLE) this.sample.push(this.json.line(item)!);
    }
  }

  /** True where enough records were looked at: the others are only counted. */
  sampled(): boolean {
    return this.sample.length >= SAMPLE;
  }

  schemaCount(): number {
    return this.schemas.size;
  }

  facts(): RecordFacts {
    const { prefix, connector } = jsonFacts(this.sample);
    const rows = [...this.schemas].filter((schema) => schema.top.length > 0 && !isSide(schema));
    const fields = new Map<string, string>();
    const types = new Map<string, Set<string>>();
    for (const field of rows.flatMap((schema) => schema.fields)) {
      const lower = field.name.toLowerCase();
      if (!fields.has(lower)) fields.set(lower, field.name);
      types.set(lower, (types.get(lower) ?? new Set()).add(field.jsonType));
    }
    return {
      wrapped: true,
      bare: false,
      envelope: rows.some((schema) => schema.envelope),
      flat: rows.some((schema) => !schema.envelope),
      schemaChanges: false,
      prefix,
      fields,
      types,
      base64: new Set(),
      encoded: new Set(),
      connector,
    };
  }
}
