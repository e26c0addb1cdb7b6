import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { packed } from '../packed.js';
import {
  CAPTURES,
  fold,
  GOLDEN,
  ORDER_COLUMNS,
  ORDERS,
  oracle,
  text,
  USER_COLUMNS,
  USERS,
  withChangeLog,
} from './support.js';

const MARIADB = ['oracle-mariadb/final_patients.csv.gz', 'oracle-mariadb/final_orders.csv.gz'] as const;
const POSTGRES = ['F-postgres/oracle/final_patients.csv', 'F-postgres/oracle/final_orders.csv.gz'] as const;

/** Inputs, oracle, repeats of patients and orders (counted apart, see the capture's README and the test below). */
const CASES: readonly (readonly [string, readonly string[], readonly [string, string], number | null])[] = [
  ['A values with schemas', ['A-json-schema/values'], MARIADB, null],
  ['B kcat', ['B-json-plain/kcat/*.patients.*', 'B-json-plain/kcat/*.orders.*'], MARIADB, null],
  ['B console with key', ['B-json-plain/keyed'], MARIADB, null],
  ['B file sink', ['B-json-plain/filestream'], MARIADB, null],
  ['B file sink and refused files', ['B-json-plain/filestream', 'B-json-plain/not-json'], MARIADB, null],
  ['C values', ['C-unwrapped/values/*.patients.*', 'C-unwrapped/values/*.orders.*'], MARIADB, null],
  ['C console', ['C-unwrapped/console'], MARIADB, null],
  ['C file sink', ['C-unwrapped/filestream'], MARIADB, null],
  ['F PostgreSQL', ['F-postgres/kcat'], POSTGRES, 0],
  ['G de-identified', ['G-deidentified/kcat'], MARIADB, 0],
  ['I 1.9 kcat', ['I-legacy-1.9/kcat'], MARIADB, 0],
  ['I 1.9 values', ['I-legacy-1.9/values'], MARIADB, 0],
  ['OUTFILE dump', ['dump-mariadb/final/{patients,orders}.outfile.*'], MARIADB, 0],
  ['batch dump', ['dump-mariadb/final/{patients,orders}.batch.*'], MARIADB, 0],
  ['PostgreSQL CSV', ['F-postgres/dump/final/{patients,orders}.copy.csv*'], POSTGRES, 0],
];

/** Whether all of these files are here: what the project bundles of the captures is less than the whole set. */
function here(paths: readonly string[]): boolean {
  return paths.every((p) => existsSync(`${CAPTURES}/${p.includes('*') ? dirname(p) : p}`));
}

