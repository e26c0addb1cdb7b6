import { LARGEST_LIST, LARGEST_TEXT } from '../../ksql/functions/sizes.js';
import type { Node } from './tree.js';

/** What is wrong with the sizes that the constants of a call ask for; null: nothing. What only the data tell is left to the limits of the run. */
export function tooLarge(name: string, children: readonly Node[]): string | null {
  switch (name) {
    case 'repeat':
    case 'lpad':
    case 'rpad':
      return tooLong(numberOf(children[1]));
    case 'format':
    case 'printf':
      return tooLong(widthIn(textOf(children[0]) ?? ''));
    case 'range':
    case 'generate_series': {
      const [start, stop, step] = children.length === 1 ? [0, numberOf(children[0]), 1] : children.map(numberOf);
      const items = Math.abs(((stop ?? 0) - (start ?? 0)) / (step ?? 1));
      return items > LARGEST_LIST ? `makes at most ${LARGEST_LIST} items` : null;
    }
    default:
      return null;
  }
}

function tooLong(length: number | undefined): string | null {
  return (length ?? 0) > LARGEST_TEXT ? `makes a text of at most ${LARGEST_TEXT} letters` : null;
}

function widthIn(pattern: string): number {
  return Math.max(0, ...[...pattern.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
}

function constantOf(node: Node | undefined): unknown {
  return node?.type === 'VALUE_CONSTANT' ? (node.value as Node).value : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  const value = constantOf(node);
  return typeof value === 'string' ? value : undefined;
}

/** A constant number; of a decimal one the engine gives the digits, which are never fewer. */
function numberOf(node: Node | undefined): number | undefined {
  const value = constantOf(node);
  if (value === undefined || value === null || typeof value === 'string') return undefined;
  const number = Number(String(value));
  return Number.isNaN(number) ? undefined : number;
}
