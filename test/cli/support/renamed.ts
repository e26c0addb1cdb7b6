import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { openEngine } from '../../../src/engine/engine.js';

const CAPTURE = fileURLToPath(new URL('../../../fixtures/captures/B-json-plain/kcat/', import.meta.url));

/** What a shop calls a table, and some of its columns. */
export interface Names {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Writes the bundled export as another shop would have it: topics, tables and columns renamed in the text of the records, keys
 * and schemas of nothing else. Only the tables that are named.
 */
export async function writeRenamed(
  folder: string,
  names: Readonly<Record<string, Names>>,
  prefix: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(CAPTURE)) {
    const table = /^shopb\.pharmacy\.(\w+)\./.exec(file)?.[1] ?? '';
    const as = names[table];
    if (as === undefined) continue;
    let text = await textOf(join(CAPTURE, file));
    for (const [from, to] of Object.entries(as.columns)) text = text.replaceAll(`\\"${from}\\":`, `\\"\u0000${to}\\":`);
    text = text
      .replaceAll('\u0000', '')
      .replaceAll(`shopb.pharmacy.${table}"`, `${prefix}.${as.table}"`)
      .replaceAll(`\\"table\\":\\"${table}\\"`, `\\"table\\":\\"${as.table}\\"`);
    writeFileSync(join(folder, `${prefix}.${as.table}.kcat.ndjson`), text);
  }
}

async function textOf(path: string): Promise<string> {
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(path)).toString('utf8');
  const engine = await openEngine();
  try {
    const rows = await engine.rows(
      `SELECT line FROM read_csv('${path}', columns={line: 'VARCHAR'}, delim=chr(1), quote='', escape='', header=false, compression='zstd', max_line_size=10000000)`,
    );
    return rows.map(([line]) => `${String(line)}\n`).join('');
  } finally {
    engine.close();
  }
}

/** The names of a shop that calls everything otherwise. */
export const OTHER_SHOP: Readonly<Record<string, Names>> = {
  orders: {
    table: 'crm_orders',
    columns: {
      id: 'order_no',
      user_id: 'customer_no',
      practitioner_id: 'adviser',
      amount_total: 'grand_total',
      amount_subtotal: 'net_value',
      status: 'state',
      date: 'placed_at',
    },
  },
  patients: {
    table: 'customers',
    columns: {
      id: 'customer_no',
      practitioner_discount: 'rebate',
      practitioner_discount_changed_at: 'rebate_since',
      practitioner_id: 'adviser',
      email: 'mail',
    },
  },
};

/** What a configuration says of these names. */
export function tablesYaml(names: Readonly<Record<string, Names>>, skipped: readonly string[] = ['email']): string {
  const lines = Object.entries(names).flatMap(([table, as]) => [
    `  ${table}:`,
    `    topic: ${as.table}`,
    '    columns:',
    ...Object.entries(as.columns)
      .filter(([column]) => !skipped.includes(column))
      .map(([column, field]) => `      ${column}: ${field}`),
  ]);
  return `tables:\n${lines.join('\n')}\n`;
}