describe('folds of captures equal the database (skipped without captures)', () => {
  const run = CASES.filter(([, inputs, truth]) => here([...inputs, ...truth]));
  const skipped = CASES.filter((c) => !run.includes(c));
  it.skip.each(skipped)('%s: not in fixtures/captures, no whole set beside the project', () => undefined);
  it.each(run)('%s', async (_name, inputs, [patients, orders], repeats) => {
    await withChangeLog(
      inputs.map((i) => `${CAPTURES}/${i}`),
      [USERS, ORDERS],
      {},
      async (log, engine) => {
        expect(await fold(engine, log.relations.get('USERS')!)).toEqual(
          oracle(`${CAPTURES}/${patients}`, USER_COLUMNS),
        );
        expect(await fold(engine, log.relations.get('ORDERS_SRC')!)).toEqual(
          oracle(`${CAPTURES}/${orders}`, ORDER_COLUMNS),
        );
        if (repeats !== null) expect(log.counts.duplicates).toBe(repeats);
      },
    );
  });

  it.skipIf(!here(['D-precise-plain/kcat', ...MARIADB]))(
    'asks for the scale of decimals that came without one, and works with it',
    async () => {
      const paths = [`${CAPTURES}/D-precise-plain/kcat`];
      const failed = await withChangeLog(paths, [USERS, ORDERS], {}, async () => null).catch((e: unknown) => e);
      expect(failed).toBeInstanceOf(DiagnosticError);
      expect((failed as DiagnosticError).exitCode).toBe(3);
      expect((failed as DiagnosticError).diagnostics.map((d) => [d.code, d.place?.column])).toEqual([
        ['decimal-without-scale', 'amount_total'],
        ['decimal-without-scale', 'practitioner_discount'],
      ]);
      const decimalScales = [{ table: 'orders', column: 'amount_total', scale: 2 }, { scale: 2 }];
      await withChangeLog(paths, [USERS, ORDERS], { decimalScales }, async (log, engine) => {
        expect(await fold(engine, log.relations.get('ORDERS_SRC')!)).toEqual(
          oracle(`${CAPTURES}/${MARIADB[1]}`, ORDER_COLUMNS),
        );
        expect(await fold(engine, log.relations.get('USERS')!)).toEqual(
          oracle(`${CAPTURES}/${MARIADB[0]}`, USER_COLUMNS),
        );
      });
    },
  );

  it('counts repeats as a second reader does', async () => {
    const seen = new Set<string>();
    let repeats = 0;
    for (const table of ['patients', 'orders']) {
      for (const line of text(`${CAPTURES}/A-json-schema/values/shopa.pharmacy.${table}.values.ndjson.gz`).split(
        '\n',
      )) {
        if (line === '' || line === 'null') continue;
        const { payload } = JSON.parse(line);
        const { file, pos, row } = payload.source;
        const id = [table, file, pos, row, payload.op, (payload.after ?? payload.before).id].join('|');
        if (seen.has(id)) repeats += 1;
        seen.add(id);
      }
    }
    const paths = ['patients', 'orders'].map((t) =>
      packed(`${CAPTURES}/A-json-schema/values/shopa.pharmacy.${t}.values.ndjson.gz`),
    );
    await withChangeLog(paths, [USERS, ORDERS], {}, async (log) => {
      expect(log.counts.duplicates).toBe(repeats);
      expect(repeats).toBe(460);
      expect(log.counts.events).toBe(seen.size);
      expect(log.counts.undecodable).toBe(0);
    });
  });

  it.skipIf(GOLDEN === null).each(['event-time', 'as-published'] as const)(
    'has the order of the golden input, %s',
    async (order) => {
      const golden = text(`${GOLDEN}/input-${order}.jsonl.gz`)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((r) => r.topic !== 'orders_live')
        // The engine reads no time from a null value and drops it where the source names TIMESTAMP: 24 times in this input.
        .filter((r) => order === 'event-time' || r.value !== null)
        .map(
          (r) =>
            `${r.topic} ${r.key} ${r.value === null ? 'delete' : (r.value.AMOUNT_TOTAL ?? r.value.PRACTITIONER_DISCOUNT)}`,
        );
      const paths = ['patients', 'orders'].map(
        (t) => `${CAPTURES}/B-json-plain/kcat/shopb.pharmacy.${t}.kcat.ndjson.gz`,
      );
      const ours = await withChangeLog(paths, [USERS, ORDERS], { order }, async (log, engine) => {
        const rows = await engine.rows(
          `SELECT seq, line FROM (SELECT "$seq" AS seq, 'patients ' || "ID" || ' ' || CASE WHEN "$live" THEN coalesce("PRACTITIONER_DISCOUNT"::VARCHAR, 'null') ELSE 'delete' END AS line FROM ${log.relations.get('USERS')}
         UNION ALL SELECT "$seq", 'orders ' || "ID" || ' ' || CASE WHEN "$live" THEN "AMOUNT_TOTAL"::VARCHAR ELSE 'delete' END FROM ${log.relations.get('ORDERS_SRC')}) ORDER BY seq`,
        );
        expect(rows.map((r) => Number(r[0]))).toEqual(rows.map((_, i) => i + 1));
        return rows.map((row) => String(row[1]));
      });
      expect(golden).toHaveLength(order === 'event-time' ? 8590 : 8590 - 24);
      expect(ours).toEqual(golden);
    },
  );
});
