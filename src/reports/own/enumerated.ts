import { isScalar, isSeq, type Node, type Pair } from 'yaml';
import { suggest } from '../../diagnostics/suggest.js';
import { nameOf, nodeOf, type YamlReader } from '../../diagnostics/yaml.js';

/** One name or a list of names, each of them known; others are reported with the nearest one. */
export function enumerated(reader: YamlReader, pair: Pair, known: readonly string[]): readonly string[] {
  const items = isSeq(pair.value) ? pair.value.items : [pair.value];
  return items.flatMap((item) => {
    const name = isScalar(item) ? String(item.value) : '';
    if (known.includes(name)) return [name];
    const near = suggest(name, known);
    const help = near === undefined ? `Columns: ${known.join(', ')}.` : `Did you mean ${near}?`;
    reader.add(
      `"${nameOf(pair)}" names no column of the result: "${name}".`,
      (item as Node) ?? nodeOf(pair),
      undefined,
      help,
    );
    return [];
  });
}
