import { suggest } from '../diagnostics/suggest.js';
import type {
  ArrayExpression,
  DereferenceExpression,
  Expression,
  MapExpression,
  StructExpression,
  SubscriptExpression,
} from './ast/index.js';
import { coerce, commonType } from './coercion.js';
import { problem, type Typing } from './expression.js';
import { literalAs } from './expression-literals.js';
import { nameOf } from './expression-operators.js';
import type { TypedExpression } from './typed-expression.js';
import { BIGINT, INTEGER, type KsqlType, STRING, sameType, typeText } from './types.js';

/**
 * Brings the elements of a list (ARRAY, MAP, IN) to one type, fixed by the first that is not NULL and widened by
 * numbers; string literals are read as numbers or booleans, and any literal may become a STRING.
 */
export function listElements(
  elements: readonly TypedExpression[],
  sources: readonly Expression[],
  t: Typing,
): { readonly elements: TypedExpression[]; readonly type: KsqlType } | undefined {
  let type: KsqlType | undefined;
  const read: TypedExpression[] = [];
  for (const [i, element] of elements.entries()) {
    let e = element;
    if (type !== undefined && type.kind !== 'STRING' && e.kind === 'literal' && e.type.kind === 'STRING') {
      const literal: TypedExpression | undefined = literalAs(e.text, type);
      if (literal === undefined && /INTEGER|BIGINT|DECIMAL|DOUBLE|BOOLEAN/.test(type.kind)) {
        t.report(
          problem('type-mismatch', sources[i]!.span, `invalid input syntax for type ${typeText(type)}: "${e.text}".`, {
            expected: typeText(type),
            found: 'STRING',
          }),
        );
        return undefined;
      }
      e = literal ?? { kind: 'cast', type, operand: e, implicit: false };
    }
    if (type?.kind === 'STRING' && e.kind === 'literal' && e.type.kind !== 'STRING') {
      e = { kind: 'literal', type: STRING, text: e.text };
    }
    read.push(e);
    if (e.type === null) continue;
    const wider: KsqlType | undefined = type === undefined ? e.type : commonType(type, e.type);
    if (wider === undefined) {
      t.report(
        problem('type-mismatch', sources[i]!.span, `operator does not exist: ${nameOf(type!)} = ${typeText(e.type)}`, {
          expected: typeText(type!),
          found: typeText(e.type),
        }),
      );
      return undefined;
    }
    type = wider;
  }
  if (type === undefined) return { elements: read, type: STRING };
  const common = type;
  return { elements: read.map((e) => coerce(e, common)), type };
}

function typeAll(sources: readonly Expression[], t: Typing): TypedExpression[] | undefined {
  const typed = sources.map((s) => t.type(s));
  return typed.includes(undefined) ? undefined : (typed as TypedExpression[]);
}

/** `ARRAY[a, b]`: not empty, not all NULL. */
export function typeArray(e: ArrayExpression, t: Typing): TypedExpression | undefined {
  const elements = typeAll(e.elements, t);
  if (elements === undefined) return undefined;
  if (elements.every((x) => x.type === null)) {
    const message =
      elements.length === 0
        ? 'Array constructor cannot be empty. Please supply at least one element.'
        : 'Cannot construct an array with all NULL elements.';
    t.report(problem('untyped-null', e.span, message, { help: 'CAST one element to the type of the array' }));
    return undefined;
  }
  const list = listElements(elements, e.elements, t);
  return list && { kind: 'array', type: { kind: 'ARRAY', element: list.type }, elements: list.elements };
}

