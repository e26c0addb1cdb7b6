import { visible } from '../diagnostics/visible.js';
import { textWidth as displayWidth } from '../diagnostics/width.js';

export { textWidth as displayWidth } from '../diagnostics/width.js';

/** A text made safe for a terminal and one line: what a reader would not see becomes U+FFFD, breaks spaces. */
export function terminalSafe(text: string): string {
  return visible(text.replace(/ *[\t\r\n\u2028\u2029]+ */g, ' '));
}

/** The text cut to `width` columns, ending in `…` (`~` in ASCII) where something is missing. */
export function cut(text: string, width: number, ascii = false): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return kept + (ascii ? '~' : '…');
}

/** The text filled with spaces to `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'right' ? text + space : space + text;
}

/** Lines of at most `width` columns, broken at spaces (inside a word only where it is longer than a line). */
export function wrap(text: string, width: number, first = '', rest = ''): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text
    .split(/\s+/)
    .filter((w) => w !== '')
    .flatMap((w) => pieces(w, width - displayWidth(rest)))) {
    const next = empty ? line + word : `${line} ${word}`;
    if (!empty && displayWidth(next) > width) {
      lines.push(line);
      line = rest + word;
    } else line = next;
    empty = false;
  }
  return empty ? [] : [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [''];
  for (const character of word) {
    if (displayWidth(parts.at(-1)! + character) > width) parts.push('');
    parts[parts.length - 1] += character;
  }
  return parts;
}
