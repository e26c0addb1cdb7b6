const ESCAPES: { readonly [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The cells of a line of PostgreSQL's COPY text. */
export function copyCells(line: string): readonly (string | null)[] {
  return line.split('\t').map((cell) => {
    if (cell === '\\N') return null;
    if (!cell.includes('\\')) return cell;
    return cell.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (_, code: string) => {
      if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
      return ESCAPES[code] ?? code;
    });
  });
}
