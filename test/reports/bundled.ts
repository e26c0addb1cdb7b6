import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { outputForms } from '../../src/output/index.js';
import { shippedPolicy } from '../../src/privacy/shipped.js';
import type { ReplayOptions } from '../../src/relation.js';
import { runPipeline } from '../../src/replay/index.js';
import type { RunResult } from '../../src/replay/run.js';
import { shippedPipeline } from '../../src/replay/shipped.js';
import { demandOf } from '../../src/reports/definition.js';
import type { Finding } from '../../src/reports/finding.js';
import { findReport, REPORTS } from '../../src/reports/index.js';
import type { Report } from '../../src/reports/report.js';
import { ROOT, type Row } from '../oracle/support/command-line.js';

/** The export that ships with pharmabi. */
export const BUNDLED = join(ROOT, 'fixtures/captures/B-json-plain/kcat');

/** Parameters as the command line would hand them on. */
export type Parameters = Readonly<Record<string, string>>;

/** What a report cannot be asked without. */
const needs = (id: string): Parameters => (id === 'site-change' ? { 'change-at': '2026-12-01' } : {});

/** A report's JSON document, as far as tests look at it. */
export interface Document {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly findings: readonly (Finding & Readonly<Record<string, unknown>>)[];
  readonly doubt: string;
  readonly next: string;
  readonly summary: readonly string[];
  readonly caveat: string | null;
  readonly banner?: string;
  readonly notes: readonly string[];
}

/** Everything that any report reads of the bundled data, replayed once: reports are asked of it as often as a test likes. */
export interface Bundled {
  report(id: string, parameters?: Parameters): Promise<Report>;
  /** The text of a report in a form, as the command line would print it into a pipe. */
  text(id: string, form: 'csv' | 'json' | 'terminal' | 'html' | 'markdown', parameters?: Parameters): Promise<string>;
  json(id: string, parameters?: Parameters): Promise<Document>;
}

const OPTIONS: ReplayOptions = {
  order: 'event-time',
  baseline: 'strict',
  topics: [],
  decimalScales: [],
  timeZone: 'UTC',
  policy: shippedPolicy(),
};

/** Replays the bundled data with so many threads; the engine closes when the test file is done. */
export async function replayBundled(threads: number): Promise<Bundled> {
  const engine = await openEngine({ threads });
  afterAll(() => engine.close());
  const columns = new Map<string, Set<string>>();
  for (const definition of REPORTS)
    for (const { relation, columns: names } of demandOf(definition, needs(definition.id)))
      columns.set(relation, new Set([...(columns.get(relation) ?? []), ...names]));
  const demand = [...columns].map(([relation, names]) => ({ relation, form: 'final' as const, columns: [...names] }));
  const result = await runPipeline({
    engine,
    inputs: [BUNDLED],
    pipeline: shippedPipeline(),
    options: OPTIONS,
    demand,
  });
  const report = (id: string, parameters: Parameters = {}): Promise<Report> =>
    findReport(id).run(contextOf(engine, result, { ...needs(id), ...parameters }));
  const text: Bundled['text'] = async (id, name, parameters) => {
    const form = outputForms.find((one) => one.name === name)!;
    const [file] = await form.write(await report(id, parameters), { width: 80, colour: false, ascii: false });
    return Buffer.from(file!.bytes).toString('utf8');
  };
  return { report, text, json: async (id, parameters) => JSON.parse(await text(id, 'json', parameters)) as Document };
}

function contextOf(engine: Engine, result: RunResult, parameters: Parameters) {
  const { counts, inputs, notes, firstEvent, lastEvent } = result;
  return {
    engine,
    final: (name: string) => result.relations.get(name)!.final!,
    columns: (name: string) => result.relations.get(name)?.columns ?? [],
    parameters,
    replay: OPTIONS,
    counts,
    inputs,
    notes,
    firstEvent,
    lastEvent,
  };
}
