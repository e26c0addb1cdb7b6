import { unpackedBytes } from '../../avro/bytes.js';
import type { ForeignFile, ForeignPart, Rewriter } from '../foreign.js';
import { textLines } from '../records/framing.js';
import { RowsFile } from '../rows-file.js';

const RULE = /^\+(-+\+)+\s*$/;
const PSQL_RULE = /^-+(\+-+)*\s*$/;
const VERTICAL = /^\*{10,} \d+\. row \*{10,}\s*$/;
const FOOTER = /^\(\d+ rows?\)$|^\d+ rows? in set|^Query OK|^(mysql|MariaDB.*|\w+[=-]#)>|^Time: |^Bye$|^Empty set/;

/** What the clients of databases print for eyes: the boxes of mysql (`| id | ... |`), its `\G`, the columns of psql. */
export const BOXED: Rewriter = {
  what: 'table drawn by a database client',
  recognises: (file) => styleOf(file) !== null,
  async rewrite(file) {
    const reader = new BoxReader(file, styleOf(file)!);
    for await (const line of textLines(unpackedBytes(file.path, file.compression))) reader.line(line);
    return reader.end();
  },
};

type Style = 'box' | 'vertical' | 'psql';

function styleOf({ text }: ForeignFile): Style | null {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const first = lines.findIndex(
    (line) => RULE.test(line) || VERTICAL.test(line) || (PSQL_RULE.test(line) && line.length > 2),
  );
  const rule = lines[first];
  if (rule === undefined || first > 8) return null;
  if (VERTICAL.test(rule)) return 'vertical';
  if (RULE.test(rule)) return lines[first + 1]?.startsWith('|') === true ? 'box' : null;
  const before = lines[first - 1] ?? '';
  return first > 0 && before.split('|').length === rule.split('+').length && before.length <= rule.length + 1
    ? 'psql'
    : null;
}

class BoxReader {
  private readonly file: ForeignFile;
  private readonly style: Style;
  private header: readonly string[] | null = null;
  private rows: RowsFile | null = null;
  private before = '';
  private row: Map<string, string | null> | null = null;
  private number = 0;
  private readonly odd: number[] = [];

  constructor(file: ForeignFile, style: Style) {
    this.file = file;
    this.style = style;
  }

  line(line: string): void {
    this.number += 1;
    if (this.style === 'vertical') this.vertical(line);
    else if (this.style === 'box') this.boxed(line);
    else this.aligned(line);
    this.before = line;
  }

  end(): readonly ForeignPart[] {
    this.finish();
    if (this.rows === null) return [];
    const rejected = this.odd.map((line) => ({
      file: this.file.name,
      line,
      code: 'wrong-columns',
      reason: 'is no row of the drawn table: a cell with a line end or a bar in it cannot be told apart',
    }));
    return [this.rows.end({ rejected })];
  }

  private boxed(line: string): void {
    if (RULE.test(line) || FOOTER.test(line.trim()) || line.trim() === '') return;
    if (!line.startsWith('|') || !line.trimEnd().endsWith('|')) {
      if (this.header !== null) this.odd.push(this.number);
      return;
    }
    const cells = line
      .trimEnd()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    if (this.header === null || (RULE.test(this.before) && cells.join() === this.header.join())) this.begin(cells);
    else this.add(cells.map((cell) => (cell === 'NULL' ? null : cell)));
  }

  private aligned(line: string): void {
    if (this.header === null) {
      if (PSQL_RULE.test(line)) this.begin(this.before.split('|').map((cell) => cell.trim()));
      return;
    }
    if (FOOTER.test(line.trim()) || line.trim() === '' || PSQL_RULE.test(line)) return;
    this.add(line.split('|').map((cell) => cell.trim() || null));
  }

  private vertical(line: string): void {
    if (VERTICAL.test(line)) {
      this.finish();
      this.row = new Map();
      return;
    }
    const cell = /^\s*([^:\s]+): (.*)$/.exec(line) ?? /^\s*([^:\s]+):()\s*$/.exec(line);
    if (this.row === null || FOOTER.test(line.trim()) || line.trim() === '') return;
    if (cell === null) this.odd.push(this.number);
    else this.row.set(cell[1]!, cell[2] === 'NULL' ? null : cell[2]!);
  }

  private begin(header: readonly string[]): void {
    if (this.header !== null) return;
    this.header = header;
    this.rows = new RowsFile(this.file.spool('rows'), header);
  }

  private add(cells: readonly (string | null)[]): void {
    if (cells.length === this.header!.length) this.rows!.add(cells);
    else this.odd.push(this.number);
  }

  private finish(): void {
    if (this.row === null) return;
    if (this.header === null) this.begin([...this.row.keys()]);
    this.add(this.header!.map((name) => this.row!.get(name) ?? null));
    this.row = null;
  }
}
