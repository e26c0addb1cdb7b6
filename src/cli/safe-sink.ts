import { shown } from '../diagnostics/visible.js';
import type { Sink } from './effects.js';

/**
 * A stream on which no text of the data can do anything to a terminal. Texts are for people and safe everywhere; bytes are a form, and
 * exact where they go to a file or a program.
 */
export function safeSink(sink: Sink): Sink {
  // A letter may come in two pieces.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    get isTerminal() {
      return sink.isTerminal;
    },
    get columns() {
      return sink.columns;
    },
    write(content) {
      if (typeof content === 'string') return sink.write(shown(content));
      return sink.write(sink.isTerminal ? shown(decoder.decode(content, { stream: true })) : content);
    },
  };
}
