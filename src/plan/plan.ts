import type { AnalyzedQuery, Pipeline, SourceUse } from '../ksql/analyzed.js';
import { keyColumns, type RelationSchema } from '../ksql/catalog.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { writersOf } from '../ksql/topic-edges.js';
import { DEFAULT_ENGINE, type EngineVersion, TS } from '../relation.js';
import { columnsOf } from './columns.js';

/** What a run asks of a relation. A report needs a final state, `replay --changes` the changelog. */
export type Form = 'changes' | 'final';

/** One relation of the run: how it is made, in which forms, with which columns. */
export interface PlannedRelation {
  readonly schema: RelationSchema;
  /** Queries that write it, in statement order; none for a relation declared over a topic. */
  readonly queries: readonly AnalyzedQuery[];
  readonly forms: ReadonlySet<Form>;
  /** Columns that somebody reads; keys always. */
  readonly columns: ReadonlySet<string>;
  /** Place among the statements: decides which of two relations fed by one record comes first. */
  readonly index: number;
  /** Declared sources whose records can reach it. */
  readonly origins: ReadonlySet<string>;
  /** How many times it is read: what is read twice is kept, not computed twice. */
  readonly readers: number;
  /** Nobody but demands that name their columns reads its final rows: they need neither ROWTIME nor a place in the order. */
  readonly columnsOnly: boolean;
}

/** What is computed, in an order in which everything stands before its readers. */
export interface ReplayPlan {
  readonly relations: readonly PlannedRelation[];
  /** Declarations with `used` set: what must be read out of the files. */
  readonly sources: readonly SourceDeclaration[];
}

interface Draft {
  readonly schema: RelationSchema;
  readonly queries: AnalyzedQuery[];
  readonly forms: Set<Form>;
  readonly columns: Set<string>;
  readonly index: number;
  readonly origins: Set<string>;
  readers: number;
  columnsOnly: boolean;
  /** Somebody asks for ROWTIME of its rows. */
  timed: boolean;
}

/** A relation wanted from a pipeline; without `columns`, all of them. */
export interface Demand {
  readonly relation: string;
  readonly form: Form;
  readonly columns?: readonly string[];
}

/**
 * Works out, from the demanded relations backwards, what is computed and read, and in which form. `alsoLog`: what a log holds of
 * topics that the pipeline makes is read too.
 */
export function planReplay(
  pipeline: Pipeline,
  demand: readonly Demand[],
  engine: EngineVersion = DEFAULT_ENGINE,
  alsoLog = false,
): ReplayPlan {
  const drafts = makeDrafts(pipeline);
  for (const d of demand) {
    const draft = drafts.get(d.relation);
    if (draft === undefined) continue;
    draft.readers += 2;
    draft.forms.add(draft.schema.kind === 'stream' ? 'changes' : d.form);
    draft.timed ||= d.columns === undefined;
    draft.columnsOnly = d.columns !== undefined && (draft.readers === 2 || draft.columnsOnly);
    for (const c of d.columns ?? draft.schema.columns.map((x) => x.name)) draft.columns.add(c);
  }
  const backwards = [...drafts.values()].sort((a, b) => b.index - a.index);
  for (const draft of backwards) if (draft.forms.size > 0) pushDown(draft, drafts, engine);
  const needed = [...drafts.values()].filter((d) => d.forms.size > 0).sort((a, b) => a.index - b.index);
  for (const draft of needed) findOrigins(draft, drafts);
  const streams = needed.some((d) => d.schema.declaration?.kind === 'stream');
  return { relations: needed, sources: needed.flatMap((d) => declaration(d, streams, alsoLog)) };
}

function makeDrafts(pipeline: Pipeline): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  let index = 0;
  for (const schema of pipeline.relations.values()) {
    const queries = [...writersOf(pipeline, schema.name)];
    drafts.set(schema.name, {
      schema,
      queries,
      forms: new Set(),
      columns: new Set(keyColumns(schema).map((c) => c.name)),
      index: index++,
      origins: new Set(),
      readers: 0,
      columnsOnly: false,
      timed: false,
    });
  }
  return drafts;
}

