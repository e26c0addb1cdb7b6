import { closeSync, openSync, writeSync } from 'node:fs';
import type { Engine } from '../engine/engine.js';
import type { CsvOption, Rejected } from '../relation.js';
import { ByteWindow, unpackedBytes } from './avro/bytes.js';
import type { DumpEncoding } from './dump/form.js';
import { isCp1252, isMarked, markedEncoding, writeUnmarked, writeUtf8 } from './encoding.js';
import { READERS } from './forms/index.js';
import type { Compression, Form, SetAside } from './input-file.js';
import { jsonLayout, writeJsonLines } from './json-lines.js';
import { type FileScan, scanFile } from './scan.js';
import { sniff } from './sniff.js';
import { headOfZstd } from './zstd-head.js';

/** Unpacked in JavaScript, so no more than tells a form: what the records of a JSON file look like is told by lines that the engine unpacks. */
const HEAD = 65_536;
/** A packed block is some kilobytes: a sip does not unpack many more of them than the head needs. */
const SIP = 1 << 12;

/** A text file with its form, where its bytes can be read as UTF-8. */
export interface OpenText {
  readonly form: Form;
  /** The file itself, or a private copy of it, unpacked or in UTF-8. */
  readonly path: string;
  readonly compression: Compression;
  /** Of the bytes at `path`; `damage` is that of the file itself. */
  readonly scan: FileScan;
  /** True where records stand one per line at `path`, and otherwise in the file: places of lines are not those of the file. */
  readonly unfolded: boolean;
  /** Records of the file that `path` has not. */
  readonly rejected: readonly Rejected[];
}

/** Recognises a text file. One in another encoding is written anew in UTF-8; of zstd files what the engine cannot read is unpacked. */
export async function openText(
  engine: Engine,
  path: string,
  name: string,
  scan: FileScan,
  option: CsvOption | undefined,
): Promise<OpenText> {
  const file = { path, compression: scan.compression, scan, unfolded: false, rejected: [] };
  if (scan.compression === 'zstd') {
    const head = await headBytes(path);
    const marked = option?.encoding ?? markedEncoding(head) ?? 'utf8';
    const form = marked === 'utf8' ? sniff(head, { whole: false, encoding: 'utf8', ...given(option) }) : null;
    if (form !== null && isLines(form) && jsonLayout(head.toString('utf8')) === null && !isMarked(head)) {
      const lines = await headOfZstd(engine, path);
      if (lines !== 'deep') return { ...file, form: formOfZstd(lines) };
    }
    const unpacked = await unpack(engine, path, scan);
    // Nothing came out: what is there is no zstd, or damaged from its beginning on.
    if (unpacked.scan.head.length === 0) return { ...file, form: formOfZstd(null) };
    return await decoded(engine, name, unpacked, option);
  }
  return await decoded(engine, name, file, option);
}

type Bytes = Omit<OpenText, 'form'>;

function given(option: CsvOption | undefined): { readonly option?: CsvOption } {
  return option === undefined ? {} : { option };
}

async function headBytes(path: string): Promise<Buffer> {
  const window = new ByteWindow(unpackedBytes(path, 'zstd', SIP));
  try {
    const head = await window.peek(HEAD);
    const last = head.lastIndexOf(10);
    return head.length < HEAD || last < 0 ? head : head.subarray(0, last);
  } finally {
    await window.close();
  }
}

async function unpack(engine: Engine, path: string, { damage }: FileScan): Promise<Bytes> {
  const target = engine.spool('unpacked');
  const out = openSync(target, 'w', 0o600);
  try {
    for await (const piece of unpackedBytes(path, 'zstd')) writeSync(out, piece);
  } finally {
    closeSync(out);
  }
  const unpacked = { ...(await scanFile(target)), damage };
  return { path: target, compression: 'none', scan: unpacked, unfolded: false, rejected: [] };
}

async function decoded(engine: Engine, name: string, file: Bytes, option: CsvOption | undefined): Promise<OpenText> {
  const told = option?.encoding ?? markedEncoding(file.scan.head);
  if (told !== null && told !== 'utf8')
    return await formed(engine, name, await inUtf8(engine, file, told), told, option);
  const opened = await formed(engine, name, file, 'utf8', option);
  if (!file.scan.invalidText || told === 'utf8' || !isRows(opened.form)) return opened;
  if (!(await isCp1252(file.path, file.compression))) return opened;
  return await formed(engine, name, await inUtf8(engine, file, 'cp1252'), 'cp1252', option);
}

/** True where records are lines of JSON. */
function isLines(form: Form): boolean {
  return READERS.some(({ kind, lines }) => lines && kind === form.kind);
}

/** True for rows, and for what may be such once their letters can be read. */
function isRows(form: Form): boolean {
  return form.kind === 'set-aside' ? ROWS.has((form as SetAside).code) : !isLines(form);
}

const ROWS = new Set(['unknown-form', 'dump-without-header']);

async function inUtf8(engine: Engine, file: Bytes, encoding: DumpEncoding): Promise<Bytes> {
  const path = engine.spool('utf8');
  await writeUtf8(file, encoding, path);
  const { damage } = file.scan;
  return { path, compression: 'none', scan: { ...(await scanFile(path)), damage }, unfolded: false, rejected: [] };
}

async function unmarked(engine: Engine, file: Bytes): Promise<Bytes> {
  const path = engine.spool('unmarked');
  await writeUnmarked(file, path);
  const { damage } = file.scan;
  return { ...file, path, compression: 'none', scan: { ...(await scanFile(path)), damage } };
}

async function formed(
  engine: Engine,
  name: string,
  file: Bytes,
  encoding: DumpEncoding,
  option: CsvOption | undefined,
): Promise<OpenText> {
  const { head, headIsWhole } = file.scan;
  const layout = jsonLayout(head.toString('utf8'));
  if (layout === null) {
    const form = sniff(head, { whole: headIsWhole, encoding, ...given(option) });
    // The engine takes a mark before the first record for a part of it.
    return isLines(form) && isMarked(head) ? { ...(await unmarked(engine, file)), form } : { ...file, form };
  }
  const path = engine.spool('lines');
  const rejected = await writeJsonLines({ ...file, name }, layout, path);
  const scan = { ...(await scanFile(path)), damage: file.scan.damage };
  return { form: sniff(scan.head), path, compression: 'none', scan, unfolded: true, rejected };
}

/** DuckDB unpacks zstd and Node 20 does not: what it cannot read to the end is set aside as a whole. */
function formOfZstd(head: Buffer | null): Form {
  if (head !== null) return sniff(head);
  const refused: SetAside = {
    kind: 'set-aside',
    what: 'unreadable zstd',
    code: 'unreadable-zstd',
    reason: 'cannot be read as zstd text (damaged, not UTF-8, or a line too long)',
    help: 'Unpack it with zstd -d, and give the plain file: its good lines can then be read.',
  };
  return refused;
}
