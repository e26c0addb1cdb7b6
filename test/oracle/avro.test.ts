import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kcatLine, Registry } from '../input/avro/connect-to-avro.js';
import { capture, inputsOf, linesOf, textOf } from './support/captures.js';
import { byOrder, differences, discountOf, proven } from './support/check-orders.js';
import { pharmabi, replay, report, succeed, temporaryFolder } from './support/command-line.js';
import { EXCEPTIONS, hundredths, oracle } from './support/truth.js';

const TABLES = ['brands', 'clinics', 'orders', 'patients', 'practitioners', 'products'];
const avro = capture('H-avro/topics');
const json = inputsOf('A');
if (!avro) console.warn('capture H is not in ../shared/captures: its tests are skipped');

/** A report as it is, but for what says where its records came from. */
function answer(document: object): object {
  const { provenance: _files, ...rest } = document as Record<string, unknown>;
  return rest;
}

describe.skipIf(!avro || !json)(
  'capture H: Avro container files, one per schema, as an object store holds them',
  () => {
    const files = ['patients', 'orders'].map((table) => join(avro ?? '', `shopa.pharmacy.${table}`));

    for (const order of ['event-time', 'as-published']) {
      it(`${order}: byte for byte the rows of the JSON that it was made of`, async () => {
        const options = ['--order', order, '--format', 'csv'];
        const [ours, theirs] = await Promise.all(
          [files, json!].map((inputs) => succeed(['replay', 'ORDERS_WITH_DISCOUNT', ...inputs, ...options])),
        );
        expect(ours!.stdout).toBe(theirs!.stdout);
        expect(ours!.stdout.split('\n').length).toBeGreaterThan(4000);
      });
    }

    it('the report is that of the JSON', async () => {
      const [ours, theirs] = await Promise.all([report(files), report(json!)]);
      expect(answer(ours)).toEqual(answer(theirs));
      expect(ours.tables.levels!.length).toBeGreaterThan(5);
    });

    it('all files strung together, under the name of one table: it is read again for the other', async () => {
      const folder = temporaryFolder();
      const parts = files.flatMap((table) =>
        readdirSync(table, { recursive: true })
          .map(String)
          .filter((name) => name.endsWith('.avro'))
          .sort()
          .map((name) => readFileSync(join(table, name))),
      );
      expect(parts).toHaveLength(5);
      writeFileSync(join(folder, 'shopa.pharmacy.orders.avro'), Buffer.concat(parts));
      const [ours, theirs] = await Promise.all(
        [[folder], files].map((inputs) => replay('ORDERS_WITH_DISCOUNT', inputs)),
      );
      expect(ours).toEqual(theirs);
    });

    it("the database's own truth: the orders that exist, their amounts, the discount in force", async () => {
      const existing = oracle('mariadb', 'orders_with_discount').filter((order) => order.deleted_ms === '');
      const ours = byOrder(await replay('ORDERS_WITH_DISCOUNT', files));
      expect([...ours.keys()].sort()).toEqual(existing.map((row) => row.order_id!).sort());
      const amount = differences(
        existing,
        ours,
        (row) => String(hundredths(row?.AMOUNT_TOTAL)),
        (row) => String(hundredths(row.amount_final)),
      );
      expect(amount).toEqual([]);
      const wrong = differences(existing, ours, discountOf, (row) =>
        row.log_proves_discount === '1' ? proven(row.discount_at_event_time) : 'unknown',
      );
      expect(wrong.map((difference) => difference.order).sort()).toEqual([...EXCEPTIONS.mariadb.keys()].sort());
    });

    it('inspect: the records, repeats and schema of every table, as many as its JSON has', async () => {
      const { stdout } = await succeed(['inspect', avro!, '--json']);
      const { files: found } = JSON.parse(stdout) as {
        files: readonly {
          form: string;
          undecodable: readonly unknown[];
          tables: readonly { table: string; records: number }[];
        }[];
      };
      expect(new Set(found.map((file) => file.form))).toEqual(
        new Set(['Avro container (deflate, 1 schema), envelope']),
      );
      expect(found.flatMap((file) => file.undecodable)).toEqual([]);
      for (const table of TABLES) {
        const values = capture(`A-json-schema/values/shopa.pharmacy.${table}.values.ndjson.gz`);
        const ours = found.flatMap((file) => file.tables).filter((t) => t.table === table);
        const rows = linesOf(values!).filter((line) => line !== 'null');
        expect(ours.reduce((sum, t) => sum + t.records, 0)).toBe(rows.length);
      }
      expect(readdirSync(avro!)).toHaveLength(TABLES.length);
    });
  },
);

const console_ = capture('A-json-schema/console/shopa.pharmacy.patients.console.txt.gz');
if (!console_) console.warn('capture A with keys is not in ../shared/captures: the test of framed Avro is skipped');
describe.skipIf(!console_ || !json)(
  'capture A, framed as a registry does: patients with keys, orders as values alone',
  () => {
    it('byte for byte the rows of the JSON, and a manifest that verifies', async () => {
      const folder = temporaryFolder();
      const registry = new Registry();
      mkdirSync(join(folder, 'data'));
      mkdirSync(join(folder, 'schemas'));
      const patients = linesOf(console_!).map((line) => {
        const [time, partition, offset, , key, value] = line.split('\t') as [
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        const number = (text: string): number => Number(text.split(':')[1]);
        const at = [number(partition), number(offset), number(time)] as const;
        return kcatLine('shopa.pharmacy.patients', ...at, registry.frame(key), registry.frame(value));
      });
      const orders = linesOf(json![1]).flatMap((line) => [registry.frame(line) ?? Buffer.alloc(0), Buffer.from('\n')]);
      writeFileSync(join(folder, 'data/patients.kcat'), Buffer.concat(patients));
      writeFileSync(join(folder, 'data/orders.bin'), Buffer.concat(orders));
      for (const [name, text] of Object.entries(registry.files('schemas'))) writeFileSync(join(folder, name), text);
      // The key, two schemas of patients, three of orders.
      expect(registry.schemas.size).toBe(6);

      const out = join(folder, 'rows.csv');
      const options = ['--avro-schemas', join(folder, 'schemas')];
      await succeed(['replay', 'ORDERS_WITH_DISCOUNT', join(folder, 'data'), ...options, '--out', out]);
      const theirs = await succeed(['replay', 'ORDERS_WITH_DISCOUNT', console_!, json![1], '--format', 'csv']);
      expect(linesOf(out)).toEqual(theirs.stdout.split('\n').filter((line) => line !== ''));

      const manifest = `${out}.manifest.json`;
      expect((await succeed(['verify', manifest])).stdout).toMatch(/equal/);
      expect(JSON.parse(textOf(manifest)).counts).toMatchObject({ undecodable: 0 });
      // Another schema folder than then is a difference, also where it decodes to the same.
      appendFileSync(join(folder, 'schemas/1.avsc'), ' ');
      const changed = await pharmabi(['verify', manifest]);
      expect(changed.code).toBe(1);
      expect(changed.stdout).toMatch(/schemas/);
    });
  },
);
