import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One change event of a MariaDB envelope, hand-made; `at` is the commit time in seconds. */
export interface Change {
  readonly table: string;
  readonly op: string;
  readonly pos: number;
  readonly row?: number;
  readonly at: number;
  readonly before?: object | null;
  readonly after?: object | null;
  readonly snapshot?: string;
  readonly tx?: string;
}

/** The line of a value-only export. */
export function envelope(change: Change): string {
  return JSON.stringify({
    before: change.before ?? null,
    after: change.after ?? null,
    source: {
      version: '3.4.0.Final',
      connector: 'mariadb',
      name: 'shop',
      ts_ms: change.at * 1000,
      snapshot: change.snapshot ?? 'false',
      db: 'pharmacy',
      table: change.table,
      file: 'mysql-bin.000002',
      pos: change.pos,
      row: change.row ?? 0,
    },
    transaction: change.tx === undefined ? null : { id: change.tx, total_order: 1, data_collection_order: 1 },
    op: change.op,
    ts_ms: 1,
  });
}

/** The `kcat -J` line of a record; a null value is a tombstone. */
export function kcat(
  topic: string,
  partition: number,
  offset: number,
  key: unknown,
  payload: string | null,
  ts = 5_000_000,
): string {
  return JSON.stringify({
    topic,
    partition,
    offset,
    tstype: 'create',
    ts,
    broker: 1,
    key: key === null ? null : JSON.stringify(key),
    payload,
  });
}

/** Writes files into a new folder, hands it to `look`, removes it. */
export async function withFiles<T>(
  files: Readonly<Record<string, string | Buffer>>,
  look: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pharmabi-test-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
