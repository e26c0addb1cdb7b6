import { basename } from 'node:path';
import { type AvroSchema, parseSchema } from './schema.js';
import { schemaProblem, schemaTexts } from './schema-folder.js';

/** Schemas by the id that a registry gave them. */
export type SchemaFiles = ReadonlyMap<number, AvroSchema>;

/**
 * Reads the schemas of `--avro-schemas FOLDER` (or of one file): every `.avsc` or `.json` file whose name ends with the id, as
 * `7.avsc` or `orders-value.7.avsc`; its content is the schema, or what a registry answers for it. Fails with `input-not-found` or
 * `avro-schema` (exit 3).
 */
export function readSchemaFiles(folder: string): SchemaFiles {
  const texts = new Map<number, string>();
  const schemas = new Map<number, AvroSchema>();
  for (const { id, path, text } of schemaTexts(folder)) {
    if ((texts.get(id) ?? text) !== text)
      throw schemaProblem('avro-schema', `Two files in "${folder}" are named after the schema id ${id}.`, path);
    texts.set(id, text);
    schemas.set(id, parsed(text, path));
  }
  if (schemas.size === 0)
    throw schemaProblem(
      'avro-schema',
      `No file in "${folder}" is named after a schema id (7.avsc, orders-value.7.avsc).`,
    );
  return schemas;
}

function parsed(text: string, path: string): AvroSchema {
  try {
    return parseSchema(text);
  } catch {
    throw schemaProblem(
      'avro-schema',
      `${basename(path)} is no Avro schema, or refers to a type that it does not hold.`,
      path,
    );
  }
}
