import type { Engine } from '../engine/engine.js';
import { text } from '../sql/quote.js';
import { MICROSECONDS_FROM } from './time-magnitude.js';

/** A change of a table that the schema-change topic tells of. No default value and no DDL text: only names and counts. */
export interface SchemaChange {
  readonly table: string;
  /** `CREATE`, `ALTER`, `DROP`. */
  readonly kind: string;
  readonly columns: readonly string[];
  /** Position in the source (`mysql-bin.000003:1589164`), and commit time in epoch milliseconds. */
  readonly place: string | null;
  readonly committed: number | null;
  /** Part of the first snapshot: what the connector found, no change. */
  readonly snapshot: boolean;
}

/** The schema changes among the records of "$inspected", in the order of the file. */
export async function schemaChanges(engine: Engine): Promise<readonly SchemaChange[]> {
  const rows =
    await engine.rows(`SELECT replace(json_extract_string(c, '$.id'), '"', ''), json_extract_string(c, '$.type'),
  coalesce(json_extract_string(c, '$.table.columns[*].name'), []),
  nullif(concat_ws(':', json_extract_string(row, '$.source.file'), coalesce(json_extract_string(row, '$.source.pos'), json_extract_string(row, '$.source.lsn'))), ''),
  ct, coalesce(json_extract_string(row, '$.source.snapshot'), 'false') <> 'false'
  FROM (SELECT *, unnest(json_extract(row, '$.tableChanges[*]')) AS c FROM "$inspected" WHERE what = 'schema-change')
  ORDER BY n, 1`);
  return rows.map(([table, kind, columns, place, committed, snapshot]) => ({
    table: String(table),
    kind: String(kind),
    columns: items(columns),
    place: place == null ? null : String(place),
    committed: committed == null ? null : Number(committed),
    snapshot: snapshot === true,
  }));
}

function items(list: unknown): readonly string[] {
  const values = typeof list === 'object' && list !== null && 'items' in list ? list.items : [];
  return Array.isArray(values) ? values.map(String) : [];
}

/** First and last time in a field that dates the rows of a table, and whether its unit had to be guessed by magnitude. */
export interface EventTimes {
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
  readonly guessedMicroseconds: number;
}

/** Event times of a table of "$inspected" out of `field`, which a pipeline takes its ROWTIME from. */
export async function eventTimes(engine: Engine, table: string, field: string): Promise<EventTimes> {
  const path = `$."${field.replaceAll('"', '')}"`;
  const [row] = await engine.rows(`SELECT min(t), max(t), count(*) FILTER (guessed) FROM (
  SELECT CASE WHEN abs(v) >= ${MICROSECONDS_FROM} THEN v // 1000 ELSE v END AS t, abs(v) >= ${MICROSECONDS_FROM} AS guessed
  FROM (SELECT coalesce(TRY_CAST(s AS BIGINT), CASE WHEN s LIKE '%____-__-__%' THEN epoch_ms(TRY_CAST(s AS TIMESTAMPTZ)) END) AS v
    FROM (SELECT TRY(json_extract_string(row, ${text(path)})) AS s FROM "$inspected" WHERE what = 'event' AND op <> 'd' AND tab = ${text(table)})))`);
  const [first, last, guessed] = row!;
  return {
    firstEvent: first == null ? null : Number(first),
    lastEvent: last == null ? null : Number(last),
    guessedMicroseconds: Number(guessed),
  };
}

/** Names of the fields in the keys of a table's records, sorted; null where records carry no key or a bare one. */
export async function keyFields(engine: Engine, table: string): Promise<readonly string[] | null> {
  const rows =
    await engine.rows(`SELECT DISTINCT unnest(json_keys(CASE WHEN json_exists(k, '$.schema') AND json_exists(k, '$.payload') THEN json_extract(k, '$.payload') ELSE k END)) AS f
  FROM (SELECT CASE WHEN json_valid(key) AND key LIKE '{%' THEN key::JSON END AS k FROM "$inspected" WHERE what = 'event' AND tab = ${text(table)})
  WHERE k IS NOT NULL ORDER BY f`);
  return rows.length === 0 ? null : rows.map(([name]) => String(name));
}
