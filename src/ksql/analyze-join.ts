import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { AnalyzedJoin, JoinKind, SourceUse } from './analyzed.js';
import type { Expression, Join } from './ast/index.js';
import { walk } from './canonical.js';
import { keyColumns } from './catalog.js';
import { type TypedExpression, typeExpression } from './expression.js';
import { isDiagnostic, type SourceScope } from './scope.js';
import { sameType, typeText } from './types.js';

/** Resolves one JOIN against what stands to its left; undefined after a mistake. */
export function analyzeJoin(
  join: Join,
  leftUses: readonly SourceUse[],
  leftKind: 'stream' | 'table',
  right: SourceUse,
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): { readonly join: AnalyzedJoin; readonly leftAst: Expression; readonly rightAst: Expression } | undefined {
  const sides = splitCondition(join, leftUses, right, scope, report);
  if (sides === undefined) return undefined;
  const leftKey = typeExpression(sides.left, scope, report);
  const rightKey = typeExpression(sides.right, scope, report);
  if (leftKey === undefined || rightKey === undefined) return undefined;
  checkTypes(join, leftKey, rightKey, report);
  const kind = joinKind(join, leftUses, leftKind, right, sides, scope, report);
  if (kind === undefined) return undefined;
  return { join: { kind, type: join.type, right, leftKey, rightKey }, leftAst: sides.left, rightAst: sides.right };
}

function splitCondition(
  join: Join,
  leftUses: readonly SourceUse[],
  right: SourceUse,
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): { left: Expression; right: Expression } | undefined {
  const on = join.on;
  if (on.kind !== 'binary' || on.operator !== '=') {
    report({
      code: 'join-condition',
      severity: 'error',
      message: 'A join needs one equality between its two sides.',
      place: { span: on.span },
      help: 'write ON left.column = right.column',
    });
    return undefined;
  }
  const a = owners(on.left, scope, report);
  const b = owners(on.right, scope, report);
  if (a === undefined || b === undefined) return undefined;
  const only = (set: ReadonlySet<SourceUse>, allowed: (u: SourceUse) => boolean): boolean =>
    set.size > 0 && [...set].every(allowed);
  const isLeft = (u: SourceUse): boolean => leftUses.includes(u);
  if (only(a, isLeft) && only(b, (u) => u === right)) return { left: on.left, right: on.right };
  if (only(b, isLeft) && only(a, (u) => u === right)) return { left: on.right, right: on.left };
  report({
    code: 'join-condition',
    severity: 'error',
    message: `The condition must compare something of ${leftUses.map((u) => u.alias).join(' or ')} with something of ${right.alias}.`,
    place: { span: on.span },
  });
  return undefined;
}

function owners(
  expression: Expression,
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): Set<SourceUse> | undefined {
  const found = new Set<SourceUse>();
  let failed = false;
  walk(expression, (e) => {
    if (e.kind !== 'column') return;
    const column = scope.find(e);
    if (isDiagnostic(column)) {
      report(column);
      failed = true;
    } else found.add(column.owner);
  });
  return failed ? undefined : found;
}

function checkTypes(join: Join, left: TypedExpression, right: TypedExpression, report: (d: Diagnostic) => void): void {
  if (left.type === null || right.type === null || sameType(left.type, right.type)) return;
  report({
    code: 'join-types',
    severity: 'error',
    message: 'The two sides of a join must have one type.',
    place: { span: join.on.span },
    expected: typeText(left.type),
    found: typeText(right.type),
    help: `CAST one side: CAST(... AS ${typeText(left.type)})`,
  });
}

function joinKind(
  join: Join,
  leftUses: readonly SourceUse[],
  leftKind: 'stream' | 'table',
  right: SourceUse,
  sides: { left: Expression; right: Expression },
  scope: SourceScope,
  report: (d: Diagnostic) => void,
): JoinKind | undefined {
  const refuse = (code: string, message: string, help: string): undefined => {
    report({ code, severity: 'error', message, place: { span: join.span }, help });
    return undefined;
  };
  if (leftUses.some((u) => u.schema.name === right.schema.name)) {
    return refuse(
      'self-join',
      `${right.schema.name} cannot be joined with itself.`,
      'make a second relation of it first: CREATE ... AS SELECT * FROM it',
    );
  }
  const same = leftUses.find((u) => u.schema.format.topic === right.schema.format.topic);
  if (same !== undefined) {
    return refuse(
      'same-topic',
      `${same.schema.name} and ${right.schema.name} both read the topic ${right.schema.format.topic}, and one query cannot read a topic under two declarations.`,
      `make a relation of one of them first: CREATE ... AS SELECT * FROM ${right.schema.name}`,
    );
  }
  if (leftKind === 'stream' && right.schema.kind === 'stream') {
    return refuse(
      'not-supported',
      'Stream-stream joins are not replayed yet.',
      'make a table of one side (GROUP BY with LATEST_BY_OFFSET) and join that',
    );
  }
  if (leftKind === 'table' && right.schema.kind === 'stream') {
    return refuse(
      'join-order',
      'A table cannot be joined to a stream in this order.',
      'put the stream first: FROM stream JOIN table',
    );
  }
  if (!isPrimaryKey(sides.right, right, scope)) {
    return refuse(
      'join-primary-key',
      `${right.alias} is a table: a join must be on its primary key ${keyNames(right)}.`,
      `write ON ... = ${right.alias}.${keyNames(right)}`,
    );
  }
  if (leftKind === 'stream') {
    if (join.type === 'right' || join.type === 'full') {
      return refuse(
        'join-type',
        `A stream and a table join only INNER or LEFT, not ${join.type.toUpperCase()}.`,
        'use LEFT JOIN',
      );
    }
    return 'stream-table';
  }
  if (leftUses.some((u) => isPrimaryKey(sides.left, u, scope))) return 'table-table';
  return foreignKeyKind(join, leftUses, refuse);
}

/** What is wrong with a second join beside one on a foreign key. */
export function standsAlone(span: Join['span']): Diagnostic & { readonly help: string } {
  return {
    code: 'not-supported',
    severity: 'error',
    message: 'A join on a foreign key stands alone in its statement.',
    place: { span },
    help: 'make a table of the other joins, and join that one',
  };
}

/** A table that points to the other one's primary key: the pointing side stays whole, and its key is the result's. */
function foreignKeyKind(
  join: Join,
  leftUses: readonly SourceUse[],
  refuse: (code: string, message: string, help: string) => undefined,
): JoinKind | undefined {
  if (leftUses.length > 1) {
    const { code, message, help } = standsAlone(join.span);
    return refuse(code, message, help);
  }
  if (join.type === 'right' || join.type === 'full') {
    return refuse(
      'join-type',
      `Tables join on a foreign key only INNER or LEFT, not ${join.type.toUpperCase()}.`,
      'use LEFT JOIN',
    );
  }
  return 'foreign-key';
}

function keyNames(use: SourceUse): string {
  return keyColumns(use.schema)
    .map((c) => c.name)
    .join(', ');
}

function isPrimaryKey(expression: Expression, use: SourceUse, scope: SourceScope): boolean {
  const keys = keyColumns(use.schema);
  if (expression.kind !== 'column' || keys.length !== 1) return false;
  const found = scope.find(expression);
  return !isDiagnostic(found) && found.owner === use && found.key;
}
