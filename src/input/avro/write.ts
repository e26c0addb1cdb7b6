import { truncateSync } from 'node:fs';
import type { InputFile } from '../input-file.js';
import type { RawRequest } from '../raw-relation.js';

/**
 * Writes the JSON that an Avro file is read as (`readPath`, for its owner only): one line per record, of its row only the fields
 * that are asked for. `request` null: the types of values in place of the values. Does nothing with files of other forms.
 */
export async function writeAvroJson(file: InputFile, request: RawRequest | null): Promise<void> {
  if (!('avro' in file.form) || file.form.avro === undefined) return;
  const { kind, json, avro } = file.form;
  const { decodeAvro } = await import('./decode.js');
  await decodeAvro(file.readPath, { kind, json, avro }, request);
}

/** Empties that JSON again. */
export function removeAvroJson(file: InputFile): void {
  if ('avro' in file.form && file.form.avro !== undefined) truncateSync(file.readPath);
}
