import { identifier, text } from '../sql/quote.js';
import type { InputFile } from './input-file.js';
import { packing, type RawRelation, type RawRequest } from './raw-relation.js';

/** The raw relation of a dump of rows: every column as text, read in the rules of its dialect. */
export function dumpRelation(file: InputFile, request: RawRequest): RawRelation {
  if (file.form.kind !== 'dump') throw new Error('a dump was expected');
  const { header, dialect, delimiter } = file.form;
  const column = (field: string): string => {
    const name = header.find((h) => h.toLowerCase() === field);
    if (name === undefined) return 'NULL';
    const cell = `r.${identifier(name)}`;
    return dialect === 'mariadb-batch' ? unescaped(cell) : cell;
  };
  const columns = header.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  const options = `auto_detect=false, header=true, delim=${text(delimiter)}, columns={${columns}}, compression=${text(packing(file))}, store_rejects=true, max_line_size=20000000, buffer_size=40000000, ${dialectOptions(dialect)}`;
  void request;
  return {
    from: `read_csv(${text(file.readPath)}, ${options}) r`,
    topic: 'NULL',
    partition: 'NULL',
    offset: 'NULL',
    recordTime: 'NULL',
    key: 'NULL',
    nullValue: 'false',
    schema: 'NULL',
    parsed: false,
    envelope: () => 'NULL',
    meta: () => 'NULL',
    after: () => 'NULL',
    before: () => 'NULL',
    flat: column,
  };
}

function dialectOptions(dialect: string): string {
  if (dialect === 'mariadb-outfile')
    return `quote='"', escape='\\', nullstr='\\N', allow_quoted_nulls=false, strict_mode=false`;
  if (dialect === 'mariadb-batch') return `quote='', escape='', nullstr='NULL', new_line='\\n', strict_mode=false`;
  return `quote='"', escape='"', nullstr='', allow_quoted_nulls=false`;
}

/** `\t \n \\ \0` of `mariadb --batch`. */
function unescaped(cell: string): string {
  const held = `replace(${cell}, '\\\\', chr(2))`;
  const plain = `replace(replace(replace(replace(${held}, '\\n', chr(10)), '\\t', chr(9)), '\\r', chr(13)), '\\0', '0')`;
  return `CASE WHEN contains(${cell}, '\\') THEN replace(${plain}, chr(2), '\\') ELSE ${cell} END`;
}
