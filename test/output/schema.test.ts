import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportJson } from '../../src/output/json.js';
import { bookOf } from '../../src/reports/book.js';
import type { Report } from '../../src/reports/report.js';
import { ROOT } from '../oracle/support/command-line.js';
import { bundled } from './bundled.js';
import { EMPTY, SAMPLE } from './sample-report.js';

const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'schemas/report.schema.json'), 'utf8')) as object;
const validate = new Ajv.default({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
}).compile(SCHEMA);

/** What Ajv finds wrong with a document. */
function faults(document: unknown): readonly string[] {
  return validate(document) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}

describe('the JSON of a report', () => {
  let reports: readonly Report[];
  beforeAll(async () => {
    reports = await bundled();
  });

  it('is what its schema says, for every report, the book, and a report without anything in it', () => {
    expect(reports.length).toBe(11);
    for (const report of [...reports, bookOf(reports, [{ id: 'x', why: 'y' }]), SAMPLE, EMPTY]) {
      const document = JSON.parse(reportJson(report)) as Record<string, unknown>;
      expect([report.id, faults(document)]).toEqual([report.id, []]);
      const columns = document.columns as Record<string, { name: string }[]>;
      for (const [name, rows] of Object.entries(document.tables as Record<string, object[]>))
        for (const row of rows) expect(Object.keys(row)).toEqual(columns[name]!.map((c) => c.name));
    }
    expect(faults(JSON.parse(reportJson({ ...SAMPLE, banner: 'SMALL NUMBERS ARE NOT HIDDEN' })))).toEqual([]);
  });

  it.each([
    ['another version', { schema: 'pharmabi.report/2' }],
    ['no summary', { summary: undefined }],
    ['a key that is not in the schema', { more: 1 }],
    ['a date where a time belongs', { asOf: '2026-01-01' }],
    ['a list in a cell', { tables: { levels: [{ orders: [1] }] } }],
    ['a chart of no kind', { charts: [{ name: 'x', kind: 'pie' }] }],
  ])('is refused by its schema with %s', (_name, change) => {
    const document = JSON.parse(JSON.stringify({ ...(JSON.parse(reportJson(SAMPLE)) as object), ...change })) as object;
    expect(faults(document).length).toBeGreaterThan(0);
  });
});
