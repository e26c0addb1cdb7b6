import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configVocabulary } from '../../src/cli/config-file.js';
import type { ConfigVocabulary } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse.js';
import { configSchema } from '../../src/config/schema.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';

let vocabulary: ConfigVocabulary;
beforeAll(async () => {
  vocabulary = await configVocabulary();
});

function mistakes(text: string): readonly string[] {
  try {
    parseConfig(text, 'p.yaml', vocabulary);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.diagnostics.map(
      (d) => `${d.place?.span?.line}:${d.place?.span?.column} ${d.message}${d.help === undefined ? '' : ` ${d.help}`}`,
    );
  }
}

describe('a configuration', () => {
  it('sets options by their long names, parameters by report, and names by table', () => {
    const text = [
      'version: 1',
      'until: 2026-06-30',
      'memory: 2GB',
      'threads: 4',
      'confidence: 0.90',
      'strict: true',
      'topic: [orders=shop_*, patients=people]',
      'decimal-scale: 2',
      'reports:',
      '  sales-trend: { by: week }',
      'tables:',
      '  orders:',
      '    topic: crm_orders',
      '    columns: { user_id: customerNo }',
      '  patients:',
      '    columns: { id: customerNo }',
    ].join('\n');
    const config = parseConfig(text, 'p.yaml', vocabulary);
    const values = Object.fromEntries([...config.options].map(([name, { texts }]) => [name, texts]));
    expect(values).toEqual({
      until: ['2026-06-30'],
      memory: ['2GB'],
      threads: ['4'],
      // As it was written: a number that passed a double would be 0.9.
      confidence: ['0.90'],
      strict: ['true'],
      topic: ['orders=shop_*', 'patients=people'],
      'decimal-scale': ['2'],
    });
    expect(config.reports.get('sales-trend')?.get('by')?.texts).toEqual(['week']);
    expect(config.mapping?.tables.map(({ table, topic }) => [table, topic])).toEqual([
      ['orders', 'crm_orders'],
      ['patients', undefined],
    ]);
    expect(config.mapping?.tables[0]?.columns.map(({ column, field }) => [column, field])).toEqual([
      ['user_id', 'customerNo'],
    ]);
    expect(config.mapping?.tables[0]?.columns[0]?.place).toMatchObject({
      file: 'p.yaml',
      span: { line: 14, column: 25 },
    });
  });

  it('may be empty', () => {
    expect(mistakes('')).toEqual([]);
    expect(mistakes('# nothing yet\n')).toEqual([]);
  });

  it('gives all its mistakes at once, each with line and column and the nearest word', () => {
    const text = [
      'version: 2',
      'ordr: event-time',
      'baseline: opn',
      'strict: yes please',
      'force: true',
      'until: [2026-01-01, 2026-02-01]',
      'tables:',
      '  orders:',
      '    topc: x',
      '    columns: { user_id: 3 }',
      '  patients: people',
      '  products: { topic: "p*" }',
      'reports:',
      '  sales-trnd: { by: week }',
      '  sales-trend: { by: weeek }',
    ].join('\n');
    expect(mistakes(text)).toEqual([
      '2:1 "ordr" means nothing here. Did you mean "order"?',
      '5:1 "force" means nothing here.',
      '1:10 This version of pharmabi reads configurations of version 1.',
      '3:11 "baseline" cannot be "opn": it is one of strict, open. Did you mean open?',
      '4:9 "strict" is true or false.',
      '6:8 "until" is a text or a number.',
      '9:5 "topc" means nothing here; "topic" and "columns" do. Did you mean "topic"?',
      '10:25 This is not the name of a field of the export.',
      '11:13 Table patients needs "topic" or "columns".',
      '12:22 A mapping names one topic. For a pattern write topic: ["products=p*"]',
      '14:3 "sales-trnd" means nothing here. Did you mean "sales-trend"?',
      '15:22 "by" cannot be "weeek": it is one of month, week, day. Did you mean week?',
    ]);
    expect(mistakes('- a')).toEqual(['1:1 A configuration is a map of options, "tables" and "reports".']);
    expect(mistakes('order: event-time\norder: as-published')).toHaveLength(1);
    expect(mistakes('order: "event-time').length).toBeGreaterThan(0);
  });

  it('sets no option that is said anew for each run', () => {
    for (const name of ['help', 'version', 'config', 'show-config', 'dry-run', 'force'])
      expect(vocabulary.options.map((o) => o.name)).not.toContain(name);
  });
});

describe('the JSON schema', () => {
  const shipped = (): object =>
    JSON.parse(readFileSync(new URL('../../schemas/pharmabi.schema.json', import.meta.url), 'utf8')) as object;

  it('that ships is made of the options and reports of today: node scripts/config-schema.js', () => {
    expect(shipped()).toEqual(JSON.parse(JSON.stringify(configSchema(vocabulary))));
  });

  it('and the parser take and refuse the same', () => {
    const cases: readonly (readonly [string, boolean])[] = [
      ['', true],
      ['version: 1', true],
      ['version: "1"', false],
      ['order: event-time', true],
      ['order: eventtime', false],
      ['order: [event-time]', false],
      ['topic: a=b', true],
      ['topic: [a=b, c=d]', true],
      ['topic: [[a=b]]', false],
      ['topic: {a: b}', false],
      ['strict: true', true],
      ['strict: "true"', false],
      ['threads: 4', true],
      ['threads: "4"', true],
      ['threads: true', false],
      ['threads:', false],
      ['pipeline: ""', false],
      ['out: [a.csv, b.xlsx]', true],
      ['force: true', false],
      ['by: week', true],
      ['by: practitioner', true],
      ['by: month of May', false],
      ['tables: {}', true],
      ['tables: {orders: {topic: x}}', true],
      ['tables: {orders: {topic: x, columns: {a: b}}}', true],
      ['tables: {orders: {topic: x*}}', false],
      ['tables: {orders: {topic: ""}}', false],
      ['tables: {orders: {columns: {a: 1}}}', false],
      ['tables: {orders: {column: {a: b}}}', false],
      ['tables: {orders: x}', false],
      ['tables:', true],
      ['tables: {orders: }', true],
      ['tables: {orders: {topic: x, columns: }}', true],
      ['tables: x', false],
      ['reports: {sales-trend: {by: week}}', true],
      ['reports: {sales-trend: {by: practitioner}}', false],
      ['reports: {sales-trend: {change-at: 2026-01-01}}', false],
      ['reports: {sales: {by: week}}', false],
      ['nonsense: 1', false],
      ['[]', false],
    ];
    const isValid = new Ajv({ allowUnionTypes: true }).compile(shipped());
    for (const [text, good] of cases) {
      expect([text, mistakes(text).length === 0]).toEqual([text, good]);
      expect([text, isValid(parse(text))]).toEqual([text, good]);
    }
  });
});
