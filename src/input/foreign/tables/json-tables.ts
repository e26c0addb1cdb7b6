import { unpackedBytes } from '../../avro/bytes.js';
import type { ForeignFile, ForeignPart, Rewriter } from '../foreign.js';
import { ForeignError } from '../foreign.js';
import { isJson, type Json, jsonText, parseExact, plainText } from '../records/json.js';
import { headPieces, isLineWise } from '../records/json-texts.js';
import { isForeignJson } from '../records/records.js';
import { RowsFile } from '../rows-file.js';

/** Names that programs give to the rows of whatever table. */
const ANY = /^(rows|data|items|results?|records|values|response|select\b.*)$/is;
/** No string of Node is longer. */
const LARGEST = 500_000_000;

/** JSON with tables inside: phpMyAdmin's list of `{type: "table", name, data: [...]}`, DBeaver's and HeidiSQL's object of rows. */
export const JSON_TABLES: Rewriter = {
  what: 'JSON of tables',
  recognises: (file) => isPhpMyAdmin(file.text) || (OBJECT.test(file.text) && isOneObject(file)),
  async rewrite(file) {
    const whole = parseExact(await wholeText(file));
    const tables = Array.isArray(whole) ? phpMyAdmin(whole) : isJson(whole) ? rowsOf(whole) : null;
    if (tables === null) throw new ForeignError('is JSON of tables that breaks off or is damaged', 'Export it again.');
    return tables.map(({ name, rows }) => written(file, name, rows));
  },
};

/** An object whose first member (behind a name of the table) is a list of objects, and no part of a change event or a schema. */
const OBJECT =
  /^\s*\{\s*("(table|name|query|database)"\s*:\s*"[^"]*"\s*,\s*)?"(?!(before|after|schema|payload|fields|tableChanges|data_collections|change|columns)")(?:[^"\\]|\\.)+"\s*:\s*\[\s*(\{\s*"|\]\s*\}\s*$)/i;

function isPhpMyAdmin(text: string): boolean {
  const start = text.slice(0, 600);
  return /^\s*\[/.test(start) && /"type"\s*:\s*"header"/.test(start) && /PHPMyAdmin/i.test(start);
}

/** One object is the whole file, and no record of a form that is known. */
function isOneObject(file: ForeignFile): boolean {
  return headPieces(file.head, isLineWise(file.text)).length < 2 && !isForeignJson(file);
}

interface JsonTable {
  readonly name: string | null;
  readonly rows: readonly Json[];
}

function phpMyAdmin(parts: readonly unknown[]): readonly JsonTable[] {
  return parts
    .filter(isJson)
    .filter((part) => part.type === 'table' && Array.isArray(part.data))
    .map((part) => ({ name: plainText(part.name), rows: (part.data as readonly unknown[]).filter(isJson) }));
}

function rowsOf(whole: Json): readonly JsonTable[] {
  const named = plainText(whole.table ?? whole.name);
  return Object.entries(whole).flatMap(([name, rows]) =>
    Array.isArray(rows) ? [{ name: ANY.test(name) ? named : name, rows: rows.filter(isJson) }] : [],
  );
}

function written(file: ForeignFile, name: string | null, rows: readonly Json[]): ForeignPart {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const out = new RowsFile(file.spool('rows'), columns);
  for (const row of rows) out.add(columns.map((column) => cell(row[column])));
  return out.end(name === null ? {} : { part: name, topic: name });
}

function cell(value: unknown): string | null {
  return value === null || value === undefined ? null : (plainText(value) ?? jsonText(value));
}

async function wholeText(file: ForeignFile): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of unpackedBytes(file.path, file.compression)) {
    pieces.push(Buffer.from(piece));
    bytes += piece.length;
    if (bytes > LARGEST)
      throw new ForeignError(`is JSON of tables of more than ${LARGEST / 1_000_000} MB`, 'Export it as CSV.');
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}
