import type { TypedExpression } from '../../ksql/typed-expression.js';
import type { KsqlType } from '../../ksql/types.js';

/** A typed call as a template sees it: the SQL of its arguments, their types and trees, and the result type. */
export interface Call {
  readonly args: readonly string[];
  readonly types: readonly (KsqlType | null)[];
  readonly nodes: readonly TypedExpression[];
  readonly type: KsqlType;
}

/** SQL of a function: text with `{0}`, `{1}`, ... for arguments and `{*}` for all, or a function of the call. */
export type Template = string | ((call: Call) => string);

/** The SQL of a call. */
export function fill(template: Template, call: Call): string {
  if (typeof template !== 'string') return template(call);
  return template.replace(/\{(\d+|\*)\}/g, (_, n: string) =>
    n === '*' ? call.args.join(', ') : (call.args[Number(n)] ?? 'NULL'),
  );
}

/** The text of a string literal argument; undefined where it is no literal. */
export function literalText(node: TypedExpression | undefined): string | undefined {
  return node?.kind === 'literal' && node.type.kind === 'STRING' ? node.text : undefined;
}
