import { readerOf } from './forms/index.js';
import type { InputFile, RecordFacts } from './input-file.js';

/** Files that lie one after the other in the list of inputs, from its place `first` on. */
export interface Batch {
  readonly first: number;
  readonly files: readonly InputFile[];
}

/** Most files of a batch, and most bytes of one that is read with others: what a statement costs is felt in small ones. */
const MOST = 500;
const SMALL = 1_000_000;

/** The files in batches of one topic and one form, each to be read in one statement (`asOne`). Sinks to object stores write a file for every few records. */
export function batchesOf(files: readonly InputFile[]): readonly Batch[] {
  const batches: { first: number; files: InputFile[]; likeness: string | null }[] = [];
  for (const [index, file] of files.entries()) {
    const likeness = likenessOf(file);
    const last = batches.at(-1);
    if (last !== undefined && likeness !== null && last.likeness === likeness && last.files.length < MOST)
      last.files.push(file);
    else batches.push({ first: index, files: [file], likeness });
  }
  return batches;
}

/** What files must have in common; null for a file that is read by itself. */
function likenessOf(file: InputFile): string | null {
  const { form, bytes, compression, damage, rejected, fileTopic, blankLines, whole, origin, notes } = file;
  if (form.records === undefined || bytes > SMALL || whole !== undefined || damage !== null) return null;
  if (rejected.length > 0 || blankLines) return null;
  if (!readerOf(file).lines) return null;
  const { records, ...own } = form;
  const { fields: _f, types: _t, base64: _b, encoded: _e, ...shape } = records;
  return JSON.stringify([fileTopic, compression, own, shape, origin, notes]);
}

/** The files of a batch as one: their records stand one after the other, and what one head showed holds for all. */
export function asOne({ files }: Batch): InputFile {
  const [first] = files;
  if (first === undefined || files.length === 1) return first!;
  const all = files.map(({ form }) => form.records!);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...first, bytes, form: { ...first.form, records: together(all) }, paths: files.map((f) => f.readPath) };
}

function together(all: readonly RecordFacts[]): RecordFacts {
  const fields = new Map<string, string>();
  const types = new Map<string, ReadonlySet<string>>();
  for (const facts of all) {
    for (const [lower, name] of facts.fields) if (!fields.has(lower)) fields.set(lower, name);
    for (const [lower, seen] of facts.types) types.set(lower, new Set([...(types.get(lower) ?? []), ...seen]));
  }
  const union = (of: (facts: RecordFacts) => ReadonlySet<string>): ReadonlySet<string> =>
    new Set(all.flatMap((facts) => [...of(facts)]));
  return { ...all[0]!, fields, types, base64: union((f) => f.base64), encoded: union((f) => f.encoded) };
}
