import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { runPipeline } from '../../../src/replay/index.js';
import type { RunResult } from '../../../src/replay/run.js';
import { demandOf, type ReportContext } from '../../../src/reports/definition.js';
import { REPORTS } from '../../../src/reports/index.js';
import { type Cell, type Report, SUPPRESSED } from '../../../src/reports/report.js';
import { finalName } from '../../../src/sql/context.js';
import { ROOT } from '../../oracle/support/command-line.js';

/** The day of a change in the bundled data. */
const CHANGE = '2026-12-01';

/** Parameters that are asked for beside the defaults: they tell more. */
const MORE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'practitioner-brand': { all: 'yes' },
  'repeat-orders': { by: 'practitioner' },
  'prescription-fill': { by: 'practitioner' },
  'site-change': { 'change-at': CHANGE },
};

/** A row by column name. */
export type Row = Readonly<Record<string, Cell>>;

/** The bundled shop, replayed once for all reports. */
export interface Shop {
  report(id: string, profile: string, more?: Readonly<Record<string, string>>): Promise<Report>;
  /** Rows of a query, relations in braces, every value as text, null as ''. */
  query(sql: string): Promise<readonly Readonly<Record<string, string>>[]>;
  close(): void;
}

export async function openShop(): Promise<Shop> {
  const engine: Engine = await openEngine({ threads: 2, memory: '1GB' });
  const file = join(ROOT, 'pipelines/pharmacy.ksql');
  const all = REPORTS.flatMap((one) => [
    ...demandOf(one, MORE[one.id] ?? {}),
    ...(one.optional ?? []).flatMap(({ relations, whole }) => (whole === true ? [] : relations)),
  ]);
  const result: RunResult = await runPipeline({
    engine,
    inputs: [join(ROOT, 'fixtures/captures/B-json-plain/kcat')],
    pipeline: { file, text: readFileSync(file, 'utf8') },
    options: { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC' },
    demand: all.map((one) => ({ ...one, form: 'final' as const })),
  });
  const context = (parameters: Readonly<Record<string, string>>): ReportContext => ({
    engine,
    final: (name) => result.relations.get(name)!.final!,
    columns: (name) => result.relations.get(name)?.columns ?? [],
    parameters,
    replay: { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC' },
    counts: result.counts,
    inputs: result.inputs,
    notes: result.notes,
    firstEvent: result.firstEvent,
    lastEvent: result.lastEvent,
  });
  return {
    report: (id, profile, more = {}) =>
      REPORTS.find((one) => one.id === id)!.run(context({ ...MORE[id], ...more, 'small-numbers': profile })),
    query: async (sql) => {
      const named = sql.replace(/\{(\w+)\}/g, (_, relation: string) => finalName(relation));
      const columns = (await engine.rows(`SELECT column_name FROM (DESCRIBE ${named})`)).map(([name]) => String(name));
      const rows = await engine.rows(`SELECT COLUMNS(*)::VARCHAR FROM (${named})`);
      return rows.map((row) =>
        Object.fromEntries(columns.map((name, i) => [name, row[i] === null ? '' : String(row[i])])),
      );
    },
    close: () => engine.close(),
  };
}

/** The rows of a table of a report. */
export function rowsOf(report: Report, table: string): readonly Row[] {
  const { columns, rows } = report.tables.find(({ name }) => name === table)!;
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]!])));
}

export const isHidden = (cell: Cell | symbol | undefined): boolean => cell === SUPPRESSED;
