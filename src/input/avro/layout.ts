import { frameId, isFramed, MAGIC, parseKcat } from './wire.js';

/** How the records of an Avro file lie in it. */
export type AvroLayout = 'container' | 'concatenated' | 'prefixed' | 'base64' | 'kcat';

const LONGEST_RECORD = 16_000_000;
const LINES = 20;

/** Recognises an Avro file by its first unpacked bytes; null where it is none. */
export function avroLayout(head: Buffer): AvroLayout | null {
  if (head.subarray(0, 4).equals(MAGIC)) return 'container';
  if (isPrefixed(head)) return 'prefixed';
  // Registries number from one, and none is known to have given out sixteen million.
  const id = frameId(head);
  if (id !== null && id > 0 && head[1] === 0 && head.length > 5) return 'concatenated';
  if (head[0] === 0) return null;
  const lines = head.toString('latin1').split('\n', LINES + 1);
  const told = lines.slice(0, Math.max(1, lines.length - 1)).map((line) => line.trim());
  const values = told.filter((line) => line !== '' && line !== 'null');
  if (values.length > 0 && values.every(isFramed)) return 'base64';
  const kcat = values.map(parseKcat).filter((line) => line !== null && line.payload !== null);
  return kcat.length > 0 && kcat.every((line) => isFramed(line!.payload)) ? 'kcat' : null;
}

/** The ids that the first records of a framed file name, in order. */
export function firstIds(head: Buffer, layout: AvroLayout): readonly number[] {
  const ids = new Set<number>();
  const add = (bytes: Buffer): void => {
    const id = frameId(bytes);
    if (id !== null) ids.add(id);
  };
  if (layout === 'concatenated') add(head);
  if (layout === 'prefixed') for (const at of prefixes(head) ?? []) add(head.subarray(at + 4));
  if (layout === 'kcat' || layout === 'base64') {
    for (const line of head.toString('latin1').split('\n', LINES)) {
      const record = layout === 'kcat' ? parseKcat(line.trim()) : null;
      for (const text of record === null ? [line.trim()] : [record.key, record.payload])
        if (isFramed(text)) add(Buffer.from(text!, text!.startsWith('\0') ? 'latin1' : 'base64'));
    }
  }
  return [...ids].sort((a, b) => a - b);
}

function isPrefixed(head: Buffer): boolean {
  const places = prefixes(head);
  return places !== null && places.length > 0;
}

/** Where the lengths stand; null where the bytes are not records with their length before them. */
function prefixes(head: Buffer): readonly number[] | null {
  const places: number[] = [];
  let at = 0;
  while (at + 9 <= head.length) {
    const length = head.readInt32BE(at);
    if (length === -1) {
      at += 4;
      continue;
    }
    if (length <= 5 || length > LONGEST_RECORD || head[at + 4] !== 0 || head[at + 5] !== 0) return null;
    places.push(at);
    at += 4 + length;
  }
  return places.length > 1 || at === head.length ? places : null;
}
