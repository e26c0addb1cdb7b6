import type { CaseExpression, InExpression, LikeExpression } from './ast/index.js';
import { coerce, isTemporal } from './coercion.js';
import { problem, type Typing } from './expression.js';
import { listElements } from './expression-collections.js';
import { condition, nameOf } from './expression-operators.js';
import type { TypedExpression } from './typed-expression.js';
import { BOOLEAN, sameType, typeText } from './types.js';

/** `x [NOT] IN (a, b)`: operand and values share a type, string literals are read as that type. */
export function typeIn(e: InExpression, t: Typing): TypedExpression | undefined {
  const typed = [e.operand, ...e.values].map((v) => t.type(v));
  if (typed.includes(undefined)) return undefined;
  const operandType = typed[0]!.type;
  // ksqlDB compares a DATE, TIME or TIMESTAMP with the text itself: never equal.
  const read = typed.map((v, i) =>
    i > 0 && operandType !== null && isTemporal(operandType) && v!.kind === 'literal' && v!.type.kind === 'STRING'
      ? ({ kind: 'null', type: null } as const)
      : v!,
  );
  const list = listElements(read, [e.operand, ...e.values], t);
  if (list === undefined) return undefined;
  const [operand, ...values] = list.elements;
  return { kind: 'in', type: BOOLEAN, operand: operand!, values, negated: e.negated };
}

/** `x [NOT] LIKE pattern [ESCAPE c]` over strings. */
export function typeLike(e: LikeExpression, t: Typing): TypedExpression | undefined {
  const [operand, pattern] = [t.type(e.operand), t.type(e.pattern)];
  if (operand === undefined || pattern === undefined) return undefined;
  for (const [side, source] of [
    [operand, e.operand],
    [pattern, e.pattern],
  ] as const) {
    if (side.type === null || side.type.kind === 'STRING') continue;
    t.report(
      problem('type-mismatch', source.span, 'LIKE compares strings.', { expected: 'STRING', found: nameOf(side.type) }),
    );
    return undefined;
  }
  const like = { kind: 'like', type: BOOLEAN, operand, pattern, negated: e.negated } as const;
  return e.escape === undefined ? like : { ...like, escape: e.escape };
}

/** Searched CASE: every result has the type of the first that is not NULL. */
export function typeCase(e: CaseExpression, t: Typing): TypedExpression | undefined {
  if (e.operand !== undefined) {
    t.report(
      problem('unsupported-case', e.span, 'ksqlDB does not run CASE x WHEN y.', {
        help: 'write CASE WHEN x = y THEN ...',
      }),
    );
    return undefined;
  }
  const branches = e.branches.map((b) => ({ when: condition(b.when, 'WHEN', t), result: t.type(b.then) }));
  const otherwise = e.otherwise === undefined ? undefined : t.type(e.otherwise);
  if (e.otherwise !== undefined && otherwise === undefined) return undefined;
  if (branches.some((b) => b.when === undefined || b.result === undefined)) return undefined;
  const known = branches as { when: TypedExpression; result: TypedExpression }[];
  const type = known.find((b) => b.result.type !== null)?.result.type ?? otherwise?.type ?? null;
  if (type === null) {
    t.report(problem('untyped-null', e.span, 'Invalid Case expression. All case branches have NULL type.'));
    return undefined;
  }
  const wrong = known.findIndex((b) => b.result.type !== null && !sameType(b.result.type, type));
  if (wrong >= 0) {
    t.report(
      problem(
        'type-mismatch',
        e.branches[wrong]!.then.span,
        "Invalid Case expression. Type for all 'THEN' clauses should be the same.",
        {
          expected: typeText(type),
          found: nameOf(known[wrong]!.result.type),
        },
      ),
    );
    return undefined;
  }
  if (otherwise !== undefined && otherwise.type !== null && !sameType(otherwise.type, type)) {
    t.report(
      problem(
        'type-mismatch',
        e.otherwise!.span,
        "Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses.",
        { expected: typeText(type), found: typeText(otherwise.type) },
      ),
    );
    return undefined;
  }
  const typed = known.map((b) => ({ when: b.when, result: coerce(b.result, type) }));
  return otherwise === undefined
    ? { kind: 'case', type, branches: typed }
    : { kind: 'case', type, branches: typed, otherwise: coerce(otherwise, type) };
}
