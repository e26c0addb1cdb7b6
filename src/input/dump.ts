import type { InputForm } from './input-file.js';

/** Says which dialect a text of rows is, by its first lines; null where it is no table of rows. */
export function sniffDump(head: string): InputForm | null {
  const [first = '', second = ''] = head.split(/\r?\n/, 2);
  if (first.includes('\t')) return sniffTabs(first, second, head);
  const delimiter = [',', ';', '|'].map((d) => [d, countOutside(first, d)] as const).sort((a, b) => b[1] - a[1])[0]!;
  if (delimiter[1] === 0 && !isName(unquote(first))) return null;
  const cells = splitQuoted(first, delimiter[0]).map(unquote);
  if (!cells.every(isName)) return headless(isRegular(head, delimiter[0]) ? 'CSV' : null);
  // OUTFILE with the header-by-UNION trick quotes every field; NULL is a bare \N, so a field is never empty.
  const escapes = /(^|,)\\N(,|$)/m.test(head) || /\\"|\\$/m.test(head.slice(first.length));
  const outfile = first.startsWith('"') && escapes && !/,,/.test(head);
  return { kind: 'dump', dialect: outfile ? 'mariadb-outfile' : 'rfc4180', delimiter: delimiter[0], header: cells };
}

function sniffTabs(first: string, second: string, head: string): InputForm | null {
  const cells = first.split('\t').map(unquote);
  if (!cells.every(isName)) {
    return headless(/(^|\t)\\N(\t|$)/m.test(head) || cells.length > 1 ? 'PostgreSQL COPY text' : null);
  }
  const quoted = second.split('\t').some((cell) => cell.startsWith('"') && cell.endsWith('"') && cell.length > 1);
  return { kind: 'dump', dialect: quoted ? 'tsv' : 'mariadb-batch', delimiter: '\t', header: cells };
}

function headless(dialect: string | null): InputForm | null {
  if (dialect === null) return null;
  return {
    kind: 'set-aside',
    what: `${dialect} without a header line`,
    code: 'dump-without-header',
    reason: `is a dump (${dialect}) without a header line, so its columns have no names`,
    help: 'Export it again with one: COPY ... TO ... WITH (FORMAT csv, HEADER).',
  };
}

function isName(cell: string): boolean {
  return /^\uFEFF?[\p{L}_$][\p{L}\p{N}_$ .-]{0,127}$/u.test(cell);
}

function unquote(cell: string): string {
  const bare = cell.replace(/^\uFEFF/, '');
  return bare.length > 1 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare;
}

function splitQuoted(line: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    if (char === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}

/** True where most of the next lines have as many cells as the first: prose with a comma in it has not. */
function isRegular(head: string, delimiter: string): boolean {
  const [first = '', ...rest] = head.split(/\r?\n/, 20).filter((line) => line !== '');
  const cells = countOutside(first, delimiter);
  const alike = rest.filter((line) => countOutside(line, delimiter) === cells);
  return cells > 0 && rest.length > 0 && alike.length * 2 > rest.length;
}

function countOutside(line: string, delimiter: string): number {
  return splitQuoted(line, delimiter).length - 1;
}
