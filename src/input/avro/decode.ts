import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RecordFacts } from '../input-file.js';
import type { RawRequest } from '../reader.js';
import { LONGEST_LINE } from '../scan.js';
import { avroItems } from './items.js';
import { RecordJson, type WantedOfAvro } from './record-json.js';
import type { AvroFacts } from './source.js';

/** Decodes an Avro file into the JSON that it is read as, at `path`: of its rows only the fields that are asked for; null: the types of all values. */
export async function decodeAvro(
  path: string,
  { avro, records }: { readonly records: RecordFacts; readonly avro: AvroFacts },
  keyed: boolean,
  request: RawRequest | null,
): Promise<void> {
  const lines = new RecordJson(wantedOf(request), records, keyed);
  const out = createWriteStream(path, { mode: 0o600 });
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

function wantedOf(request: RawRequest | null): WantedOfAvro {
  if (request === null) return { fields: null, keys: null, transactions: false, veiled: true };
  const { fields, keys, transactions } = request;
  return { fields: new Set(fields), keys: new Set(keys), transactions, veiled: false };
}
