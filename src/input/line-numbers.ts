import type { InputFile } from './input-file.js';

/**
 * Line numbers (from 1) of records by their place in the file (from 0). Null where a record's line cannot be told from its
 * place: dumps may hold line breaks inside a field, and blank lines are not counted by the reader.
 */
export async function lineNumbers(file: InputFile, places: readonly number[]): Promise<readonly (number | null)[]> {
  const unsure = file.form.kind === 'dump' || file.blankLines;
  return places.map((place) => (unsure ? null : place + 1));
}
