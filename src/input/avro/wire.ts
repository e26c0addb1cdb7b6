/** First bytes of an object container file. */
export const MAGIC = Buffer.from('Obj\x01', 'latin1');

/** Bytes before a record in the wire format of Confluent's serializers: a zero, then the schema id, big-endian. */
export const FRAME_HEAD = 5;

/** The schema id of framed bytes; null where they are none. */
export function frameId(bytes: Buffer, at = 0): number | null {
  return bytes.length >= at + FRAME_HEAD && bytes[at] === 0 ? bytes.readUInt32BE(at + 1) : null;
}

/** One line of `kcat -J`, each character of its text standing for one byte. */
export interface KcatLine {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly ts?: number;
  readonly key: string | null;
  readonly payload: string | null;
}

/** A line of `kcat -J`; null where it is none. */
export function parseKcat(text: string): KcatLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return isKcat(line) ? line : null;
  } catch {
    return null;
  }
}

function isKcat(line: unknown): line is KcatLine {
  if (typeof line !== 'object' || line === null) return false;
  const { topic, partition, offset, key, payload } = line as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === null || typeof value === 'string';
  return (
    typeof topic === 'string' &&
    Number.isInteger(partition) &&
    Number.isInteger(offset) &&
    isText(key) &&
    isText(payload)
  );
}

/** Base64 of framed bytes; null where the text is none. */
export function base64(text: string): Buffer | null {
  // The first byte is zero: text in base64 then begins with an A.
  if (!text.startsWith('A') || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > FRAME_HEAD && bytes.toString('base64') === text ? bytes : null;
}

/** True where a string of a line stands for framed bytes. */
export function isFramed(text: string | null): boolean {
  if (text === null) return false;
  const bytes = text.startsWith('\0') ? Buffer.from(text, 'latin1') : base64(text);
  return bytes !== null && bytes.length > FRAME_HEAD && bytes[0] === 0 && bytes[1] === 0;
}
