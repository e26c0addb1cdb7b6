import type { Compression, Damage, InputFile } from '../input-file.js';
import type { AvroLayout } from './layout.js';
import type { SchemaFiles } from './schema-files.js';

/** Where the records of an Avro file come from. */
export interface AvroOrigin {
  readonly path: string;
  readonly compression: Compression;
  /** Of the packed file as a whole. */
  readonly damage: Damage | null;
  readonly layout: AvroLayout;
  readonly schemas: SchemaFiles;
}

/** The same as a value that knows what its records depend on beside the bytes of the file: a cache asks for that as JSON. */
export class AvroSource implements AvroOrigin {
  readonly path: string;
  readonly compression: Compression;
  readonly damage: Damage | null;
  readonly layout: AvroLayout;
  readonly schemas: SchemaFiles;

  constructor({ path, compression, damage, layout, schemas }: AvroOrigin) {
    this.path = path;
    this.compression = compression;
    this.damage = damage;
    this.layout = layout;
    this.schemas = schemas;
  }

  /** Not where the file lies; the schemas to the letter (a scale is no part of what avsc says of a type). */
  toJSON(): object {
    const schemas = [...this.schemas].map(([id, { text }]) => [id, text] as const).sort(([a], [b]) => a - b);
    return { layout: this.layout, schemas: this.layout === 'container' ? [] : schemas };
  }
}

/** What is known of an Avro file before it is read. */
export interface UnreadAvro {
  readonly kind: string;
  readonly common: Pick<InputFile, 'name' | 'path' | 'bytes' | 'sha256' | 'fileTopic' | 'blankLines'>;
  readonly spool: (name: string) => string;
}

/** An Avro file as it was recognised. Its records are read as the JSON that is made of them on demand. */
export interface AvroFacts {
  readonly source: AvroSource;
  /** Codecs of containers, sorted. */
  readonly codecs: readonly string[];
  /** Distinct schemas of values that were met. */
  readonly schemaCount: number;
}

const LAYOUTS: { readonly [layout in AvroLayout]: string } = {
  container: 'Avro container',
  concatenated: 'Confluent-framed Avro, one after the other',
  prefixed: 'Confluent-framed Avro, each after its length',
  base64: 'Confluent-framed Avro, base64 lines',
  kcat: 'Confluent-framed Avro, kcat -J',
};

/** What the form is called in reports: `Avro container (deflate, 1 schema)`. */
export function avroText({ source, codecs, schemaCount }: AvroFacts): string {
  const facts = [...codecs, `${schemaCount} ${schemaCount === 1 ? 'schema' : 'schemas'}`];
  return `${LAYOUTS[source.layout]} (${facts.join(', ')})`;
}
