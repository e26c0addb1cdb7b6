import { avroReader } from '../avro/reader.js';

/** Avro records in Confluent's wire format, values alone: their schemas come from a registry (`--avro-schemas`). */
export const AVRO_FRAMED = avroReader('avro-framed', ['concatenated', 'prefixed', 'base64']);

/** The same in lines of `kcat -J`, with keys and places. */
export const AVRO_KCAT = avroReader('avro-kcat', ['kcat']);
