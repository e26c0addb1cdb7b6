/**
 * Characters that do something to a terminal or to the order in which a text is read: controls (escape sequences begin with one),
 * marks of direction, marks without width. Line ends and tabs are none of them.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/** Our own marks: colours, and the line of the progress. */
const OWN = /\u001b\[(?:0|1|2|22|1;31|1;33)m|\r\u001b\[K/;
const OWN_OR_TEXT = new RegExp(`(${OWN.source})`);

/** What a reader does not see becomes U+FFFD, each character for itself. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, '\ufffd');
}

/** A text for a terminal: as `visible`, but for our own colours. */
export function shown(text: string): string {
  return text
    .split(OWN_OR_TEXT)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join('');
}

/** A value as JSON of several lines, in which what a reader does not see stands as `\uXXXX`. */
export function jsonText(value: unknown): string {
  const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replace(INVISIBLE, escaped)}\n`;
}
