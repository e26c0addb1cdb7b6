import type { Diagnostic, Place, Span } from './diagnostic.js';
import { visible } from './visible.js';
import { charWidth } from './width.js';

/** How a diagnostic is written: without colour unless asked. */
export interface RenderOptions {
  readonly color?: boolean;
}

const TAB = 4;
const LONGEST_LINE = 160;
const CONTEXT = 60;

const COLOR = { error: '\u001b[1;31m', warning: '\u001b[1;33m', faint: '\u001b[2m', off: '\u001b[0m' } as const;

/**
 * A diagnostic as text of several lines, without a line break at the end: code and message, `file:line:column`, the line
 * of the source with carets under the range, what was expected and found, help, the next command. `sources` gives the
 * text of a file by its name ('' for a text without a file); without it the place alone is named.
 */
export function renderDiagnostic(
  d: Diagnostic,
  sources?: ReadonlyMap<string, string>,
  options: RenderOptions = {},
): string {
  const paint = (text: string, color: string): string =>
    options.color === true ? `${color}${text}${COLOR.off}` : text;
  const lines = [`${paint(`${d.severity}[${d.code}]`, COLOR[d.severity])}: ${printable(d.message)}`];
  const place = d.place === undefined ? '' : placeText(d.place);
  if (place !== '') lines.push(`  ${paint('-->', COLOR.faint)} ${place}`);
  const text = sources?.get(d.place?.file ?? '');
  if (text !== undefined && d.place?.span !== undefined) {
    lines.push(...excerpt(text, d.place.span, (carets) => paint(carets, COLOR[d.severity])));
  }
  if (d.expected !== undefined) lines.push(`  expected: ${printable(d.expected)}`);
  if (d.found !== undefined) lines.push(`  found:    ${printable(d.found)}`);
  if (d.help !== undefined) lines.push(`  help:     ${printable(d.help)}`);
  if (d.next !== undefined) lines.push(`  next:     ${printable(d.next)}`);
  return lines.join('\n');
}

/** Several diagnostics, a blank line between two of them. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources?: ReadonlyMap<string, string>,
  options?: RenderOptions,
): string {
  return diagnostics.map((d) => renderDiagnostic(d, sources, options)).join('\n\n');
}

/** Where a problem stands, in one line: `shop.ksql:3:21`, or `orders.ndjson:812, topic orders, offset 17, column AMOUNT`. */
export function placeText(place: Place): string {
  const parts: string[] = [];
  const line = place.span?.line ?? place.line;
  const spot = place.span === undefined ? line : `${place.span.line}:${place.span.column}`;
  if (place.file !== undefined) parts.push(spot === undefined ? place.file : `${place.file}:${spot}`);
  else if (place.span !== undefined) parts.push(`line ${place.span.line}, column ${place.span.column}`);
  else if (line !== undefined) parts.push(`line ${line}`);
  if (place.byteOffset !== undefined) parts.push(`byte ${place.byteOffset}`);
  if (place.topic !== undefined) parts.push(`topic ${place.topic}`);
  if (place.partition !== undefined) parts.push(`partition ${place.partition}`);
  if (place.offset !== undefined) parts.push(`offset ${place.offset}`);
  if (place.column !== undefined) parts.push(`column ${place.column}`);
  return printable(parts.join(', '));
}

function excerpt(text: string, span: Span, paint: (carets: string) => string): string[] {
  if (span.start > text.length || span.start < 0) return [];
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.start);
  const lineEnd = newline < 0 ? text.length : newline;
  const cut = cutLine(text.slice(lineStart, lineEnd).replace(/\r$/, ''), span.start - lineStart, span.end - lineStart);
  const before = expand(cut.line.slice(0, cut.from), 0);
  const marked = expand(cut.line.slice(cut.from, cut.to), before.width);
  const after = expand(cut.line.slice(cut.to), before.width + marked.width);
  const number = String(span.line);
  const gutter = ' '.repeat(number.length);
  const carets = '^'.repeat(Math.max(1, marked.width));
  return [
    ` ${gutter} |`,
    ` ${number} | ${before.text}${marked.text}${after.text}`.trimEnd(),
    ` ${gutter} | ${' '.repeat(before.width)}${paint(carets)}`,
  ];
}

/** A line that is too long for a terminal keeps the surroundings of the range, the rest becomes an ellipsis. */
function cutLine(line: string, from: number, to: number): { line: string; from: number; to: number } {
  const start = Math.min(from, line.length);
  const end = Math.min(Math.max(to, start), line.length);
  if (line.length <= LONGEST_LINE) return { line, from: start, to: end };
  const low = onBoundary(line, Math.max(0, start - CONTEXT));
  const high = onBoundary(
    line,
    Math.min(line.length, Math.max(low + LONGEST_LINE, Math.min(end, start + LONGEST_LINE))),
  );
  const head = low > 0 ? '…' : '';
  const tail = high < line.length ? '…' : '';
  const shift = head.length - low;
  return { line: head + line.slice(low, high) + tail, from: start + shift, to: Math.min(end, high) + shift };
}

/** Keeps the two halves of a code point beyond U+FFFF together. */
function onBoundary(line: string, index: number): number {
  const code = line.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}

/** Tabs become spaces up to the next stop, control characters become visible: carets then stand under the right text. */
function expand(text: string, column: number): { text: string; width: number } {
  let width = 0;
  let out = '';
  for (const char of text) {
    if (char === '\t') {
      const gap = TAB - ((column + width) % TAB);
      out += ' '.repeat(gap);
      width += gap;
    } else {
      const shown = printable(char);
      out += shown;
      width += charWidth(shown);
    }
  }
  return { text: out, width };
}

/** One line in which nothing does anything to a terminal. */
function printable(text: string): string {
  return visible(text.replace(/[\r\n\t]+/g, ' '));
}
