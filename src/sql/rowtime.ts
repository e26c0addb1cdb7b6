import type { CallExpression, ColumnReference, Literal } from '../ksql/ast/index.js';
import { typeExpression } from '../ksql/expression.js';
import type { KsqlType } from '../ksql/types.js';
import { emitSafe } from './expression.js';

const NOWHERE = { start: 0, end: 0, line: 1, column: 1 };

/**
 * Epoch milliseconds of a column that dates records: BIGINT as it is, TIMESTAMP, or text by a Java pattern (the pattern's
 * reader is the one of STRINGTOTIMESTAMP). NULL where the text does not fit.
 */
export function rowtimeSql(sql: string, type: KsqlType, format: string | undefined): string {
  if (type.kind === 'BIGINT') return sql;
  if (type.kind === 'TIMESTAMP') return `epoch_ms(${sql})`;
  const column: ColumnReference = {
    kind: 'column',
    name: { kind: 'identifier', name: 'X', quoted: true, span: NOWHERE },
    span: NOWHERE,
  };
  const pattern: Literal = { kind: 'literal', type: 'string', text: format ?? '', span: NOWHERE };
  const name = { kind: 'identifier', name: 'STRINGTOTIMESTAMP', quoted: false, span: NOWHERE } as const;
  const call: CallExpression = { kind: 'call', name, arguments: [column, pattern], star: false, span: NOWHERE };
  const typed = typeExpression(
    call,
    { resolve: () => ({ name: 'X', type: { kind: 'STRING' }, sql }) },
    () => undefined,
  );
  return typed === undefined ? 'CAST(NULL AS BIGINT)' : emitSafe(typed);
}
