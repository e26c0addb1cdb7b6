import type { Rejected } from '../../../relation.js';
import type { ForeignFile, ForeignPart } from '../foreign.js';
import { RowsFile } from '../rows-file.js';
import { copyCells } from './copy-cells.js';
import { cellOf } from './sql-cells.js';
import { type SqlToken, SqlTokens } from './sql-tokens.js';

/** Words that begin an item of CREATE TABLE that is no column. */
const NO_COLUMN = /^(primary|key|unique|constraint|index|fulltext|spatial|foreign|check|exclude|like|period)$/i;

interface Table {
  readonly columns: readonly string[];
  rows: RowsFile | null;
}

type Rows = { readonly table: string; readonly rows: RowsFile; readonly width: number };

/** Reads the statements of a dump, token by token, into a file of rows per table. */
export class SqlReader {
  private readonly file: ForeignFile;
  private readonly tokens: SqlTokens;
  private readonly tables = new Map<string, Table>();
  private readonly rejected: Rejected[] = [];
  private readonly reading: Generator<'more', void, void>;
  private odd = 0;

  constructor(file: ForeignFile, backslashes: boolean) {
    this.file = file;
    this.tokens = new SqlTokens(backslashes);
    this.reading = this.statements();
  }

  push(piece: string): void {
    this.tokens.push(piece);
    this.reading.next();
  }

  end(): readonly ForeignPart[] {
    this.tokens.end();
    this.reading.next();
    this.reading.return();
    if (this.odd > 0)
      this.rejected.push({
        file: this.file.name,
        line: null,
        code: 'wrong-columns',
        reason: `${this.odd} rows of INSERT or COPY do not have the columns of their table`,
      });
    const parts = [...this.tables].map(([table, { columns, rows }]) => {
      const out = rows ?? new RowsFile(this.file.spool('rows'), columns, 'latin1');
      return out.end({ part: table, topic: table });
    });
    const [first, ...others] = parts;
    return first === undefined ? [] : [{ ...first, rejected: this.rejected }, ...others];
  }

  private *token(): Generator<'more', SqlToken, void> {
    for (;;) {
      const token = this.tokens.next();
      if (token !== null) return token;
      yield 'more';
    }
  }

  private *statements(): Generator<'more', void, void> {
    for (;;) {
      const token = yield* this.token();
      if (token.kind !== 'word') continue;
      const verb = token.text.toLowerCase();
      if (verb === 'create') yield* this.create();
      else if (verb === 'insert' || verb === 'replace') yield* this.insert();
      else if (verb === 'copy') yield* this.copy();
      else yield* this.rest(token);
    }
  }

  /** Passes over what is left of a statement. */
  private *rest(from: SqlToken): Generator<'more', void, void> {
    for (let token = from; !isSign(token, ';'); ) token = yield* this.token();
  }

  private *create(): Generator<'more', void, void> {
    let token = yield* this.token();
    while (token.kind === 'word' && /^(temporary|unlogged|or|replace)$/i.test(token.text)) token = yield* this.token();
    if (!isWord(token, 'table')) return yield* this.rest(token);
    token = yield* this.token();
    while (token.kind === 'word' && /^(if|not|exists)$/i.test(token.text)) token = yield* this.token();
    const [name, open] = yield* this.name(token);
    if (!isSign(open, '(')) return yield* this.rest(open);
    const columns: string[] = [];
    let starts = true;
    for (let depth = 1; depth > 0; ) {
      token = yield* this.token();
      if (starts && (token.kind === 'name' || (token.kind === 'word' && !NO_COLUMN.test(token.text))))
        columns.push(token.text);
      starts = depth === 1 && isSign(token, ',');
      depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    }
    if (!this.tables.has(name)) this.tables.set(name, { columns, rows: null });
    yield* this.rest(token);
  }

  /** A name with its schema before it; and the token behind it. */
  private *name(first: SqlToken): Generator<'more', readonly [string, SqlToken], void> {
    let name = first.text;
    let token = yield* this.token();
    while (isSign(token, '.') || (token.kind === 'word' && token.text.startsWith('.'))) {
      const part = token.text === '.' ? yield* this.token() : { kind: 'word' as const, text: token.text.slice(1) };
      name = part.text;
      token = yield* this.token();
    }
    return [name.slice(name.lastIndexOf('.') + 1), token];
  }

  private *columns(open: SqlToken): Generator<'more', readonly [readonly string[] | null, SqlToken], void> {
    if (!isSign(open, '(')) return [null, open];
    const names: string[] = [];
    for (;;) {
      const token = yield* this.token();
      if (isSign(token, ')')) return [names, yield* this.token()];
      if (token.kind !== 'sign') names.push(token.text);
    }
  }

  private *insert(): Generator<'more', void, void> {
    let token = yield* this.token();
    while (token.kind === 'word' && /^(ignore|low_priority|delayed|high_priority|into|or|replace)$/i.test(token.text))
      token = yield* this.token();
    const [table, open] = yield* this.name(token);
    const [names, after] = yield* this.columns(open);
    token = after;
    while (!isWord(token, 'values') && !isWord(token, 'value')) {
      if (isSign(token, ';') || isWord(token, 'select')) return yield* this.rest(token);
      token = yield* this.token();
    }
    const rows = this.rowsOf(table, names);
    for (token = yield* this.token(); isSign(token, '('); token = yield* this.token()) {
      const cells = yield* this.cells();
      this.add(rows, names, cells);
      token = yield* this.token();
      if (!isSign(token, ',')) break;
    }
    yield* this.rest(token);
  }

  private *cells(): Generator<'more', readonly (string | null)[], void> {
    const cells: (string | null)[] = [];
    let parts: SqlToken[] = [];
    for (let depth = 1; ; ) {
      const token = yield* this.token();
      depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
      if (depth === 0 || (depth === 1 && isSign(token, ','))) {
        cells.push(cellOf(parts));
        parts = [];
        if (depth === 0) return cells;
      } else parts.push(token);
    }
  }

  private *copy(): Generator<'more', void, void> {
    const [table, open] = yield* this.name(yield* this.token());
    const [names, after] = yield* this.columns(open);
    let token = after;
    const words: string[] = [];
    for (; !isSign(token, ';'); token = yield* this.token()) words.push(token.text.toLowerCase());
    if (!words.includes('stdin')) return;
    const rows = this.rowsOf(table, names);
    let first = true;
    for (;;) {
      const line = this.tokens.line();
      if (line === null) yield 'more';
      // The rest of the line of the statement itself comes first.
      else if (first) first = false;
      else if (line === '\\.') return;
      else this.add(rows, names, copyCells(line));
    }
  }

  private rowsOf(table: string, names: readonly string[] | null): Rows | null {
    const known = this.tables.get(table) ?? { columns: names ?? [], rows: null };
    if (known.columns.length === 0) return null;
    known.rows ??= new RowsFile(this.file.spool('rows'), known.columns, 'latin1');
    this.tables.set(table, known);
    return { table, rows: known.rows, width: known.columns.length };
  }

  private add(rows: Rows | null, names: readonly string[] | null, cells: readonly (string | null)[]): void {
    const columns = rows === null ? [] : this.tables.get(rows.table)!.columns;
    if (rows === null || cells.length !== (names ?? columns).length) {
      this.odd += 1;
      return;
    }
    if (names === null || names.every((name, at) => name === columns[at])) rows.rows.add(cells);
    else rows.rows.add(columns.map((column) => cells[names.indexOf(column)] ?? null));
  }
}

function isSign(token: SqlToken, sign: string): boolean {
  return token.kind === 'sign' && token.text === sign;
}

function isWord(token: SqlToken, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}
