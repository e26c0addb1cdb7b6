import { isMap, isScalar, type Node, type Pair } from 'yaml';
import { nameOf, nodeOf, type YamlReader } from '../diagnostics/yaml.js';
import type { ColumnMapping, TableMapping } from '../ksql/mapping.js';

/** Reads `tables: {orders: {topic: crm_orders, columns: {user_id: customer_no}}}`; mistakes go to the reader. */
export function readTables(reader: YamlReader, pair: Pair): readonly TableMapping[] {
  if (isNothing(pair.value)) return [];
  if (!isMap(pair.value)) {
    reader.add('"tables" is a map from table to "topic" and "columns".', nodeOf(pair));
    return [];
  }
  return pair.value.items.flatMap((table) => readTable(reader, table));
}

function readTable(reader: YamlReader, pair: Pair): readonly TableMapping[] {
  const table = nameOf(pair);
  // All of its lines stand behind a #.
  if (isNothing(pair.value)) return [];
  if (!isMap(pair.value)) {
    reader.add(`Table ${table} needs "topic" or "columns".`, nodeOf(pair));
    return [];
  }
  const parts = reader.fields(pair.value, ['topic', 'columns']);
  const named = parts.get('topic');
  const topic = named === undefined ? undefined : nameIn(reader, named, 'a topic or table of the export');
  if (topic?.includes('*') === true)
    reader.add('A mapping names one topic.', named, undefined, `For a pattern write topic: ["${table}=${topic}"]`);
  const list = parts.get('columns');
  const empty = isNothing(pair.value.get('columns', true));
  if (list !== undefined && !isMap(list) && !empty) reader.add('"columns" is a map from column to field.', list);
  const columns = isMap(list) ? list.items.flatMap((column) => readColumn(reader, column)) : [];
  const namedAt = reader.placeOf(pair.key as Node);
  const place = named === undefined ? namedAt : reader.placeOf(named);
  return [{ table, ...(topic !== undefined && { topic }), columns, namedAt, place }];
}

function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function readColumn(reader: YamlReader, pair: Pair): readonly ColumnMapping[] {
  const node = nodeOf(pair)!;
  const field = nameIn(reader, pair.value as Node | null, 'a field of the export', node);
  if (field === undefined) return [];
  return [{ column: nameOf(pair), field, namedAt: reader.placeOf(pair.key as Node), place: reader.placeOf(node) }];
}

function nameIn(reader: YamlReader, node: Node | null, what: string, at = node): string | undefined {
  if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
  reader.add(`This is not the name of ${what}.`, at);
  return undefined;
}
