import type { TypedExpression } from '../ksql/typed-expression.js';
import { duckType, type KsqlType } from '../ksql/types.js';
import { castTo, fieldOf, widenTo } from './casts.js';
import { decimalArithmetic } from './decimal.js';
import { absorbsNull, besideDecimal, canBeNull, mayThrow, notANumber } from './expression-facts.js';
import { functionSql } from './functions/index.js';
import { likeSql } from './like.js';
import { identifier, text } from './quote.js';

/** DuckDB SQL of an expression; it raises where ksqlDB's operator would throw (division by zero, null in AND). */
export function emitExpression(e: TypedExpression): string {
  return emit(e, false);
}

/** `absorbed`: a node above has an answer for null, so that arithmetic over null must raise here. */
function emit(e: TypedExpression, absorbed: boolean): string {
  const below = absorbed || absorbsNull(e);
  switch (e.kind) {
    case 'null':
      return 'NULL';
    case 'unit':
      return text(e.unit);
    case 'literal':
      return literal(e.text, e.type);
    case 'column':
      return e.sql;
    case 'variable':
      return lambdaVariable(e.name);
    case 'arithmetic':
      return absorbed ? notNull(arithmetic(e), e.type) : arithmetic(e);
    case 'negate':
      return absorbed
        ? notNull(negate(emit(e.operand, false), e.type), e.type)
        : negate(emit(e.operand, false), e.type);
    case 'append':
      return `(${appended(e.left)} || ${appended(e.right)})`;
    case 'comparison':
      return comparison(e);
    case 'logic':
      return logic(e);
    case 'not':
      return `(NOT ${known(e.operand)})`;
    case 'is-null':
      return `(${emit(e.operand, true)} IS ${e.negated ? 'NOT ' : ''}NULL)`;
    case 'in':
      return inList(e);
    case 'like':
      return likeSql(e, (x) => emit(x, true));
    case 'case':
      return caseSql(e, absorbed);
    case 'cast':
      return cast(e, absorbed);
    case 'call':
      return functionSql(
        e,
        e.arguments.map((a) => emit(a, below)),
      );
    case 'lambda':
      return `lambda ${e.parameters.map((p) => lambdaVariable(p.name)).join(', ')}: ${emit(e.body, true)}`;
    case 'subscript':
      return `(${emit(e.operand, absorbed)})[${emit(e.index, absorbed)}]`;
    case 'field':
      return fieldOf(emit(e.operand, absorbed), e.name);
    case 'array':
      return `[${e.elements.map((x) => emit(x, true)).join(', ')}]`;
    case 'map':
      return `ks_map([${e.entries.map((x) => emit(x.key, true)).join(', ')}], [${e.entries.map((x) => emit(x.value, true)).join(', ')}])`;
    case 'struct':
      return `struct_pack(${e.fields.map((f) => `${identifier(f.name)} := ${emit(f.value, true)}`).join(', ')})`;
  }
}

/** The same with null in place of a value that fails, as ksqlDB writes a SELECT column whose expression threw. */
export function emitSafe(e: TypedExpression): string {
  const sql = emitExpression(e);
  return mayThrow(e) ? `TRY(${sql})` : sql;
}

/** A WHERE or HAVING: never raises and never null; a condition that fails or is null is FALSE, its row is dropped. */
export function emitCondition(e: TypedExpression): string {
  const sql = emitSafe(e);
  return mayThrow(e) || canBeNull(e) ? twoValued(sql) : sql;
}

/** The DuckDB name of a parameter of a lambda; no column has a name like it. */
function lambdaVariable(name: string): string {
  return identifier(`$${name}`);
}

function literal(value: string, type: KsqlType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return value.toUpperCase();
    case 'STRING':
      return text(value);
    case 'INTEGER':
      return value.startsWith('-') ? `CAST(${value} AS INTEGER)` : value;
    case 'BIGINT':
      return `CAST(${value} AS BIGINT)`;
    case 'DOUBLE':
      return `CAST('${value}' AS DOUBLE)`;
    default:
      return `CAST('${value}' AS ${duckType(type)})`;
  }
}

function negate(sql: string, type: KsqlType): string {
  if (type.kind === 'INTEGER') return `ks_wrap_int(-CAST(${sql} AS BIGINT))`;
  if (type.kind === 'BIGINT') return `ks_wrap_long(-CAST(${sql} AS HUGEINT))`;
  return `(-${sql})`;
}

// Raises where the value is null.
function notNull(sql: string, type: KsqlType): string {
  return `CASE WHEN ${sql} IS NULL THEN CAST('null operand' AS ${duckType(type)}) ELSE ${sql} END`;
}

