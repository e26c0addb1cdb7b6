import { avroReader } from '../avro/reader.js';

/** Avro object container files: values with their schema, in blocks. */
export const AVRO_CONTAINER = avroReader('avro-container', ['container']);
