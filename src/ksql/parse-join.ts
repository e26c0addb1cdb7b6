import type { Identifier, Join, SourceReference } from './ast/index.js';
import {
  acceptOperator,
  acceptWord,
  type Cursor,
  expectWord,
  fail,
  identifier,
  isOperator,
  isWord,
  last,
  nearWord,
  peek,
  peekAt,
  repairWord,
  report,
  spanSince,
  take,
} from './cursor.js';
import { parseCondition } from './parse-expression.js';
import { atStatementStart, expectClose, isName, STATEMENT_WORDS } from './parse-list.js';
import { parseDuration } from './parse-window.js';
import { CLAUSE_WORDS, type Token } from './token.js';

/** Words that may follow a source. */
export const AFTER_SOURCE = [
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'WINDOW',
  'WHERE',
  'PARTITION',
  'GROUP',
  'HAVING',
  'EMIT',
  'LIMIT',
  'WITHIN',
];

/** `orders`, `orders o`, `orders AS o`. */
export function parseSource(c: Cursor): SourceReference {
  const start = peek(c);
  if (isOperator(c, '('))
    fail(c, 'the name of a stream or table', {
      code: 'not-supported',
      help: 'queries inside queries are not part of the dialect: make the inner one a stream or table of its own',
    });
  const name = identifier(c, 'the name of a stream or table');
  const alias = acceptWord(c, 'AS') ? identifier(c, 'the alias of the source') : sourceAlias(c);
  return { name, ...(alias === undefined ? {} : { alias }), span: spanSince(c, start) };
}

function sourceAlias(c: Cursor): Identifier | undefined {
  const token = peek(c);
  if (!isName(token) || (token.kind === 'word' && (CLAUSE_WORDS.has(token.value) || atStatementStart(c))))
    return undefined;
  if (token.kind === 'word' && repairClause(c, token)) return undefined;
  return identifier(c, 'the alias of the source');
}

/** `FROM a JION b`, `FROM a WHER x = 1`: what would be an alias is a misspelled clause if only that lets the text go on. */
function repairClause(c: Cursor, token: Token): boolean {
  const near = nearWord(token.value, AFTER_SOURCE);
  if (near === undefined) return false;
  const next = peekAt(c, 1);
  const aliasFits =
    next.kind === 'end' ||
    [';', ',', ')'].includes(next.value) ||
    (next.kind === 'word' && (CLAUSE_WORDS.has(next.value) || STATEMENT_WORDS.has(next.value)));
  if (aliasFits) {
    // FROM orders LFET JOIN users would silently be an inner join of a source called LFET.
    if (next.value !== 'JOIN' && next.value !== 'OUTER') return false;
    if (!['LEFT', 'RIGHT', 'FULL', 'INNER'].includes(near)) return false;
  }
  repairWord(c, near);
  return true;
}

/** Whether a join follows; a misspelled one is reported and put right. */
export function startsJoin(c: Cursor): boolean {
  if (isWord(c, 'JOIN') || ['INNER', 'LEFT', 'RIGHT', 'FULL', 'OUTER'].some((word) => isWord(c, word))) return true;
  const token = peek(c);
  if (token.kind === 'operator' && token.value === ',')
    fail(c, 'JOIN', { help: 'sources are joined with JOIN ... ON ..., not with a comma' });
  if (token.kind !== 'word' || CLAUSE_WORDS.has(token.value)) return false;
  // LFET JOIN behind an alias, JION without one.
  const near = nearWord(
    token.value,
    isWord(c, 'JOIN', 1) || isWord(c, 'OUTER', 1) ? ['LEFT', 'RIGHT', 'FULL', 'INNER'] : ['JOIN'],
  );
  if (near === undefined) return false;
  repairWord(c, near);
  return true;
}

/** `LEFT JOIN users u WITHIN 1 HOUR GRACE PERIOD 1 MINUTE ON ...`. */
export function parseJoin(c: Cursor): Join {
  const start = peek(c);
  c.context = 'the join';
  const type = joinType(c);
  const source = parseSource(c);
  const within = withinClause(c);
  const grace = graceClause(c);
  if (isWord(c, 'WITHIN')) fail(c, 'ON', { code: 'clause-order', help: 'WITHIN stands before GRACE PERIOD and ON' });
  expectWord(c, 'ON');
  const on = parseCondition(c);
  if (isWord(c, 'WITHIN') || isWord(c, 'GRACE'))
    fail(c, 'the next clause', {
      code: 'clause-order',
      help: 'WITHIN and GRACE PERIOD stand before ON: JOIN b WITHIN 1 HOUR ON a.id = b.id',
    });
  return {
    type,
    source,
    ...(within === undefined ? {} : { within }),
    ...(grace === undefined ? {} : { grace }),
    on,
    span: spanSince(c, start),
  };
}

function joinType(c: Cursor): Join['type'] {
  if (acceptWord(c, 'JOIN')) return 'inner';
  const word = take(c).value;
  if (word === 'OUTER') {
    report(c, last(c), {
      code: 'unexpected-token',
      message: 'OUTER says not which side stays.',
      expected: 'LEFT, RIGHT or FULL before OUTER',
      found: 'OUTER',
      help: 'write LEFT OUTER JOIN or FULL OUTER JOIN',
    });
  } else if (word !== 'INNER') acceptWord(c, 'OUTER');
  expectWord(c, 'JOIN');
  return word === 'LEFT' ? 'left' : word === 'RIGHT' ? 'right' : word === 'FULL' || word === 'OUTER' ? 'full' : 'inner';
}

/** `WITHIN 1 HOUR`, `WITHIN (1 HOUR, 2 HOURS)`. */
function withinClause(c: Cursor): Join['within'] {
  if (!acceptWord(c, 'WITHIN')) return undefined;
  if (!isOperator(c, '(')) {
    const both = parseDuration(c);
    return { before: both, after: both };
  }
  const open = take(c);
  const before = parseDuration(c);
  if (!acceptOperator(c, ','))
    fail(c, ', and the length after', { help: 'WITHIN (before, after), or one length without brackets' });
  const after = parseDuration(c);
  expectClose(c, ')', open);
  return { before, after };
}

function graceClause(c: Cursor): Join['grace'] {
  if (!acceptWord(c, 'GRACE')) return undefined;
  expectWord(c, 'PERIOD');
  return parseDuration(c);
}
