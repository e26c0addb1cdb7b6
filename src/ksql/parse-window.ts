import type { Duration, WindowExpression } from './ast/index.js';
import {
  acceptOperator,
  type Cursor,
  expectWord,
  fail,
  isOperator,
  nearWord,
  peek,
  report,
  spanOf,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { expectClose } from './parse-list.js';
import { durationUnit, UNIT_MILLIS } from './units.js';

/** `30 SECONDS` as milliseconds. */
export function parseDuration(c: Cursor): Duration {
  const count = peek(c);
  if (count.kind !== 'integer') fail(c, 'a length of time', { help: 'write a whole number and a unit: 30 SECONDS' });
  take(c);
  const token = peek(c);
  if (token.kind !== 'word') fail(c, 'a unit of time', { code: 'unknown-unit', help: `units are ${UNITS}` });
  const unit = unitOf(c);
  take(c);
  const millis = Number(count.value) * UNIT_MILLIS.get(unit)!;
  return { millis, text: `${count.value} ${token.value}`, span: spanSince(c, count) };
}

const UNITS = [...UNIT_MILLIS.keys()].join(', ');

/** The unit at hand; where it is another word, the nearest one, and the mistake is reported. */
function unitOf(c: Cursor): string {
  const token = peek(c);
  const unit = durationUnit(token.value);
  if (unit !== undefined && UNIT_MILLIS.has(unit)) return unit;
  const near = nearWord(token.value, [...UNIT_MILLIS.keys(), ...[...UNIT_MILLIS.keys()].map((u) => u.slice(0, -1))]);
  const help =
    unit !== undefined
      ? `${unit} have no fixed length: use DAYS`
      : near === undefined
        ? `units are ${UNITS}`
        : `did you mean ${near}?`;
  report(c, token, {
    code: 'unknown-unit',
    message: `${tokenText(c, token)} is no unit of a length of time.`,
    expected: UNITS,
    found: tokenText(c, token),
    help,
  });
  return (near === undefined ? undefined : durationUnit(near)) ?? 'DAYS';
}

/** `TUMBLING (SIZE 1 HOUR, GRACE PERIOD 1 MINUTE)`, `HOPPING (...)`, `SESSION (5 MINUTES)`. */
export function parseWindow(c: Cursor): WindowExpression {
  const start = peek(c);
  const type = expectWord(c, 'TUMBLING', 'HOPPING', 'SESSION').toLowerCase() as WindowExpression['type'];
  if (!isOperator(c, '(')) fail(c, '(', { help: `write ${EXAMPLES[type]}` });
  const open = take(c);
  if (type !== 'session') expectWord(c, 'SIZE');
  const size = parseDuration(c);
  const options = windowOptions(c, type);
  expectClose(c, ')', open, ', or )');
  if (type === 'hopping' && options.advance === undefined) {
    report(c, spanOf(start), {
      code: 'missing-advance',
      message: 'A hopping window needs its step.',
      expected: 'ADVANCE BY',
      help: `write ${EXAMPLES.hopping}`,
    });
  }
  return { type, size, ...options, span: spanSince(c, start) };
}

const EXAMPLES = {
  tumbling: 'WINDOW TUMBLING (SIZE 1 HOUR)',
  hopping: 'WINDOW HOPPING (SIZE 1 HOUR, ADVANCE BY 10 MINUTES)',
  session: 'WINDOW SESSION (30 MINUTES)',
} as const;

function windowOptions(
  c: Cursor,
  type: WindowExpression['type'],
): Pick<WindowExpression, 'advance' | 'retention' | 'grace'> {
  let options: Pick<WindowExpression, 'advance' | 'retention' | 'grace'> = {};
  while (acceptOperator(c, ',')) {
    const at = peek(c);
    const words = type === 'hopping' ? ['ADVANCE', 'RETENTION', 'GRACE'] : ['RETENTION', 'GRACE'];
    if (at.value === 'ADVANCE' && type !== 'hopping')
      fail(c, 'RETENTION or GRACE PERIOD', { help: 'only a HOPPING window has ADVANCE BY' });
    const word = expectWord(c, ...words);
    if (word === 'ADVANCE') expectWord(c, 'BY');
    if (word === 'GRACE') expectWord(c, 'PERIOD');
    const length = parseDuration(c);
    const key = word.toLowerCase() as 'advance' | 'retention' | 'grace';
    if (options[key] !== undefined)
      report(c, at, { code: 'clause-order', message: `${word} stands twice in one window.`, help: 'keep one of them' });
    options = { ...options, [key]: length };
  }
  return options;
}
