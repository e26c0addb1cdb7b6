/** The longest text that a call may be asked for, in letters: every row of a batch may have one. */
export const LARGEST_TEXT = 100_000;

/** The longest list that a call may be asked for. */
export const LARGEST_LIST = 10_000_000;

/**
 * What is wrong with the sizes that the constants of a call ask for (undefined: no constant); null: nothing. Sizes that only the data
 * tell give null in the row, as an expression that fails.
 */
export function tooLarge(name: string, args: readonly (number | undefined)[]): string | null {
  if (name === 'LPAD' || name === 'RPAD')
    return (args[1] ?? 0) > LARGEST_TEXT ? `${name} makes a text of at most ${LARGEST_TEXT} letters.` : null;
  const [start, end, step = 1] = args;
  const items = name === 'GENERATE_SERIES' ? Math.abs(((end ?? 0) - (start ?? 0)) / step) : 0;
  return items > LARGEST_LIST ? `${name} makes a list of at most ${LARGEST_LIST} items.` : null;
}
