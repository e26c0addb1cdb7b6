import type { TypedExpression } from '../ksql/typed-expression.js';
import { text } from './quote.js';

// Java's dot stops at every line terminator.
const ANY = '[^\\n\\r\\x{0085}\\x{2028}\\x{2029}]';

/** The regular expression of a LIKE pattern: `%` any run, `_` one character, neither across a line break. */
function likePattern(pattern: string, escapeCharacter?: string): string | undefined {
  let out = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    if (c === escapeCharacter) {
      // An escape with nothing behind it is an error.
      if (i + 1 === characters.length) return undefined;
      out += literalCharacter(characters[++i]!);
    } else if (c === '%') {
      out += `${ANY}*`;
    } else if (c === '_') {
      out += ANY;
    } else {
      out += literalCharacter(c);
    }
  }
  return out;
}

function literalCharacter(c: string): string {
  return /[\\^$.|?*+()[\]{}]/.test(c) ? `\\${c}` : c;
}

/** SQL of LIKE; a null operand raises, as it throws in ksqlDB. */
export function likeSql(e: Extract<TypedExpression, { kind: 'like' }>, emit: (e: TypedExpression) => string): string {
  const operand = emit(e.operand);
  if (e.pattern.kind !== 'literal' && e.escape !== undefined) {
    // A pattern out of a column, with an escape: DuckDB's own LIKE, whose wildcards also cross a line break.
    const own = `ks_known(${operand} LIKE ${emit(e.pattern)} ESCAPE ${text(e.escape)})`;
    return e.negated ? `(NOT ${own})` : own;
  }
  const pattern =
    e.pattern.kind === 'literal'
      ? literalPattern(likePattern(e.pattern.text, e.escape))
      : `ks_like_pattern(${emit(e.pattern)})`;
  const matched = `ks_known(regexp_full_match(${operand}, ${pattern}, 's'))`;
  return e.negated ? `(NOT ${matched})` : matched;
}

function literalPattern(regex: string | undefined): string {
  return regex === undefined ? 'CAST(NULL AS VARCHAR)' : text(regex);
}
