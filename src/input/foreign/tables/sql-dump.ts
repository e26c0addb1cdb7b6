import { unpackedBytes } from '../../avro/bytes.js';
import { markedEncoding } from '../../encoding.js';
import type { ForeignFile, Rewriter } from '../foreign.js';
import { SqlReader } from './sql-reader.js';

const BEGINS =
  /^\s*(--|#|\/\*|SET\b|BEGIN\b|START\b|PRAGMA\b|DROP\b|CREATE\b|INSERT\b|REPLACE\b|USE\b|LOCK\b|COPY\b|SELECT pg_)/i;
const ROWS =
  /\b(CREATE\s+TABLE|(INSERT|REPLACE)\s+(IGNORE\s+|LOW_PRIORITY\s+|DELAYED\s+)?INTO|COPY\s+\S+\s.*FROM\s+stdin)\b/i;

/** SQL dumps: mysqldump, mariadb-dump, phpMyAdmin (INSERT), pg_dump (COPY or INSERT), sqlite3 .dump. Each table becomes rows with a header. */
export const SQL_DUMP: Rewriter = {
  what: 'SQL dump',
  recognises: (file) => {
    const text = textOf(file);
    return BEGINS.test(text) && ROWS.test(text);
  },
  async rewrite(file) {
    const text = textOf(file);
    // PostgreSQL and SQLite take a backslash as it is; MySQL escapes with it.
    const backslashes = !/PostgreSQL database dump|^PRAGMA foreign_keys|standard_conforming_strings = on/m.test(text);
    const reader = new SqlReader(file, backslashes);
    const encoding = encodingOf(file);
    const decoder = encoding === 'latin1' ? null : new TextDecoder(encoding);
    // Letters of one byte each: the bytes of a cell reach the rows as they are, whatever their encoding.
    const letters = (piece: Buffer, stream: boolean): string =>
      decoder === null ? piece.toString('latin1') : Buffer.from(decoder.decode(piece, { stream })).toString('latin1');
    for await (const piece of unpackedBytes(file.path, file.compression)) reader.push(letters(piece, true));
    reader.push(letters(Buffer.alloc(0), false));
    return reader.end();
  },
};

/** Windows PowerShell redirects a dump as UTF-16. */
function encodingOf({ head }: ForeignFile): 'latin1' | 'utf-16le' | 'utf-16be' {
  const marked = markedEncoding(head);
  return marked === 'utf16le' ? 'utf-16le' : marked === 'utf16be' ? 'utf-16be' : 'latin1';
}

function textOf(file: ForeignFile): string {
  const encoding = encodingOf(file);
  return encoding === 'latin1' ? file.text : new TextDecoder(encoding).decode(file.head);
}
