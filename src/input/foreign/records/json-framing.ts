import type { ForeignFile } from '../foreign.js';
import { BARE, type Framed, type Framing } from './framing.js';
import { isJson, type Json, parseExact } from './json.js';
import { headPieces, isLineWise, jsonPieces } from './json-texts.js';
import { unwrapped } from './unwrap.js';

/** Objects in any arrangement (lines, lists, one behind the other), each a record or the wrapper of one. */
export const JSON_FRAMING: Framing = {
  what: '',
  recognises: ({ text }) => /^\s*[[{]/.test(text),
  async *records(file, pieces) {
    for await (const { text, line, broken } of jsonPieces(pieces, isLineWise(file.text))) {
      const framed = broken ? undefined : framedOf(text);
      if (framed === undefined)
        yield { line, code: 'invalid-json', reason: 'is not valid JSON (cut off, or two records run together)' };
      else yield { line, ...framed };
    }
  },
};

function framedOf(text: string): Pick<Extract<Framed, { record: unknown }>, 'record'> | undefined {
  const value = parseExact(text);
  if (value === null) return { record: { ...BARE, value: null } };
  if (!isJson(value)) return undefined;
  const record = unwrapped(value);
  return record === null ? { record: { ...BARE, value } } : { record };
}

/** The first objects of a file. */
export function sampleObjects({ head, text }: ForeignFile): readonly Json[] {
  return headPieces(head, isLineWise(text))
    .slice(0, 60)
    .map((piece) => parseExact(piece.text))
    .filter(isJson);
}

/** True where objects follow each other on one line without a list around them. */
export function isRunTogether({ head, text }: ForeignFile): boolean {
  if (!/^\s*\{/.test(text)) return false;
  const pieces = headPieces(head, isLineWise(text)).slice(0, 200);
  return pieces.some(({ line, text: object }, at) => at > 0 && line === pieces[at - 1]!.line && object.startsWith('{'));
}
