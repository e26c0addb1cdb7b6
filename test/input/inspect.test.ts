import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { FileInspection } from '../../src/input/inspect.js';
import { ROOT, succeed } from '../oracle/support/command-line.js';

interface Payload {
  readonly after?: { readonly date: number } | null;
  readonly tableChanges: readonly { readonly type: string; readonly id: string }[];
}

const CAPTURE = join(ROOT, 'fixtures/captures/B-json-plain/kcat');

function payloads(name: string): readonly Payload[] {
  const text = gunzipSync(readFileSync(join(CAPTURE, name))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(JSON.parse(line).payload ?? 'null'))
    .filter((payload) => payload !== null);
}

it('inspect tells keys, event times and the schema changes behind the snapshot, as the records themselves do', async () => {
  const { stdout } = await succeed(['inspect', CAPTURE, '--json', '--quiet']);
  const files: readonly FileInspection[] = JSON.parse(stdout).files;
  const orders = files.flatMap((f) => f.tables).find((t) => t.table === 'orders')!;
  expect(orders.key).toEqual(['id']);
  const dates = payloads('shopb.pharmacy.orders.kcat.ndjson.gz').flatMap((p) =>
    p.after ? [Number(p.after.date)] : [],
  );
  expect([orders.firstEvent, orders.lastEvent]).toEqual([Math.min(...dates), Math.max(...dates)]);

  const changes = files.flatMap((f) => f.schemaChanges);
  const told = payloads('shopb.kcat.ndjson.gz').flatMap((p) =>
    p.tableChanges.map((c) => `${c.type} ${c.id.replaceAll('"', '')}`),
  );
  expect(told.length).toBeGreaterThan(20);
  expect(changes.map((c) => `${c.kind} ${c.table}`)).toEqual(told);
  const altered = changes.filter((c) => c.kind === 'ALTER');
  expect(altered.map((c) => c.table)).toContain('pharmacy.products');
  for (const change of altered) expect(change.place).toMatch(/^mysql-bin\.\d{6}:\d+$/);
  expect(stdout).not.toContain('CREATE TABLE `');

  // Programs read this document: each of its keys is described, and its version is told.
  const document = JSON.parse(stdout);
  const described = readFileSync(join(ROOT, 'docs/inspect.md'), 'utf8');
  const parts = [document, document.totals, ...files, orders, ...changes];
  const keys = new Set(parts.flatMap((part) => Object.keys(part)));
  expect(keys.size).toBeGreaterThan(30);
  expect([...keys].filter((key) => !described.includes(`\`${key}\``))).toEqual([]);
  expect(document.schema).toBe('pharmabi.inspect/1');
});
