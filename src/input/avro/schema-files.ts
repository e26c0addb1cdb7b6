import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { type AvroSchema, parseSchema } from './schema.js';

/** Schemas by the id that a registry gave them. */
export type SchemaFiles = ReadonlyMap<number, AvroSchema>;

/**
 * Reads the schemas of `--avro-schemas FOLDER` (or of one file): every `.avsc` or `.json` file whose name ends with the id, as
 * `7.avsc` or `orders-value.7.avsc`; its content is the schema, or what a registry answers for it. Fails with `input-not-found` or
 * `avro-schema` (exit 3).
 */
export function readSchemaFiles(folder: string): SchemaFiles {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw failure('input-not-found', `There is no folder "${folder}" of Avro schemas.`);
  const paths = stat.isDirectory()
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [folder];
  const texts = new Map<number, string>();
  const schemas = new Map<number, AvroSchema>();
  for (const path of paths) {
    const id = schemaId(path);
    if (id === null) continue;
    const text = readFileSync(path, 'utf8');
    if ((texts.get(id) ?? text) !== text)
      throw failure('avro-schema', `Two files in "${folder}" are named after the schema id ${id}.`, path);
    texts.set(id, text);
    schemas.set(id, parsed(text, path));
  }
  if (schemas.size === 0)
    throw failure('avro-schema', `No file in "${folder}" is named after a schema id (7.avsc, orders-value.7.avsc).`);
  return schemas;
}

function schemaId(path: string): number | null {
  const match = /(?:^|[^0-9])(\d{1,10})\.(avsc|json)$/i.exec(basename(path));
  return match === null ? null : Number(match[1]);
}

function parsed(text: string, path: string): AvroSchema {
  try {
    return parseSchema(text);
  } catch {
    throw failure(
      'avro-schema',
      `${basename(path)} is no Avro schema, or refers to a type that it does not hold.`,
      path,
    );
  }
}

function failure(code: string, message: string, path?: string): DiagnosticError {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    message,
    ...(path !== undefined && { place: { file: basename(path) } }),
    expected: 'a folder with one file per schema id, the id last in its name: 7.avsc',
    help: 'Save each schema as the registry gives it: curl REGISTRY/schemas/ids/7 > FOLDER/7.avsc',
    next: 'pharmabi inspect INPUT... --avro-schemas FOLDER',
  };
  return new DiagnosticError([diagnostic], EXIT.input);
}
