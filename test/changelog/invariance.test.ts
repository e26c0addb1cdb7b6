import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withFiles } from './small.js';
import { CAPTURES, ORDERS, sequence, text, USERS, withChangeLog } from './support.js';

const slice = (file: string, every: number): string[] =>
  text(`${CAPTURES}/${file}`)
    .split('\n')
    .filter((line, i) => line !== '' && i % every === 0);

async function run(
  files: Readonly<Record<string, string>>,
  limits: { threads?: number; memory?: string } = {},
): Promise<{ rows: readonly string[]; repeats: number }> {
  return await withFiles(files, (folder) =>
    withChangeLog(
      [folder],
      [USERS, ORDERS],
      {},
      async (log, engine) => ({ rows: await sequence(log, engine), repeats: log.counts.duplicates }),
      limits,
    ),
  );
}

describe.skipIf(CAPTURES === null)(
  'the change log does not depend on how the files lie (skipped without captures)',
  () => {
    const forms = {
      kcat: [
        'B-json-plain/kcat/shopb.pharmacy.patients.kcat.ndjson.gz',
        'B-json-plain/kcat/shopb.pharmacy.orders.kcat.ndjson.gz',
      ],
      unwrapped: [
        'C-unwrapped/values/shopc.pharmacy.patients.values.ndjson.gz',
        'C-unwrapped/values/shopc.pharmacy.orders.values.ndjson.gz',
      ],
    } as const;
    it.each(Object.entries(forms))('%s: split, shuffled over files, repeated', async (_form, [patients, orders]) => {
      const lines = { patients: slice(patients, 3), orders: slice(orders, 12) };
      const all = [...lines.patients, ...lines.orders];
      const base = await run({
        'patients.ndjson': lines.patients.join('\n'),
        'orders.ndjson': lines.orders.join('\n'),
      });
      expect(base.rows.length).toBeGreaterThan(500);
      expect(await run({ 'all.ndjson': all.join('\n') }, { threads: 1, memory: '300MB' })).toEqual(base);
      const twice = await run({ 'all.ndjson': all.join('\n'), 'again.ndjson': all.join('\n') });
      expect(twice.rows).toEqual(base.rows);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: lines.orders.length - 1 }),
          fc.constantFrom(1, 2, 4),
          async (at, threads) => {
            const files = {
              'z.ndjson': lines.orders.slice(0, at).join('\n'),
              'a.ndjson': [...lines.orders.slice(at), ...lines.patients].join('\n'),
            };
            expect((await run(files, { threads })).rows).toEqual(base.rows);
          },
        ),
        { numRuns: 4, seed: 7 },
      );
    });
  },
);
