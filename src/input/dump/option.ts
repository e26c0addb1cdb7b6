import type { CsvOption } from '../../relation.js';
import { tableOfTopic } from '../topic-name.js';

/** What the user says of a dump, by the table or the file that is named; what is said of it by name goes before what is said of all. */
export function csvOptionOf(
  options: readonly CsvOption[],
  file: { readonly name: string; readonly fileTopic: string },
): CsvOption | undefined {
  const names = [file.name.toLowerCase(), file.fileTopic, tableOfTopic(file.fileTopic)];
  const mine = options.filter((o) => o.name === undefined || names.includes(o.name.toLowerCase()));
  if (mine.length === 0) return undefined;
  const general = mine.filter((o) => o.name === undefined);
  return Object.assign({}, ...general, ...mine.filter((o) => o.name !== undefined)) as CsvOption;
}
