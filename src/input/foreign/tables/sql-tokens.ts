/** A piece of SQL: its kind, and its text with quotes undone. */
export interface SqlToken {
  readonly kind: 'word' | 'string' | 'name' | 'sign';
  readonly text: string;
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' };
const SPACE = /\s/;
const WORD = /[\w.$\x80-\xff]/;

/**
 * Cuts the text of a dump, piece by piece, into tokens; comments are left out (those that MySQL runs, `/*! ... *\/`, too: they hold
 * settings). `backslashes`: a backslash in a string escapes the letter behind it.
 */
export class SqlTokens {
  private readonly backslashes: boolean;
  private text = '';
  private at = 0;
  private ended = false;

  constructor(backslashes: boolean) {
    this.backslashes = backslashes;
  }

  push(piece: string): void {
    this.text = this.text.slice(this.at) + piece;
    this.at = 0;
  }

  end(): void {
    this.ended = true;
  }

  /** The next whole line (for the rows of COPY), or null where it is not there yet. */
  line(): string | null {
    const end = this.text.indexOf('\n', this.at);
    if (end < 0 && (!this.ended || this.at >= this.text.length)) return null;
    const line = this.text.slice(this.at, end < 0 ? this.text.length : end);
    this.at = end < 0 ? this.text.length : end + 1;
    return line.replace(/\r$/, '');
  }

  /** The next token, or null where more text must come first. */
  next(): SqlToken | null {
    for (;;) {
      while (this.at < this.text.length && SPACE.test(this.text[this.at]!)) this.at += 1;
      if (this.at >= this.text.length) return null;
      const skipped = this.comment();
      if (skipped === null) return null;
      if (skipped) continue;
      const letter = this.text[this.at]!;
      if (letter === "'") return this.quoted("'", 'string');
      if (letter === '`' || letter === '"') return this.quoted(letter, 'name');
      if (WORD.test(letter)) return this.word();
      this.at += 1;
      return { kind: 'sign', text: letter };
    }
  }

  /** Passes over a comment: true where there was one, null where its end has not come yet. */
  private comment(): boolean | null {
    const two = this.text.slice(this.at, this.at + 2);
    const letter = two[0];
    if (letter !== '-' && letter !== '#' && letter !== '/') return false;
    if (two.length < 2 && !this.ended) return null;
    const block = two === '/*';
    if (two !== '--' && letter !== '#' && !block) return false;
    const end = this.text.indexOf(block ? '*/' : '\n', this.at + (block ? 2 : 1));
    if (end < 0 && !this.ended) return null;
    this.at = end < 0 ? this.text.length : end + (block ? 2 : 1);
    return true;
  }

  private word(): SqlToken | null {
    let end = this.at + 1;
    while (end < this.text.length && WORD.test(this.text[end]!)) end += 1;
    if (end === this.text.length && !this.ended) return null;
    const text = this.text.slice(this.at, end);
    this.at = end;
    return { kind: 'word', text };
  }

  private quoted(quote: string, kind: 'string' | 'name'): SqlToken | null {
    const escapes = this.backslashes && quote === "'";
    const parts: string[] = [];
    let from = this.at + 1;
    for (let at = from; ; ) {
      const close = this.text.indexOf(quote, at);
      if (close < 0) return null;
      const slash = escapes ? this.text.indexOf('\\', at) : -1;
      if (slash >= 0 && slash < close) {
        if (slash + 1 >= this.text.length) return null;
        const letter = this.text[slash + 1]!;
        parts.push(this.text.slice(from, slash), ESCAPES[letter] ?? letter);
        from = at = slash + 2;
      } else if (close + 1 >= this.text.length && !this.ended) return null;
      else if (this.text[close + 1] === quote) {
        parts.push(this.text.slice(from, close + 1));
        from = at = close + 2;
      } else {
        parts.push(this.text.slice(from, close));
        this.at = close + 1;
        return { kind, text: parts.join('') };
      }
    }
  }
}
