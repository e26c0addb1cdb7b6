import type { Engine } from '../engine/engine.js';
import type { KsqlType } from '../ksql/types.js';
import type { CoarseTime } from '../privacy/policy.js';
import type { InputFact, ReplayOptions, RunCounts } from '../relation.js';
import type { Report } from './report.js';

/** How the text of a parameter is read: `list` is separated by commas, `choice` is one of `choices`, `flag` has no value. */
export type ParameterType = 'text' | 'list' | 'number' | 'integer' | 'choice' | 'flag';

/** One parameter of a report, on the command line `--name VALUE`. */
export interface ReportParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** As the user would type it; absent where the parameter is off unless given. */
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

/** A relation of the pipeline that a report reads, with the columns that it may use. */
export interface RequiredRelation {
  readonly relation: string;
  readonly columns: readonly string[];
}

/** Relations that a report reads together, or none of them. */
export interface OptionalRead {
  readonly relations: readonly RequiredRelation[];
  /** Only where the input has every column that they take. */
  readonly whole?: boolean;
}

/** What a report is given: final rows of a replay, and the facts that its provenance block prints. */
export interface ReportContext {
  readonly engine: Engine;
  /** The DuckDB relation of the final rows of a pipeline relation; the report quotes it. */
  final(relationName: string): string;
  /** The columns of a pipeline relation, in their spelling; empty where the pipeline has no such relation. */
  columns(
    relationName: string,
  ): readonly { readonly name: string; readonly type: KsqlType; readonly coarse?: CoarseTime }[];
  /** How much of ROWTIME may leave a relation, by the policy; absent where nothing is said of it. */
  coarseRowtime?(relationName: string): CoarseTime | undefined;
  /** Parameters as the user typed them; those left out take their default. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly replay: ReplayOptions;
  readonly counts: RunCounts;
  readonly inputs: readonly InputFact[];
  /** What the replay has to say to readers. */
  readonly notes: readonly string[];
  /** First and last event time, epoch milliseconds; null where the input holds no event. */
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
}

/** A report: one file, listed in `index.ts`. */
export interface ReportDefinition {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly parameters: readonly ReportParameter[];
  readonly requires: readonly RequiredRelation[];
  /** What it also reads where pipeline and input have it; the columns of the context say whether they had. */
  readonly optional?: readonly OptionalRead[];
  /** What the report reads beside that for some values of its parameters, as the user typed them. */
  alsoReads?(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[];
  /** Throws DiagnosticError for a wrong parameter or a pipeline without what `requires` names. */
  run(context: ReportContext): Promise<Report>;
}

/** All that a run of the report reads, each relation once. */
export function demandOf(
  report: ReportDefinition,
  parameters: Readonly<Record<string, string>>,
): readonly RequiredRelation[] {
  const columns = new Map<string, Set<string>>();
  for (const { relation, columns: names } of [...report.requires, ...(report.alsoReads?.(parameters) ?? [])])
    columns.set(relation, new Set([...(columns.get(relation) ?? []), ...names]));
  return [...columns].map(([relation, names]) => ({ relation, columns: [...names] }));
}