/** `MAP(k := v, ...)`: not empty, no entry of NULL only. */
export function typeMap(e: MapExpression, t: Typing): TypedExpression | undefined {
  const keys = typeAll(
    e.entries.map((x) => x.key),
    t,
  );
  const values = typeAll(
    e.entries.map((x) => x.value),
    t,
  );
  if (keys === undefined || values === undefined) return undefined;
  const empty = e.entries.length === 0;
  if (empty || keys.every((k) => k.type === null) || values.every((v) => v.type === null)) {
    const message = empty
      ? 'Map constructor cannot be empty. Please supply at least one key value pair.'
      : `Cannot construct a map with all NULL ${keys.every((k) => k.type === null) ? 'keys' : 'values'}.`;
    t.report(problem('untyped-null', e.span, message));
    return undefined;
  }
  const key = listElements(
    keys,
    e.entries.map((x) => x.key),
    t,
  );
  const value = listElements(
    values,
    e.entries.map((x) => x.value),
    t,
  );
  if (key === undefined || value === undefined) return undefined;
  return {
    kind: 'map',
    type: { kind: 'MAP', key: key.type, value: value.type },
    entries: key.elements.map((k, i) => ({ key: k, value: value.elements[i]! })),
  };
}

/** `STRUCT(f := v, ...)` with distinct names. */
export function typeStruct(e: StructExpression, t: Typing): TypedExpression | undefined {
  const values = typeAll(
    e.fields.map((f) => f.value),
    t,
  );
  if (values === undefined) return undefined;
  const names = e.fields.map((f) => f.name.name);
  const twice = names.findIndex((n, i) => names.indexOf(n) !== i);
  if (twice >= 0) {
    t.report(
      problem('duplicate-field', e.fields[twice]!.name.span, `Duplicate field names found in STRUCT: ${names[twice]}`),
    );
    return undefined;
  }
  const untyped = values.findIndex((v) => v.type === null);
  if (untyped >= 0) {
    t.report(
      problem('untyped-null', e.fields[untyped]!.value.span, "Can't infer a type of null.", {
        help: 'write CAST(NULL AS type)',
      }),
    );
    return undefined;
  }
  const fields = names.map((name, i) => ({ name, value: values[i]! }));
  return {
    kind: 'struct',
    type: { kind: 'STRUCT', fields: fields.map((f) => ({ name: f.name, type: f.value.type! })) },
    fields,
  };
}

/** `array[i]` (from 1, negative from the end) or `map[key]`. */
export function typeSubscript(e: SubscriptExpression, t: Typing): TypedExpression | undefined {
  const [operand, index] = [t.type(e.operand), t.type(e.index)];
  if (operand === undefined || index === undefined) return undefined;
  const wrongIndex = (expected: string): undefined => {
    t.report(
      problem(
        'type-mismatch',
        e.index.span,
        `Cannot use ${nameOf(index.type)} as a subscript of ${nameOf(operand.type)}.`,
        { expected, found: nameOf(index.type) },
      ),
    );
    return undefined;
  };
  if (operand.type?.kind === 'ARRAY') {
    if (index.type !== null && !sameType(index.type, INTEGER) && !sameType(index.type, BIGINT))
      return wrongIndex('INTEGER');
    return { kind: 'subscript', type: operand.type.element, operand, index };
  }
  if (operand.type?.kind === 'MAP') {
    if (index.type !== null && !sameType(index.type, operand.type.key)) return wrongIndex(typeText(operand.type.key));
    return { kind: 'subscript', type: operand.type.value, operand, index };
  }
  t.report(
    problem('type-mismatch', e.span, `Subscript expression do not apply to ${nameOf(operand.type)}.`, {
      expected: 'ARRAY or MAP',
      found: nameOf(operand.type),
    }),
  );
  return undefined;
}

/** `struct->field`. */
export function typeField(e: DereferenceExpression, t: Typing): TypedExpression | undefined {
  const operand = t.type(e.operand);
  if (operand === undefined) return undefined;
  if (operand.type?.kind !== 'STRUCT') {
    t.report(
      problem('type-mismatch', e.span, `Expected STRUCT type, got: ${nameOf(operand.type)}`, {
        expected: 'STRUCT',
        found: nameOf(operand.type),
      }),
    );
    return undefined;
  }
  const field = operand.type.fields.find((f) => f.name === e.field.name);
  if (field !== undefined) return { kind: 'field', type: field.type, operand, name: field.name };
  const names = operand.type.fields.map((f) => f.name);
  const near = suggest(e.field.name, names);
  t.report(
    problem(
      'unknown-field',
      e.field.span,
      `Could not find field '${e.field.name}' in the struct. It has ${names.join(', ')}.`,
      {
        ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
      },
    ),
  );
  return undefined;
}
