// Just enough of JSON schema (draft 7) for our own: an unknown keyword fails, so that nothing is taken for checked that is not.
type Schema = Readonly<Record<string, unknown>>;

const KNOWN = new Set([
  '$schema',
  'title',
  'description',
  'type',
  'enum',
  'const',
  'properties',
  'additionalProperties',
  'anyOf',
  'items',
  'minLength',
  'pattern',
]);

/** True where the value is as the schema says. */
export function isValid(schema: Schema, value: unknown): boolean {
  for (const word of Object.keys(schema)) if (!KNOWN.has(word)) throw new Error(`unknown keyword ${word}`);
  const { type, enum: choices, const: only, anyOf, minLength, pattern } = schema;
  if (type !== undefined && ![type].flat().includes(typeOf(value))) return false;
  if (choices !== undefined && !(choices as unknown[]).includes(value)) return false;
  if (only !== undefined && only !== value) return false;
  if (anyOf !== undefined && !(anyOf as Schema[]).some((one) => isValid(one, value))) return false;
  if (typeof value === 'string') {
    if (minLength !== undefined && value.length < (minLength as number)) return false;
    if (pattern !== undefined && !new RegExp(pattern as string).test(value)) return false;
  }
  if (Array.isArray(value)) return schema.items === undefined || value.every((v) => isValid(schema.items as Schema, v));
  return typeof value !== 'object' || value === null || fieldsValid(schema, value as Record<string, unknown>);
}

function fieldsValid(schema: Schema, value: Readonly<Record<string, unknown>>): boolean {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const rest = schema.additionalProperties;
  return Object.entries(value).every(([name, field]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) return isValid(own, field);
    return rest === undefined || (rest !== false && isValid(rest as Schema, field));
  });
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
