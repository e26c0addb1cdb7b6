import { expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { type Declared, type FileInspection, inspectInputs } from '../../src/input/inspect.js';
import { envelope, withFiles } from '../changelog/small.js';

const DECLARED: Declared = {
  decimals: new Set(['price', 'raw']),
  times: new Map(),
  typed: new Map([
    [
      'orders',
      new Map([
        ['us', 'TIMESTAMP'],
        ['ms', 'TIMESTAMP'],
        ['both', 'TIMESTAMP'],
        ['local', 'TIMESTAMP'],
        ['day', 'DATE'],
        ['clock', 'TIME'],
        ['hex', 'BYTES'],
        ['base64', 'BYTES'],
      ]),
    ],
  ]),
};

async function inspect(lines: readonly string[]): Promise<FileInspection> {
  return await withFiles({ 'orders.ndjson': `${lines.join('\n')}\n` }, async (folder) => {
    const engine = await openEngine();
    try {
      return (await inspectInputs(engine, [folder], { topics: [], declared: DECLARED })).files[0]!;
    } finally {
      engine.close();
    }
  });
}

it('inspect announces every guess that a run would make of values without a schema, and shows none of them', async () => {
  const after = (id: number): object => ({
    id,
    us: 1_795_378_193_000_123 + id,
    ms: 1_795_378_193_000,
    both: id === 1 ? 1_795_378_193_000 : 253_402_300_799_000,
    local: '2026-05-10 16:22:36',
    day: id === 1 ? 0 : 20_000,
    clock: 30_600_000_000,
    hex: 'deadbeef',
    base64: id === 1 ? 'deadbeef' : 'AP8=',
    price: 1.25,
    raw: '+iQ=',
  });
  const lines = [1, 2].map((id) => envelope({ table: 'orders', op: 'c', pos: id, at: id, after: after(id) }));
  const { guesses, missing } = await inspect(lines);
  expect([...guesses].sort()).toEqual([
    'orders.both: numbers without a unit look like ms (1) and us (1): a run asks which it is (--read-as orders.both=ms)',
    'orders.clock: 2 numbers are read as microseconds (--read-as orders.clock=... says otherwise)',
    'orders.hex: 2 texts of hexadecimal digits are read as hex (--read-as orders.hex=... says otherwise)',
    'orders.local: 2 times without a zone are read as UTC',
    'orders.us: 2 numbers are read as microseconds (--read-as orders.us=... says otherwise)',
  ]);
  expect(missing.join('\n')).toMatch(/raw: base64 bytes; .*--decimal-scale/);
  expect(missing.join('\n')).toMatch(/price: decimals as JSON numbers \(decimal\.handling\.mode=double\)/);
  expect([...guesses, ...missing].join()).not.toMatch(/17953|deadbeef|16:22/);
});

it('with a schema in every record there is nothing to guess', async () => {
  const payload = JSON.parse(
    envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { id: 1, us: 1_795_378_193_000_123 } }),
  );
  const schema = { type: 'struct', fields: [] };
  expect((await inspect([JSON.stringify({ schema, payload })])).guesses).toEqual([]);
});
