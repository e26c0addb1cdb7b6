/** Every code of a diagnostic with one line on what it means; `pharmabi help <code>` prints it. Sorted. */
export const CODES: Readonly<Record<string, string>> = {
  'chained-comparison': 'Comparisons take two values: write a < b AND b < c, not a < b < c.',
  'clause-order':
    'A clause of a query stands twice, or before one that must come first (FROM, JOIN, WINDOW, WHERE, PARTITION BY, GROUP BY, HAVING, EMIT, LIMIT).',
  'misspelled-keyword': 'A word of the language is misspelled; the help names the likely one.',
  'missing-advance': 'A hopping window needs ADVANCE BY: how far the next window starts behind the one before.',
  'missing-comma': 'Two items of a list stand side by side without a comma.',
  'missing-parenthesis': 'A bracket was opened and not closed before the text plainly went on outside it.',
  'missing-semicolon': 'A statement begins before the one above it has ended with a semicolon.',
  'not-supported':
    'The text is understood, but this part of SQL does not exist in the dialect or here; the help names the way round.',
  'number-too-large': 'A number has more digits than its type can hold.',
  'reserved-word': 'A word of the language stands where a name is expected; put it in backticks to use it as a name.',
  'trailing-comma': 'A comma has nothing behind it.',
  'type-parameters':
    'A type lacks what stands in its brackets, or has brackets that it does not take: DECIMAL(10, 2), ARRAY<INT>, VARCHAR.',
  'unclosed-comment': 'A comment begins with /* and never ends with */.',
  'unclosed-quote': 'A text or quoted name has no closing quote on its line.',
  'unexpected-end': 'The text ends in the middle of a statement.',
  'unexpected-token': 'A word or sign stands where the language asks for another one.',
  'unknown-character':
    'A character that means nothing outside quotes: a curly quote, a letter outside A-Z, a control character.',
  'unknown-statement': 'No statement of the dialect begins with this word.',
  'unknown-type':
    'No type has this name; types are BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s), VARCHAR, BYTES, DATE, TIME, TIMESTAMP, ARRAY, MAP, STRUCT and those of CREATE TYPE.',
  'unknown-unit': 'A length of time needs a unit: MILLISECONDS, SECONDS, MINUTES, HOURS or DAYS.',
  'unquoted-value': 'The value of a property is a text in single quotes, a number, TRUE or FALSE.',
  'wrong-operator': 'An operator of another language, or one that does not belong here; the help names the right one.',
};

/** What a code means, or undefined where there is no such code. */
export function codeMeaning(code: string): string | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}
