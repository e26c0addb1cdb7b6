import { suggest } from '../diagnostics/suggest.js';
import type { CallExpression, LambdaExpression } from './ast/index.js';
import { coerce, widestDecimal } from './coercion.js';
import { problem, type Typing } from './expression.js';
import { nameOf } from './expression-operators.js';
import { functionNames, isAggregateFunction, isTableFunction, scalarFunction } from './functions/index.js';
import {
  type ArgumentType,
  argumentText,
  type Bindings,
  fits,
  parameterAt,
  type Shape,
  type Signature,
  shapeType,
} from './functions/signature.js';
import { tooLarge } from './functions/sizes.js';
import type { TypedExpression } from './typed-expression.js';
import { decimal, type KsqlType, sameType } from './types.js';

/** A call of a scalar function: the overload is chosen, its arguments widened, its lambdas typed. */
export function typeCall(e: CallExpression, t: Typing): TypedExpression | undefined {
  const name = e.name.name.toUpperCase();
  const row = scalarFunction(name);
  if (row === undefined || e.star) {
    t.report(unknownFunction(e, name));
    return undefined;
  }
  const values = e.arguments.map((a) => (a.kind === 'lambda' ? undefined : t.type(a)));
  if (e.arguments.some((a, i) => a.kind !== 'lambda' && values[i] === undefined)) return undefined;
  const types = e.arguments.map((a, i): ArgumentType => {
    if (a.kind === 'lambda') return { kind: 'lambda', parameters: a.parameters.length };
    return values[i]!.kind === 'unit' ? { kind: 'unit' } : values[i]!.type;
  });
  const chosen = choose(row.signatures, types);
  if (chosen.kind !== 'one') {
    const why =
      chosen.kind === 'none'
        ? `does not accept parameters ${argumentText(types)}.`
        : `cannot be resolved due to ambiguous method parameters ${argumentText(types)}.`;
    t.report(
      problem('wrong-arguments', e.span, `Function '${name}' ${why}`, {
        expected: row.overloads.map((o) => `${name}${o}`).join(' or '),
        found: `${name}${argumentText(types)}`,
        help: `for example ${row.example}`,
      }),
    );
    return undefined;
  }
  const large = tooLarge(name, e.arguments.map(numberOf));
  if (large !== null) {
    t.report(problem('argument-too-large', e.span, large, { help: `for example ${row.example}` }));
    return undefined;
  }
  return typeChosen(e, name, chosen.signature, chosen.bindings, values, t);
}

/** The value of a constant whole number. */
function numberOf(argument: CallExpression['arguments'][number]): number | undefined {
  if (argument.kind === 'unary' && argument.operator === '-' && argument.operand.kind === 'literal')
    return -(numberOf(argument.operand) ?? Number.NaN);
  return argument.kind === 'literal' && argument.type === 'integer' ? Number(argument.text) : undefined;
}

type Choice =
  | { readonly kind: 'none' | 'ambiguous' }
  | { readonly kind: 'one'; readonly signature: Signature; readonly bindings: Bindings };

/** An exact overload wins, without a repeated parameter first; else the only one that widening reaches. */
function choose(signatures: readonly Signature[], types: readonly ArgumentType[]): Choice {
  const matching = (widening: boolean) =>
    signatures.flatMap((signature) => {
      const bindings: Bindings = new Map();
      return fits(signature, types, widening, bindings) ? [{ kind: 'one' as const, signature, bindings }] : [];
    });
  const exact = matching(false);
  const first = exact.find((m) => !m.signature.variadic) ?? exact[0];
  if (first !== undefined) return first;
  const widened = matching(true);
  if (widened.length > 1) return { kind: 'ambiguous' };
  return widened[0] ?? { kind: 'none' };
}

function typeChosen(
  e: CallExpression,
  name: string,
  signature: Signature,
  bindings: Bindings,
  values: readonly (TypedExpression | undefined)[],
  t: Typing,
): TypedExpression | undefined {
  bindDecimal(signature, values, bindings);
  const args: TypedExpression[] = [];
  for (const [i, source] of e.arguments.entries()) {
    const shape = parameterAt(signature, i)!;
    const typed =
      source.kind === 'lambda' ? typeLambda(source, shape, bindings, t) : widen(values[i]!, shape, bindings, name);
    if (typed === undefined) return undefined;
    args.push(typed);
  }
  const type = scalarFunction(name)?.result?.(args) ?? shapeType(signature.result, bindings);
  if (type === undefined) {
    t.report(
      problem('untyped-null', e.span, `The type of ${name} is unknown: its arguments are NULL.`, {
        help: 'write CAST(NULL AS type)',
      }),
    );
    return undefined;
  }
  return { kind: 'call', type, name, arguments: args };
}

function bindDecimal(signature: Signature, values: readonly (TypedExpression | undefined)[], bindings: Bindings): void {
  for (const [i, value] of values.entries()) {
    const shape = parameterAt(signature, i)!;
    if (shape.kind !== 'type' || shape.name !== 'DECIMAL' || !value?.type) continue;
    const before = bindings.get('DECIMAL');
    bindings.set(
      'DECIMAL',
      before === undefined ? widestDecimal(value.type, decimal(1, 0)) : widestDecimal(before, value.type),
    );
  }
}

function widen(value: TypedExpression, shape: Shape, bindings: Bindings, name: string): TypedExpression {
  if (value.kind === 'unit') return value;
  const type = shapeType(shape, bindings);
  if (type === undefined || (shape.kind === 'struct' && value.type !== null)) return value;
  // ROUND and its kin look at the argument's own scale; only lists of DECIMALs are brought to one.
  if (
    shape.kind === 'type' &&
    shape.name === 'DECIMAL' &&
    value.type?.kind === 'DECIMAL' &&
    !/^(GREATEST|LEAST)$/.test(name)
  ) {
    return value;
  }
  return coerce(value, type);
}

function typeLambda(e: LambdaExpression, shape: Shape, bindings: Bindings, t: Typing): TypedExpression | undefined {
  if (shape.kind !== 'lambda') return undefined;
  const parameters = e.parameters.map((p, i) => ({
    name: p.name,
    type: shapeType(shape.parameters[i]!, bindings) ?? null,
  }));
  const body = t.inside(new Map(parameters.map((p) => [p.name, p.type]))).type(e.body);
  if (body === undefined) return undefined;
  const expected = shapeType(shape.result, bindings);
  if (expected === undefined) {
    if (shape.result.kind === 'generic' && body.type !== null) bindings.set(shape.result.name, body.type);
    return { kind: 'lambda', type: body.type, parameters, body };
  }
  if (body.type !== null && !sameType(body.type, expected)) {
    t.report(
      problem('type-mismatch', e.body.span, 'The result of the lambda has another type than the function needs.', {
        expected: nameOf(expected),
        found: nameOf(body.type),
        help: `write CAST(... AS ${nameOf(expected)})`,
      }),
    );
    return undefined;
  }
  return { kind: 'lambda', type: expected, parameters, body: coerce(body, expected as KsqlType) };
}

function unknownFunction(e: CallExpression, name: string) {
  if (isAggregateFunction(name) || isTableFunction(name)) {
    const what = isAggregateFunction(name) ? 'an aggregate' : 'a table function';
    return problem('misplaced-function', e.span, `${name} is ${what} and cannot stand here.`);
  }
  const near = suggest(name, functionNames());
  return problem('unknown-function', e.name.span, `Can't find any functions with the name '${name}'.`, {
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  });
}
