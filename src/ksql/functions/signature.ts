import { isNumeric, widens } from '../coercion.js';
import { type KsqlType, sameType, typeText } from '../types.js';

/**
 * The shape of a parameter or result: a type, a DECIMAL of any precision, a generic (`T`), a collection of shapes,
 * `LAMBDA(T, U) -> R`, or UNIT (`DAYS` and its kin).
 */
export type Shape =
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'generic'; readonly name: string }
  | { readonly kind: 'array'; readonly element: Shape }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly shape: Shape }[] }
  | { readonly kind: 'lambda'; readonly parameters: readonly Shape[]; readonly result: Shape }
  | { readonly kind: 'unit' };

/** One overload, read from text such as `(STRING, INTEGER) -> STRING`; the last parameter may repeat (`T...`). */
export interface Signature {
  readonly parameters: readonly Shape[];
  readonly variadic: boolean;
  readonly result: Shape;
}

const TOKEN = /\s*(->|\.\.\.|[A-Z][A-Z0-9_]*|[(),<>:])/y;

/** Reads an overload of the function tables; a misspelt one is a bug of the table and throws. */
export function signature(text: string): Signature {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let m = TOKEN.exec(text); m !== null; m = TOKEN.exec(text)) tokens.push(m[1]!);
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw new Error(`bad signature ${text}`);
    return token;
  };
  const list = (close: string): { shapes: Shape[]; variadic: boolean } => {
    const shapes: Shape[] = [];
    let variadic = false;
    while (tokens[at] !== close) {
      if (shapes.length > 0) take(',');
      shapes.push(shape());
      if (tokens[at] === '...') {
        at++;
        variadic = true;
      }
    }
    take(close);
    return { shapes, variadic };
  };
  const fields = (): { name: string; shape: Shape }[] => {
    const all: { name: string; shape: Shape }[] = [];
    while (tokens[at] !== '>') {
      if (all.length > 0) take(',');
      const name = take();
      take(':');
      all.push({ name, shape: shape() });
    }
    take('>');
    return all;
  };
  const shape = (): Shape => {
    const name = take();
    if (name === 'UNIT') return { kind: 'unit' };
    if (name === 'LAMBDA') {
      take('(');
      const parameters = list(')').shapes;
      take('->');
      return { kind: 'lambda', parameters, result: shape() };
    }
    if (name.length === 1) return { kind: 'generic', name };
    if (tokens[at] !== '<') return { kind: 'type', name };
    take('<');
    if (name === 'STRUCT') return { kind: 'struct', fields: fields() };
    const { shapes } = list('>');
    return name === 'ARRAY'
      ? { kind: 'array', element: shapes[0]! }
      : { kind: 'map', key: shapes[0]!, value: shapes[1]! };
  };
  take('(');
  const { shapes, variadic } = list(')');
  take('->');
  return { parameters: shapes, variadic, result: shape() };
}

/** What generics and the DECIMAL of a call were found to be. */
export type Bindings = Map<string, KsqlType>;

/** A type of an argument as matching sees it: null is NULL, `lambda` and `unit` are no values. */
export type ArgumentType =
  | KsqlType
  | null
  | { readonly kind: 'lambda'; readonly parameters: number }
  | { readonly kind: 'unit' };

/** The parameter that argument `index` of a call meets. */
export function parameterAt(s: Signature, index: number): Shape | undefined {
  return s.parameters[index] ?? (s.variadic ? s.parameters.at(-1) : undefined);
}

/** True where the arguments fit, exactly or (`widening`) with implicit widening; generics are bound on the way. */
export function fits(s: Signature, args: readonly ArgumentType[], widening: boolean, bindings: Bindings): boolean {
  const least = s.variadic ? s.parameters.length - 1 : s.parameters.length;
  if (args.length < least || (!s.variadic && args.length > s.parameters.length)) return false;
  return args.every((arg, i) => fitsOne(parameterAt(s, i)!, arg, widening, bindings));
}

function fitsOne(p: Shape, arg: ArgumentType, widening: boolean, bindings: Bindings): boolean {
  if (arg !== null && arg.kind === 'lambda') return p.kind === 'lambda' && p.parameters.length === arg.parameters;
  if (arg !== null && arg.kind === 'unit') return p.kind === 'unit';
  if (p.kind === 'lambda' || p.kind === 'unit') return false;
  if (arg === null) return true;
  switch (p.kind) {
    case 'generic': {
      const bound = bindings.get(p.name);
      if (bound === undefined) bindings.set(p.name, arg);
      return bound === undefined || sameType(bound, arg);
    }
    case 'array':
      return arg.kind === 'ARRAY' && fitsOne(p.element, arg.element, false, bindings);
    case 'map':
      return (
        arg.kind === 'MAP' && fitsOne(p.key, arg.key, false, bindings) && fitsOne(p.value, arg.value, false, bindings)
      );
    case 'struct':
      return arg.kind === 'STRUCT';
    case 'type':
      if (p.name === arg.kind) return true;
      if (!widening || !isNumeric(arg)) return false;
      return p.name === 'DECIMAL' ? arg.kind !== 'DOUBLE' : widens(arg, { kind: p.name } as KsqlType);
  }
}

/** The type of a shape once its generics are bound; undefined where one is not (a call over nothing but NULL). */
export function shapeType(s: Shape, bindings: Bindings): KsqlType | undefined {
  switch (s.kind) {
    case 'generic':
      return bindings.get(s.name);
    case 'array': {
      const element = shapeType(s.element, bindings);
      return element && { kind: 'ARRAY', element };
    }
    case 'map': {
      const [key, value] = [shapeType(s.key, bindings), shapeType(s.value, bindings)];
      return key && value && { kind: 'MAP', key, value };
    }
    case 'struct': {
      const fields = s.fields.map((f) => ({ name: f.name, type: shapeType(f.shape, bindings) }));
      return fields.every((f) => f.type !== undefined)
        ? { kind: 'STRUCT', fields: fields as { name: string; type: KsqlType }[] }
        : undefined;
    }
    case 'type':
      return s.name === 'DECIMAL' ? bindings.get('DECIMAL') : ({ kind: s.name } as KsqlType);
    default:
      return undefined;
  }
}

/** `(STRING, INTEGER)`, as messages show the arguments of a call. */
export function argumentText(args: readonly ArgumentType[]): string {
  const text = (a: ArgumentType): string =>
    a === null || a.kind === 'unit' ? 'null' : a.kind === 'lambda' ? 'LAMBDA' : typeText(a);
  return `(${args.map(text).join(', ')})`;
}
