import type { CommandDefinition } from './command.js';
import { CONFIGURED, DRY_RUN, LIMITS, REPLAY, RESULTS } from './option.js';

/** `pharmabi replay`: what the pipeline's streams and tables hold. */
export const REPLAY_COMMAND: CommandDefinition = {
  name: 'replay',
  summary: 'Replay a change log and write out a stream or table of the pipeline.',
  usage: 'pharmabi replay [RELATION] [INPUT...] [options]',
  description: [
    'A stream comes out as its records in replay order; a table as its final rows, ordered by key; with --changes a table comes out as its changelog. Columns are named as in the pipeline: key columns, value columns, and last ROWTIME (ISO 8601, milliseconds, UTC). Decimals and doubles are exact text; null is empty in CSV.',
    'Under --changes a table has one column more, TOMBSTONE, before ROWTIME: true where the change deletes the key (its value columns are then null). So has a stream whose records may lack a value; where its source names TIMESTAMP they are left out, as ksqlDB does.',
    'The first argument is RELATION where the pipeline declares a relation of that name (in any case), and INPUT otherwise; a file that has the name of a relation is given as ./NAME. RELATION defaults to ORDERS_ENRICHED, INPUT to the bundled data. A DuckDB file holds every stream and table where no RELATION is named; those whose topics the input lacks are listed in its table pharmabi.left_out.',
  ],
  examples: [
    { command: 'pharmabi replay', says: 'every order with the discount in force, as CSV (bundled data)' },
    { command: 'pharmabi replay AVG_ORDER_VALUE_BY_DISCOUNT', says: 'the final rows of a table' },
    { command: 'pharmabi replay --out shop.duckdb', says: 'every stream and table in one DuckDB file' },
    { command: 'pharmabi replay ORDERS_WITH_DISCOUNT --changes --format ndjson', says: "a table's changelog" },
  ],
  options: [
    { name: 'changes', common: true, help: "A table's changelog instead of its final rows." },
    {
      name: 'format',
      value: 'FORM',
      choices: ['csv', 'duckdb', 'ndjson', 'json'],
      defaultText: 'csv, or what the ending of --out says',
      common: true,
      help: 'Form of the rows.',
    },
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      common: true,
      path: true,
      help: 'Write to FILE instead of stdout; - is stdout.',
    },
    ...REPLAY,
    ...RESULTS,
    ...LIMITS,
    ...CONFIGURED,
    DRY_RUN,
  ],
  run: async (args, effects) => (await import('./replay-run.js')).runReplay(args, effects),
};
