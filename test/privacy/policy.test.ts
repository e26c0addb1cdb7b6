import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionSql, bindHashKeys, type Deidentification } from '../../src/changelog/deidentify.js';
import { MACROS } from '../../src/changelog/macros.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { entityKey } from '../../src/privacy/hash-key.js';
import { parsePolicy } from '../../src/privacy/parse.js';
import { type Action, actionOf } from '../../src/privacy/policy.js';
import { shippedPolicy } from '../../src/privacy/shipped.js';

function mistakes(text: string): readonly string[] {
  try {
    parsePolicy(text, 'p.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map((d) => `${d.place?.span?.line}:${d.place?.span?.column} ${d.message}`);
  }
}

describe('a policy file', () => {
  it('that ships is right, and drops what names a person', () => {
    const policy = parsePolicy(shippedPolicy().text, 'pharmacy.yaml');
    for (const column of ['email', 'FIRST_NAME', 'last_name', 'phone', 'address'])
      expect(actionOf(policy, 'Patients', column)).toEqual({ kind: 'drop' });
    expect(actionOf(policy, 'patients', 'shoe_size')).toBe('unnamed');
    expect(actionOf(policy, 'brands', 'name')).toEqual({ kind: 'keep' });
  });

  it('gives all its mistakes at once, each with its place', () => {
    const text = [
      'version: 1',
      'tables:',
      '  patients:',
      '    person: true',
      '    columns:',
      '      email: dorp',
      '      phone: { mask: 0 }',
      '      birth_date: { generalise: birth-year-band, years: 7, oldest: 1940 }',
      '      id: { hash: patient, secret: x }',
    ].join('\n');
    expect(mistakes(text)).toEqual([
      '4:5 "person" means nothing here; "persons" and "columns" do.',
      '6:14 patients.email: "dorp" is not one of keep, drop, hash, mask, truncate, generalise. Did you mean drop?',
      '7:14 patients.phone: mask needs a number of characters, 1 or more.',
      '8:19 patients.birth_date: birth-year-band needs "years", 5 or 10.',
      '9:11 patients.id: secret means nothing for hash.',
    ]);
    expect(mistakes('version: 2\ntables: {}')).toHaveLength(1);
    expect(mistakes('- a\n- b')).toEqual(['1:1 A policy is a map with "version" and "tables".']);
    expect(mistakes('version: 1\ntables:\n  a: {columns: {x: keep, x: drop}}')).toHaveLength(1);
  });
});

describe('what becomes of a value', () => {
  const key = Buffer.from('a key that is long enough, really');
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ threads: 1, memory: '500MB' });
    for (const macro of MACROS) await engine.run(macro);
    const entities = ['patient', 'practitioner'].map((entity) => [entity, { kind: 'hash', entity, optional: false }]);
    const work = { bySource: [new Map(entities as [string, Action][])], sensitive: new Set(), notes: [] };
    await bindHashKeys(engine, work as unknown as Deidentification, key);
  });
  afterAll(() => engine.close());

  const changed = async (action: Action, value: string | null): Promise<unknown> => {
    const literal = value === null ? 'NULL::VARCHAR' : `'${value.replaceAll("'", "''")}'`;
    return (await engine.rows(`SELECT ${actionSql(action, 'v')} FROM (SELECT ${literal} AS v)`))[0]![0];
  };
  const hash = (entity: string): Action => ({ kind: 'hash', entity, optional: false });
  const byNode = (entity: string, value: string): string =>
    createHmac('sha256', entityKey(key, entity)).update(value).digest('hex');

  it('a text becomes the HMAC-SHA-256 that Node makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 90 }), async (value) => {
        fc.pre(!/^-?\d+$/.test(value) && !value.includes('\0'));
        expect(await changed(hash('patient'), value)).toBe(byNode('patient', value));
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('an id stays a number, the same in every table of its entity and another one elsewhere', async () => {
    const wanted = BigInt(`0x${byNode('patient', '4711').slice(0, 15)}`).toString();
    expect(await changed(hash('patient'), '4711')).toBe(wanted);
    expect(await changed(hash('practitioner'), '4711')).not.toBe(wanted);
    expect(await changed(hash('patient'), '9007199254740993')).toMatch(/^\d+$/);
  });

  it('no key stands in a statement', () => {
    expect(actionSql(hash('patient'), 'v')).not.toContain(key.toString('hex'));
    expect(actionSql(hash('patient'), 'v')).not.toContain(key.toString());
  });

  const band: Action = { kind: 'generalise', to: 'birth-year-band', years: 5, oldest: 1936 };
  const age: Action = { kind: 'generalise', to: 'age-band', years: 10, at: '2026-01-01' };
  it.each<[string, Action, string | null, string | null]>([
    ['mask', { kind: 'mask', characters: 4 }, 'x', '****'],
    ['mask null', { kind: 'mask', characters: 4 }, null, null],
    ['truncate', { kind: 'truncate', characters: 2 }, 'äöü', 'äö'],
    ['area', { kind: 'generalise', to: 'area', characters: 2 }, '2031', '20'],
    ['days of Debezium: 1969-12-31', { kind: 'generalise', to: 'birth-year' }, '-1', '1969'],
    ['text', band, '1984-12-31', '1980-1984'],
    ['first of a band', band, '1985-01-01', '1985-1989'],
    ['the oldest', band, '1911-05-05', 'up to 1939'],
    ['not a date', band, 'unknown', null],
    ['the day before a birthday', age, '1986-01-02', '30-39'],
    ['a birthday', age, '1986-01-01', '40-49'],
    ['90 and more', age, '1930-06-01', '90+'],
    ['week', { kind: 'generalise', to: 'week' }, '2026-11-22', '2026-11-16'],
    ['day', { kind: 'generalise', to: 'day' }, '2026-11-22T13:14:15Z', '2026-11-22'],
    ['not sent', hash('patient'), '__debezium_unavailable_value', '__debezium_unavailable_value'],
  ])('%s', async (_name, action, value, wanted) => {
    expect(await changed(action, value)).toBe(wanted);
  });
});
