import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { isObject, parseJson } from '../input/json-facts.js';
import { packing } from '../input/raw-relation.js';
import { rawLines } from '../input/zstd-head.js';
import { text } from '../sql/quote.js';
import type { Encoding } from './typed.js';

/** What an embedded Connect schema says of one field. */
interface FieldSchema {
  readonly bytes: boolean;
  readonly scale: number;
  /** `t...` are units of a time of day. */
  readonly unit: 'ms' | 'us' | 'ns' | 'd' | 'tms' | 'tus' | 'tns' | null;
}

/** One distinct schema of a file: its hash (as DuckDB made it) and its fields by lower-case name. */
export interface EmbeddedSchema {
  readonly hash: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
}

/** Reads the distinct schemas of a staged file, by looking up the first line that carries each. */
export async function readSchemas(engine: Engine, file: InputFile, staged: string): Promise<readonly EmbeddedSchema[]> {
  const firsts = await engine.rows(
    `SELECT sh::VARCHAR, min(ord) AS n FROM ${staged} WHERE sh IS NOT NULL GROUP BY sh ORDER BY n`,
  );
  const schemas: EmbeddedSchema[] = [];
  const last = firsts.reduce((n, row) => Math.max(n, Number(row[1])), 0);
  if (firsts.length === 0) return [];
  const wanted = firsts.map((row) => String(row[1])).join(', ');
  const lines = await engine.rows(
    `SELECT n, line FROM (SELECT row_number() OVER () - 1 AS n, line FROM ${rawLines(file.readPath, packing(file))} LIMIT ${last + 1}) WHERE n IN (${wanted}) ORDER BY n`,
  );
  for (const [n, line] of lines) {
    const hash = firsts.find((row) => row[1] === n)?.[0];
    schemas.push({ hash: String(hash), fields: fieldsOf(String(line)) });
  }
  return schemas;
}

function fieldsOf(line: string): ReadonlyMap<string, FieldSchema> {
  const outer = parseJson(line.slice(line.lastIndexOf('\t') + 1));
  const record =
    isObject(outer) && typeof outer.payload === 'string' && !('schema' in outer) ? parseJson(outer.payload) : outer;
  const fields = new Map<string, FieldSchema>();
  if (!isObject(record) || !isObject(record.schema)) return fields;
  const top = list(record.schema.fields);
  const row = top.find((f) => f.field === 'after') ?? top.find((f) => f.field === 'before');
  for (const field of row === undefined ? top : list(row.fields)) {
    if (typeof field.field !== 'string') continue;
    const name = typeof field.name === 'string' ? field.name : '';
    const parameters = isObject(field.parameters) ? field.parameters : {};
    fields.set(field.field.toLowerCase(), {
      bytes: field.type === 'bytes' && name.endsWith('.Decimal'),
      scale: Number(parameters.scale ?? 0),
      unit: unitOf(name),
    });
  }
  return fields;
}

function list(value: unknown): readonly { readonly [name: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function unitOf(name: string): FieldSchema['unit'] {
  const found = /\.(Micro|Nano|)(Timestamp|Time)$/.exec(name);
  if (found !== null) {
    const unit = found[1] === 'Micro' ? 'us' : found[1] === 'Nano' ? 'ns' : 'ms';
    return found[2] === 'Time' ? `t${unit}` : unit;
  }
  return name.endsWith('.Date') ? 'd' : null;
}

/** How the schemas say that a field is encoded (by the first of its `names` that a schema has), as SQL over the schema hash `sh`. */
export function encodingOf(names: readonly string[], schemas: readonly EmbeddedSchema[], hash: string): Encoding {
  const known = schemas.map((s) => ({
    hash: s.hash,
    ...(names.map((name) => s.fields.get(name)).find((f) => f !== undefined) ?? { bytes: false, scale: 0, unit: null }),
  }));
  const pick = (value: (s: (typeof known)[number]) => string): string => {
    const distinct = new Set(known.map(value));
    if (distinct.size === 1 && known.length > 0) return value(known[0]!);
    return `CASE ${hash} ${known.map((s) => `WHEN ${s.hash} THEN ${value(s)}`).join(' ')} END`;
  };
  const bytes = known.some((s) => s.bytes);
  const unit = known.some((s) => s.unit !== null);
  return {
    ...(bytes ? { bytes: pick((s) => String(s.bytes)), scale: pick((s) => String(s.scale)) } : {}),
    ...(unit ? { unit: pick((s) => (s.unit === null ? 'NULL' : text(s.unit))) } : {}),
  };
}
