import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Expression } from '../ksql/ast/index.js';
import { type Scope, type ScopeColumn, type TypedExpression, typeExpression } from '../ksql/expression.js';
import { parse } from '../ksql/parser.js';
import type { KsqlType } from '../ksql/types.js';
import { identifier } from '../sql/quote.js';

/** The expression that a text of the dialect spells. */
function expressionOf(text: string): Expression {
  const { statements, diagnostics } = parse(`CREATE STREAM O AS SELECT ${text} AS R FROM S EMIT CHANGES;`);
  const statement = statements[0];
  if (statement?.kind !== 'create-as-select')
    throw new Error(`${text}: ${diagnostics.map((d) => d.message).join('; ')}`);
  const item = statement.query.items[0];
  if (item?.kind !== 'expression') throw new Error(`no expression in ${text}`);
  return item.expression;
}

/** The type that a text of the dialect spells. */
export function typeOf(text: string): KsqlType {
  const { statements } = parse(`CREATE STREAM S (a ${text}) WITH (kafka_topic='s', value_format='JSON');`);
  const statement = statements[0];
  if (statement?.kind !== 'create-source') throw new Error(`no type: ${text}`);
  return statement.columns[0]!.type;
}

/** A scope of columns by name. */
function scopeOf(columns: Readonly<Record<string, KsqlType>>): Scope {
  return {
    resolve: (reference): ScopeColumn | Diagnostic => {
      const name = reference.name.name;
      const type = columns[name];
      if (type === undefined) return { code: 'unknown-column', severity: 'error', message: `no column ${name}` };
      return { name, type, sql: identifier(name) };
    },
  };
}

/** The typed expression of a text, or the messages of its errors. */
export function typed(
  text: string,
  columns: Readonly<Record<string, KsqlType>> = {},
): { readonly expression?: TypedExpression; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const expression = typeExpression(expressionOf(text), scopeOf(columns), (d) => problems.push(d));
  return expression === undefined ? { problems } : { expression, problems };
}
