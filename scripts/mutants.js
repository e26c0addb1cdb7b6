// What `npm run mutate` changes, where, and which suites are asked.

/** Files of the replay core: of a room those whose text holds what makes an order, a version or a join. */
export const CORE = [
  {
    room: 'changelog',
    holds: /PARTITION BY|ORDER BY|DROPPED|HAVING/,
    not: /journal|deidentify|diagnose|macros|schemas|history|raw-select|load|cache|index|wrapped|guesses|missing|notes|rejects|unscaled|read-file|events-table/,
  },
  { room: 'plan', holds: /readers|pushDown|finalOnly/ },
  { room: 'sql', holds: /OVER|ASOF|QUALIFY|"\$live"/, not: /macros|casts|quote|like|decimal/ },
];

/** Suites by room: the nearest first, then what of `npm test` also goes through it. */
export const SUITES = {
  changelog: {
    near: [
      'test/changelog/versions.test.ts',
      'test/changelog/replay-order.test.ts',
      'test/changelog/semantics.test.ts',
      'test/changelog/cuts.test.ts',
    ],
    far: ['test/replay/pipeline.test.ts', 'test/changelog/short-ways.test.ts', 'test/changelog/invariance.test.ts'],
  },
  plan: {
    near: ['test/plan/plan.test.ts', 'test/replay/pipeline.test.ts'],
    far: ['test/sql/stream-table-join.test.ts', 'test/sql/query.test.ts', 'test/golden/golden.test.ts'],
  },
  sql: {
    near: [
      'test/sql/table-join.test.ts',
      'test/sql/stream-table-join.test.ts',
      'test/sql/grouping.test.ts',
      'test/sql/query.test.ts',
      'test/sql/foreign-key.test.ts',
      'test/sql/foreign-key-order.test.ts',
      'test/sql/emit.test.ts',
    ],
    far: ['test/replay/pipeline.test.ts', 'test/golden/golden.test.ts'],
  },
};

/** Changes that once survived, and must not again. `find` is looked for in all files of the room. */
export const NAMED = [
  {
    name: 'TOAST carries the first version instead of the last',
    room: 'changelog',
    find: /last_value\(CASE WHEN NOT/,
    put: ['last_value', 'first_value'],
  },
  {
    name: 'a LEFT join does not answer a left tombstone where only the right side lives',
    room: 'sql',
    find: /"\$ln" OR "\$lp" OR "\$rn"/,
    put: [' OR "$rn"', ''],
  },
  {
    name: 'a delete known by its tombstone alone rises again at a TRUNCATE',
    room: 'changelog',
    find: /v\.op NOT IN \('d', 'x'\)/,
    put: [", 'x'", ''],
  },
  {
    name: 'most records late is read as all',
    room: 'changelog',
    find: /sum\(late\) \* 2 > sum\(n\)/,
    put: [' * 2 >', ' >='],
  },
  {
    name: 'a tie of keys is not decided by their length',
    room: 'changelog',
    find: /'length\(p\.tie\)', /,
    put: [/.*/, ''],
  },
  {
    name: 'columns alone, whoever asked before',
    room: 'plan',
    find: /\(draft\.readers === 2 \|\| draft\.columnsOnly\)/,
    put: [/.*/, 'true'],
  },
  { name: 'columns alone, never for the first', room: 'plan', find: /draft\.readers === 2/, put: ['===', '!=='] },
  {
    name: 'a table takes a record without a key',
    room: 'changelog',
    find: /source\.kind !== 'table' \|\| keys\.length === 0/,
    put: [/.*/, 'true'],
  },
];

const swap = (a, b) => (was) => (was === a ? b : a);

/** One small change of meaning each; `find` is looked for in every line of code. */
export const OPERATORS = [
  { name: 'first or last', find: /\b(?:last_value|first_value)(?=\()/g, put: swap('last_value', 'first_value') },
  { name: 'largest or smallest', find: /\b(?:max|min)(?=\()/g, put: swap('max', 'min') },
  { name: 'greatest or least', find: /\b(?:greatest|least)(?=\()/g, put: swap('greatest', 'least') },
  { name: 'before or behind', find: /\b(?:lag|lead)(?=\()/g, put: swap('lag', 'lead') },
  { name: 'backwards', find: / DESC\b/g, put: '' },
  { name: 'known or null', find: /\bIS NOT NULL\b/g, put: 'IS NULL' },
  { name: 'null or known', find: /\bIS NULL\b/g, put: 'IS NOT NULL' },
  { name: 'distinct', find: /\bIS DISTINCT FROM\b/g, put: 'IS NOT DISTINCT FROM' },
  { name: 'and', find: / AND /g, put: ' OR ' },
  { name: 'or', find: / OR /g, put: ' AND ' },
  { name: 'not', find: /\bNOT (?!NULL|EXISTS|IN\b|MATERIALIZED)/g, put: '' },
  { name: 'not in', find: /\bNOT IN\b/g, put: 'IN' },
  { name: 'left join', find: /\bLEFT JOIN\b/g, put: 'JOIN' },
  { name: 'nulls first', find: /\bNULLS FIRST\b/g, put: 'NULLS LAST' },
  { name: 'nulls count', find: / IGNORE NULLS\b/g, put: '' },
  { name: 'false', find: /, FALSE\)/g, put: ', TRUE)' },
  { name: 'bit', find: / <> 0/g, put: ' = 0' },
  { name: 'above', find: /(?<=[\w"')\]}] )>(?= [\w"'($])/g, put: '>=' },
  { name: 'from', find: /(?<=[\w"')\]}] )>=(?= [\w"'($])/g, put: '>' },
  { name: 'below', find: /(?<=[\w"')\]}] )<(?= [\w"'($])/g, put: '<=' },
  { name: 'one', find: / = 1\b/g, put: ' = 2' },
  { name: 'same', find: / === /g, put: ' !== ' },
  { name: 'other', find: / !== /g, put: ' === ' },
  { name: 'both', find: / && /g, put: ' || ' },
  { name: 'either', find: /(?<![`'"]) \|\| (?![`'"$])/g, put: ' && ' },
  { name: 'some or every', find: /\.(?:some|every)(?=\()/g, put: swap('.some', '.every') },
];