function arithmetic(e: Extract<TypedExpression, { kind: 'arithmetic' }>): string {
  // A null inside makes the whole null, which is looked at once, above.
  const [a, b] = [emit(e.left, false), emit(e.right, false)];
  const { operator, type } = e;
  if (type.kind === 'DOUBLE') return operator === '%' ? `ks_mod_double(${a}, ${b})` : `(${a} ${operator} ${b})`;
  if (type.kind === 'DECIMAL') {
    return decimalArithmetic(operator, { sql: a, type: e.left.type! }, { sql: b, type: e.right.type! }, type);
  }
  const [size, wide] = type.kind === 'INTEGER' ? (['int', 'BIGINT'] as const) : (['long', 'HUGEINT'] as const);
  if (operator === '/') return `ks_div_${size}(${a}, ${b})`;
  if (operator === '%') return `ks_mod(CAST(${a} AS ${type.kind}), CAST(${b} AS ${type.kind}))`;
  return `ks_wrap_${size}(CAST(${a} AS ${wide}) ${operator} CAST(${b} AS ${wide}))`;
}

// Java's `'x' + null` is the text xnull.
function appended(e: TypedExpression): string {
  const sql = emit(e, true);
  return e.kind === 'literal' ? sql : `ks_or(${sql}, 'null')`;
}

/** A comparison as SQL, two-valued: FALSE where an operand is null or NaN. */
function comparison(e: Extract<TypedExpression, { kind: 'comparison' }>): string {
  const { operator } = e;
  let [a, b] = [finite(e.left, e.right), finite(e.right, e.left)];
  if (e.left.type?.kind === 'BYTES' && /^[<>]=?$/.test(operator)) [a, b] = [`ks_signed(${a})`, `ks_signed(${b})`];
  const doubles = notANumber(e.left) || notANumber(e.right);
  if (operator.startsWith('IS')) return doubles ? distinctDoubles(a, b, operator) : `(${a} ${operator} ${b})`;
  const nan = [notANumber(e.left) ? ` AND NOT isnan(${a})` : '', notANumber(e.right) ? ` AND NOT isnan(${b})` : ''];
  return twoValued(`${a} ${operator} ${b}${nan.join('')}`);
}

// Beside a DECIMAL a DOUBLE becomes one, and NaN or Infinity throw.
function finite(e: TypedExpression, other: TypedExpression): string {
  const sql = emit(e, true);
  return besideDecimal(e, other) ? `ks_finite(${sql})` : sql;
}

// NaN is neither less nor greater than a number, which ksqlDB takes for equal.
function distinctDoubles(a: string, b: string, operator: string): string {
  const distinct = `(${a} IS DISTINCT FROM ${b} AND (${a} IS NULL OR ${b} IS NULL OR NOT (isnan(${a}) OR isnan(${b}))))`;
  return operator === 'IS DISTINCT FROM' ? distinct : `(NOT ${distinct})`;
}

// NULL as FALSE.
function twoValued(condition: string): string {
  return `CASE WHEN ${condition} THEN TRUE ELSE FALSE END`;
}

function known(e: TypedExpression): string {
  const sql = emit(e, true);
  return canBeNull(e) ? `ks_known(${sql})` : sql;
}

function logic(e: Extract<TypedExpression, { kind: 'logic' }>): string {
  const [a, b] = [known(e.left), known(e.right)];
  if (!canBeNull(e.right) && !mayThrow(e.right)) return `(${a} ${e.operator} ${b})`;
  // DuckDB evaluates both sides of AND and OR; CASE keeps Java's left to right.
  return e.operator === 'AND' ? `CASE WHEN ${a} THEN ${b} ELSE FALSE END` : `CASE WHEN ${a} THEN TRUE ELSE ${b} END`;
}

function inList(e: Extract<TypedExpression, { kind: 'in' }>): string {
  const operand = emit(e.operand, true);
  const values = e.values.filter((v) => v.kind !== 'null' && !(v.kind === 'cast' && v.operand.kind === 'null'));
  const nan = notANumber(e.operand) ? ` AND NOT isnan(${operand})` : '';
  const found =
    values.length === 0 ? 'FALSE' : twoValued(`${operand} IN (${values.map((v) => emit(v, true)).join(', ')})${nan}`);
  return e.negated ? `(NOT ${found})` : found;
}

function caseSql(e: Extract<TypedExpression, { kind: 'case' }>, absorbed: boolean): string {
  const branches = e.branches.map((b) => `WHEN ${known(b.when)} THEN ${emit(b.result, absorbed)}`);
  const otherwise = e.otherwise === undefined ? '' : ` ELSE ${emit(e.otherwise, absorbed)}`;
  return `CASE ${branches.join(' ')}${otherwise} END`;
}

function cast(e: Extract<TypedExpression, { kind: 'cast' }>, absorbed: boolean): string {
  if (e.operand.type === null) return `CAST(${emit(e.operand, absorbed)} AS ${duckType(e.type)})`;
  const sql = emit(e.operand, absorbed);
  return e.implicit ? widenTo(sql, e.operand.type, e.type) : castTo(sql, e.operand.type, e.type);
}