function pushDown(draft: Draft, drafts: ReadonlyMap<string, Draft>, engine: EngineVersion): void {
  if (draft.schema.timestamp !== undefined) draft.columns.add(draft.schema.timestamp.column);
  for (const query of draft.queries) {
    const form = sourceForm(query, draft, engine);
    if (form === 'changes' && (query.grouping === undefined || query.insert)) draft.forms.add('changes');
    const uses = [query.from, ...query.joins.map((j) => j.right)];
    for (const use of uses) {
      const source = drafts.get(use.schema.name);
      if (source === undefined) continue;
      source.readers += 1;
      source.columnsOnly = false;
      source.forms.add(use.schema.kind === 'stream' ? 'changes' : form);
      const needed = neededOf(query, use, draft.columns);
      source.timed ||= draft.timed || needed.includes(TS);
      for (const c of needed) if (c !== TS) source.columns.add(c);
    }
  }
}

/**
 * A final state can be made of final states where rows map one to one; behind a join or an aggregate of changes it cannot. Nor
 * can ROWTIME behind an outer join or one on a foreign key (a partner that is gone has moved it, or its own time alone counts),
 * nor a row that stays though its foreign key became null.
 */
function sourceForm(query: AnalyzedQuery, draft: Draft, engine: EngineVersion): Form {
  if (draft.forms.has('changes') || query.insert || query.grouping !== undefined || query.kind === 'stream')
    return 'changes';
  const exact = query.joins.every(({ kind, type }) => {
    if (kind === 'foreign-key') return !draft.timed && engine !== '7.6';
    return type === 'inner' || !draft.timed;
  });
  return exact ? 'final' : 'changes';
}

/** Columns of one source (ROWTIME too) that a query reads to make the wanted columns of its result. */
function neededOf(query: AnalyzedQuery, use: SourceUse, wanted: ReadonlySet<string>): string[] {
  const grouping = query.grouping;
  const items = query.items.filter((i) => i.key || wanted.has(i.name));
  const expressions = [
    ...items.map((i) => i.expression),
    ...(query.where === undefined ? [] : [query.where]),
    ...(query.partitionBy ?? []),
    ...query.joins.flatMap((j) => [j.leftKey, j.rightKey]),
    ...(grouping === undefined ? [] : [...grouping.keys, ...grouping.calls.flatMap((c) => c.arguments)]),
  ];
  const joined = query.joins.length > 0;
  const read = new Set(expressions.flatMap(columnsOf));
  return [...use.schema.columns.map((c) => c.name), TS].filter((name) =>
    read.has(`"${(joined ? `${use.alias}.${name}` : name).replaceAll('"', '""')}"`),
  );
}

function findOrigins(draft: Draft, drafts: ReadonlyMap<string, Draft>): void {
  if (draft.schema.declaration !== undefined) draft.origins.add(draft.schema.name);
  for (const query of draft.queries) {
    for (const use of [query.from, ...query.joins.map((j) => j.right)]) {
      for (const origin of drafts.get(use.schema.name)?.origins ?? []) draft.origins.add(origin);
    }
  }
}

/**
 * True where only the last rows of a declared table are wanted, and its changes are dated by their commit. (A dated table's
 * deletes may move, and a run without streams takes its first and last event from its tables: those keep all changes.)
 */
function isFinalOnly(relation: Pick<PlannedRelation, 'schema' | 'queries' | 'forms'>): boolean {
  const { schema, queries, forms } = relation;
  const undated = schema.kind === 'table' && schema.declaration !== undefined && schema.timestamp === undefined;
  return undated && queries.length === 0 && !forms.has('changes');
}

/** True where a CREATE ... AS SELECT of the file makes the topic: what a log holds of it is computed again, and not read. */
function isComputed({ queries }: Draft): boolean {
  return queries.some(
    (q) =>
      q.edge === true &&
      q.from.schema.declaration === undefined &&
      q.from.schema.format.topic === q.schema.format.topic,
  );
}

function declaration(draft: Draft, streams: boolean, alsoLog: boolean): SourceDeclaration[] {
  const declared = draft.schema.declaration;
  if (declared === undefined || (!alsoLog && isComputed(draft))) return [];
  const columns = declared.columns.map((c) => ({ ...c, used: draft.columns.has(c.name) }));
  return [{ ...declared, columns, ...(streams && isFinalOnly(draft) ? { finalOnly: true } : {}) }];
}
