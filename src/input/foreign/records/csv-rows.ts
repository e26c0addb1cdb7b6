import type { ForeignFile } from '../foreign.js';
import type { Json } from './json.js';

const NULLS = new Set(['', '\\N', 'NULL', '[NULL]']);

interface Options {
  readonly columns: true | string[];
  readonly relax_column_count: true;
  readonly skip_empty_lines: true;
  readonly bom: true;
  readonly delimiter: string;
}

function optionsOf({ text, columns }: ForeignFile): Options {
  const [first = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t', '|'].sort((a, b) => first.split(b).length - first.split(a).length)[0]!;
  const names = columns === undefined ? true : [...columns];
  return { columns: names, relax_column_count: true, skip_empty_lines: true, bom: true, delimiter };
}

/** The rows of a CSV file by column, an empty cell as null, each with its line. */
export async function* csvRows(
  file: ForeignFile,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly row: Json; readonly line: number }> {
  const { parse } = await import('csv-parse');
  const parser = parse({ ...optionsOf(file), info: true });
  const feed = async (): Promise<void> => {
    try {
      for await (const piece of pieces)
        if (!parser.write(piece)) await new Promise((resolve) => parser.once('drain', resolve));
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  const fed = feed();
  for await (const { record, info } of parser as AsyncIterable<{
    readonly record: Json;
    readonly info: { readonly lines: number };
  }>)
    yield { row: withNulls(record), line: info.lines };
  await fed;
}

/** The first rows of a CSV file; none where its head cannot be read as one. */
export async function headObjects(file: ForeignFile): Promise<readonly Json[]> {
  const { parse } = await import('csv-parse/sync');
  const whole = file.text.slice(0, 1 << 14);
  for (const text of [whole, whole.slice(0, whole.lastIndexOf('\n') + 1)]) {
    try {
      return (parse(text, { ...optionsOf(file), to: 50 }) as readonly Json[]).map(withNulls);
    } catch {
      // A head may end inside a quoted cell.
    }
  }
  return [];
}

function withNulls(row: Json): Json {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, NULLS.has(String(cell)) ? null : cell]));
}
