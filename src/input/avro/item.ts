import type { Damage } from '../input-file.js';
import type { AvroSchema } from './schema.js';

/** Where Kafka keeps a record, in the forms that tell. */
export interface KafkaPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Kafka's timestamp, epoch milliseconds. */
  readonly ts: number | null;
  readonly key: DecodedKey | null;
}

/** A key: its value (undefined where its schema is not known or does not fit), and its bytes. */
export interface DecodedKey {
  readonly value: unknown;
  readonly bytes: Buffer;
}

/**
 * What comes out of an Avro file, in its order: a record, a null value (tombstone), a record that is there and cannot be read
 * (each takes a place of its own), damage behind which nobody knows how many are missing (`reason` is null where they stand
 * in the list already), the header of a container.
 */
export type AvroItem =
  | { readonly kind: 'record'; readonly schema: AvroSchema; readonly value: unknown; readonly place?: KafkaPlace }
  | { readonly kind: 'null'; readonly place?: KafkaPlace }
  | { readonly kind: 'lost'; readonly code: string; readonly reason: string }
  | { readonly kind: 'broken'; readonly damage: Damage; readonly reason: string | null }
  | { readonly kind: 'header'; readonly codec: string; readonly schema: AvroSchema; readonly text: string };

/** A record that cannot be read. */
export function lost(code: string, reason: string): AvroItem {
  return { kind: 'lost', code, reason };
}

/** A place behind which records are missing that nobody can count. */
export function broken(damage: Damage, reason: string | null): AvroItem {
  return { kind: 'broken', damage, reason };
}
