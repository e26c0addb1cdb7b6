import { once } from 'node:events';
import { createWriteStream, truncateSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { InputFile } from '../input-file.js';
import type { RawRequest } from '../raw-relation.js';
import { LONGEST_LINE } from '../scan.js';
import { avroItems } from './items.js';
import { RecordJson, type WantedOfAvro } from './record-json.js';

/**
 * Writes the JSON that an Avro file is read as (`readPath`, for its owner only): one line per record, of its row only the fields
 * that are asked for. `request` null: the types of values in place of the values. Does nothing with files of other forms.
 */
export async function writeAvroJson(file: InputFile, request: RawRequest | null): Promise<void> {
  if (!('avro' in file.form) || file.form.avro === undefined) return;
  const { avro, json, kind } = file.form;
  const lines = new RecordJson(wantedOf(request), json, kind === 'kcat');
  const out = createWriteStream(file.readPath, { mode: 0o600 });
  try {
    for await (const items of avroItems(avro.source)) {
      const texts = items.map((item) => lines.line(item)).filter((line) => line !== null);
      const text = texts.map((line) => `${line.length > LONGEST_LINE ? '{}' : line}\n`).join('');
      if (text !== '' && !out.write(text)) await once(out, 'drain');
    }
  } finally {
    out.end();
    await finished(out);
  }
}

/** Empties that JSON again. */
export function removeAvroJson(file: InputFile): void {
  if ('avro' in file.form && file.form.avro !== undefined) truncateSync(file.readPath);
}

function wantedOf(request: RawRequest | null): WantedOfAvro {
  if (request === null) return { fields: null, keys: null, transactions: false, veiled: true };
  const { fields, keys, transactions } = request;
  return { fields: new Set(fields), keys: new Set(keys), transactions, veiled: false };
}
