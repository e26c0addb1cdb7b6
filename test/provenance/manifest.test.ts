import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { compareManifests } from '../../src/provenance/compare.js';
import { type ManifestParts, makeManifest, manifestText, replayOptionsOf } from '../../src/provenance/manifest.js';
import { parseManifest } from '../../src/provenance/parse.js';
import type { InputFact, ReplayOptions } from '../../src/relation.js';

const OPTIONS: ReplayOptions = {
  order: 'event-time',
  baseline: 'strict',
  topics: [],
  decimalScales: [],
  timeZone: 'UTC',
};

function input(name: string, sha256 = name): InputFact {
  return { name, bytes: name.length, sha256, form: 'kcat -J', events: 1 };
}

function parts(more: Partial<ManifestParts> = {}): ManifestParts {
  return {
    toolVersion: '1.2.3',
    versions: { duckdb: 'v1.0.0', timeZoneData: '2026a' },
    command: { kind: 'report', id: 'discount-impact', parameters: { confidence: '0.95' } },
    pipeline: { name: 'shop.ksql', text: 'CREATE STREAM s ...' },
    options: OPTIONS,
    sources: ['in'],
    inputs: [input('a'), input('b')],
    counts: { events: 2, duplicates: 0, tombstones: 0, undecodable: 0, setAside: 0, cut: 0 },
    outputs: [{ name: 'r.csv', form: 'csv', bytes: 3, sha256: 'r' }],
    ...more,
  };
}

function reason(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
}

describe('a manifest', () => {
  it('has the same bytes whatever the order of inputs, sources, parameters and counts', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat()), (all, order) => {
        const shuffled = all.map((name) => [order.next().value, name] as const).sort(([a], [b]) => a - b);
        const text = (list: readonly string[]): string =>
          manifestText(
            makeManifest(
              parts({
                sources: list,
                inputs: list.map((name) => input(name)),
                command: { kind: 'report', id: 'x', parameters: Object.fromEntries(list.map((n) => [`p${n}`, n])) },
              }),
            ),
          );
        expect(text(shuffled.map(([, name]) => name))).toBe(text(all));
      }),
    );
  });

  it('comes back from its text, with the options of the replay', () => {
    const options: ReplayOptions = {
      order: 'as-published',
      until: Date.UTC(2026, 0, 31, 22, 59, 59, 999),
      knownAt: 0,
      baseline: 'open',
      topics: [{ name: 'orders', pattern: 'shop_*' }],
      decimalScales: [{ scale: 2 }, { table: 'orders', column: 'tax', scale: 4 }],
      timeZone: 'Europe/Berlin',
    };
    const manifest = makeManifest(parts({ options }));
    expect(manifest.options.until).toBe('2026-01-31T22:59:59.999Z');
    expect(parseManifest(manifestText(manifest), 'm.json')).toEqual(manifest);
    expect(replayOptionsOf(manifest.options)).toEqual(options);
  });

  it('is not taken where it is something else, or was edited', () => {
    const text = manifestText(makeManifest(parts()));
    const changed = (change: Readonly<Record<string, unknown>>): string =>
      reason(() => parseManifest(JSON.stringify({ ...(JSON.parse(text) as object), ...change }), 'm.json'));
    expect(reason(() => parseManifest('not JSON', 'm.json'))).toMatch(/^3 .*m\.json.*not JSON/);
    expect(reason(() => parseManifest('[]', 'm.json'))).toMatch(/^3 .*no manifest/);
    expect(changed({ schema: 'pharmabi-manifest/99' })).toMatch(/pharmabi-manifest\/99/);
    expect(changed({ inputs: undefined })).toMatch(/inputs/);
    expect(changed({ options: { order: 'sideways' } })).toMatch(/options/);
    expect(changed({ pipeline: { name: 'x', sha256: 'x', text: 'DROP' } })).toMatch(/edited/);
    expect(changed({})).toBe('nothing was thrown');
  });
});

describe('a comparison', () => {
  const recorded = makeManifest(parts());
  const disk = new Map([['r.csv', 'r']]);

  it('of equal runs is equal, and says nothing', () => {
    expect(compareManifests(recorded, makeManifest(parts()), disk)).toEqual({
      equal: true,
      differences: [],
      notes: [],
    });
  });

  it('names the input that changed, went or came', () => {
    const now = makeManifest(parts({ inputs: [input('a', 'other'), input('c')] }));
    const { equal, differences } = compareManifests(recorded, now, disk);
    expect(equal).toBe(false);
    expect(differences.map((d) => `${d.kind} ${d.name}`)).toEqual(['input a', 'input b', 'input c']);
  });

  it('tells two inputs of one name apart by their digests', () => {
    const twice = makeManifest(parts({ inputs: [input('a', '1'), input('a', '2')] }));
    expect(compareManifests(twice, twice, disk).equal).toBe(true);
    const now = makeManifest(parts({ inputs: [input('a', '1'), input('a', '3')] }));
    expect(compareManifests(twice, now, disk).differences).toHaveLength(1);
  });

  it('names the output and the count that differ', () => {
    const now = makeManifest(
      parts({
        outputs: [{ name: 'r.csv', form: 'csv', bytes: 4, sha256: 's' }],
        counts: { ...recorded.counts, events: 3 },
      }),
    );
    const { differences } = compareManifests(recorded, now, disk);
    expect(differences.map((d) => `${d.kind} ${d.name}`)).toEqual(['counts events', 'output r.csv']);
  });

  it('finds a file that was edited after the run; one that is gone is only a note', () => {
    expect(compareManifests(recorded, recorded, new Map([['r.csv', 'edited']])).differences[0]?.kind).toBe('file');
    const gone = compareManifests(recorded, recorded, new Map());
    expect(gone.equal).toBe(true);
    expect(gone.notes.join()).toMatch(/r\.csv/);
  });

  it('takes another version for a note, as long as the bytes are equal', () => {
    const now = makeManifest(parts({ versions: { duckdb: 'v2.0.0', timeZoneData: '2026a' } }));
    const { equal, notes } = compareManifests(recorded, now, disk);
    expect(equal).toBe(true);
    expect(notes).toEqual(['DuckDB is another version: v1.0.0 then, v2.0.0 now']);
  });
});
