import { visible } from '../diagnostics/visible.js';

/** A text for XML content or an attribute: lone surrogates and characters that XML cannot hold become U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A text for a page: as for XML, and no mark in it turns the order of what stands around it. */
export function pageText(text: string): string {
  return xmlText(visible(text.replace(/\r\n?/g, '\n')));
}
