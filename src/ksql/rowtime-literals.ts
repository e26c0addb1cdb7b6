import type { Expression } from './ast/index.js';
import { rewrite } from './canonical.js';

const TIMES = ['ROWTIME', 'WINDOWSTART', 'WINDOWEND'];
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='];

/**
 * `ROWTIME >= '2020-01-01'`: a text literal beside ROWTIME or a window bound stands for its epoch milliseconds; the text
 * is partial ISO 8601, UTC unless it names a zone.
 */
export function withTimes(expression: Expression): Expression {
  return rewrite(expression, (e) => {
    if (e.kind === 'binary' && COMPARISONS.includes(e.operator) && (isTime(e.left) || isTime(e.right))) {
      return { ...e, left: millis(e.left), right: millis(e.right) };
    }
    if (e.kind === 'between' && isTime(e.operand)) return { ...e, low: millis(e.low), high: millis(e.high) };
    return undefined;
  });
}

function isTime(e: Expression): boolean {
  return e.kind === 'column' && TIMES.includes(e.name.name);
}

function millis(e: Expression): Expression {
  if (e.kind !== 'literal' || e.type !== 'string') return e;
  const m =
    /^(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?(?:T(\d\d?)(?::(\d\d?)(?::(\d\d?)(?:\.(\d{1,3})\d*)?)?)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(
      e.text,
    );
  if (m === null) return e;
  const part = (i: number, otherwise: number): number => Number(m[i] ?? otherwise);
  const utc = Date.UTC(
    part(1, 1970),
    part(2, 1) - 1,
    part(3, 1),
    part(4, 0),
    part(5, 0),
    part(6, 0),
    Number((m[7] ?? '0').padEnd(3, '0')),
  );
  const text = String(utc - offset(m[8]));
  const literal: Expression = { kind: 'literal', type: 'integer', text: text.replace('-', ''), span: e.span };
  return text.startsWith('-') ? { kind: 'unary', operator: '-', operand: literal, span: e.span } : literal;
}

function offset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
