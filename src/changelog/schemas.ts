import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { isObject, parseJson } from '../input/json-facts.js';
import type { FieldForm, FormCase, TimeUnit } from './encoding.js';

/** One distinct schema of a file: its hash (as DuckDB made it) and its fields by lower-case name. */
export interface EmbeddedSchema {
  readonly hash: string;
  readonly fields: ReadonlyMap<string, FieldForm>;
}

/** Reads the distinct schemas of a staged file, by looking up the first record that carries each. */
export async function readSchemas(engine: Engine, file: InputFile, staged: string): Promise<readonly EmbeddedSchema[]> {
  const firsts = await engine.rows(
    `SELECT schema_hash::VARCHAR, min(record) AS n FROM ${staged} WHERE schema_hash IS NOT NULL GROUP BY schema_hash ORDER BY n`,
  );
  const schemas: EmbeddedSchema[] = [];
  const last = firsts.reduce((n, row) => Math.max(n, Number(row[1])), 0);
  if (firsts.length === 0) return [];
  const wanted = firsts.map((row) => String(row[1])).join(', ');
  const lines = await engine.rows(
    `SELECT n, v FROM (${readerOf(file).texts(file, last + 1)}) WHERE n IN (${wanted}) ORDER BY n`,
  );
  for (const [n, value] of lines) {
    const hash = firsts.find((row) => row[1] === n)?.[0];
    schemas.push({ hash: String(hash), fields: fieldsOf(String(value)) });
  }
  return schemas;
}

function fieldsOf(value: string): ReadonlyMap<string, FieldForm> {
  const record = parseJson(value);
  const fields = new Map<string, FieldForm>();
  if (!isObject(record) || !isObject(record.schema)) return fields;
  const top = list(record.schema.fields);
  const row = top.find((f) => f.field === 'after') ?? top.find((f) => f.field === 'before');
  for (const field of row === undefined ? top : list(row.fields)) {
    if (typeof field.field !== 'string') continue;
    fields.set(field.field.toLowerCase(), formOf(field));
  }
  return fields;
}

function list(value: unknown): readonly { readonly [name: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The form of a field by what its schema is called: Debezium's and Connect's own names. */
function formOf(field: { readonly [name: string]: unknown }): FieldForm {
  const name = typeof field.name === 'string' ? field.name : '';
  const parameters = isObject(field.parameters) ? field.parameters : {};
  if (name.endsWith('.Decimal')) return { kind: 'decimal', scale: Number(parameters.scale ?? 0) };
  if (name.endsWith('.VariableScaleDecimal')) return { kind: 'variable' };
  if (name.endsWith('.data.Bits')) return { kind: 'bits', length: Number(parameters.length ?? 0) };
  const unit = unitOf(name);
  if (unit !== null) return { kind: 'time', unit };
  return field.type === 'bytes' ? { kind: 'binary', as: 'base64' } : { kind: 'plain' };
}

function unitOf(name: string): TimeUnit | null {
  const found = /\.(Micro|Nano|)(Timestamp|Time)$/.exec(name);
  if (found !== null) {
    const unit = found[1] === 'Micro' ? 'us' : found[1] === 'Nano' ? 'ns' : 'ms';
    return found[2] === 'Time' ? `t${unit}` : unit;
  }
  return name.endsWith('.Date') ? 'd' : null;
}

/** How the schemas say that a field is written (by the first of its `names` that a schema has), over the schema hash `schema_hash` of the records. `all`: every value of the file carries one. */
export function schemaCases(
  names: readonly string[],
  schemas: readonly EmbeddedSchema[],
  all: boolean,
): readonly FormCase[] {
  const plain: FieldForm = { kind: 'plain' };
  const forms = schemas.map((s) => names.map((name) => s.fields.get(name)).find((form) => form !== undefined) ?? plain);
  const [first] = forms;
  if (first === undefined) return [];
  if (all && forms.every((form) => JSON.stringify(form) === JSON.stringify(first)))
    return [{ when: 'true', form: first }];
  return schemas.map((s, i) => ({ when: `schema_hash = ${s.hash}`, form: forms[i]! }));
}
