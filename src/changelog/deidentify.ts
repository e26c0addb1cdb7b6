import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { tableOfTopic } from '../input/topic-name.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import { paddedKeys } from '../privacy/hash-key.js';
import { type Action, actionOf, actionText, type Policy } from '../privacy/policy.js';
import { text } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { generaliseSql } from './generalise.js';
import type { LoadContext } from './load-context.js';
import { matchSql } from './match.js';
import { FULL_NAME } from './raw-select.js';
import { UNAVAILABLE } from './typed.js';

/** What is done with the fields of each source before they are stored. */
export interface Deidentification {
  /** By source (its index): lower-case field to action; fields that are kept are not listed. */
  readonly bySource: readonly ReadonlyMap<string, Action>[];
  /** Lower-case fields that the policy drops or changes in some table. */
  readonly sensitive: ReadonlySet<string>;
  /** In words: what was changed, and which columns of persons no line of the policy names. Sorted. */
  readonly notes: readonly string[];
}

/** The macros of keyed hashes; made once per connection. The keys are session variables and never stand in a statement. */
const HASH_MACROS: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO "pbi_hmac"(o, i, v) AS sha256(o || unhex(sha256(i || encode(v))))`,
  // An id stays a number: 60 bits of its hash.
  `CREATE OR REPLACE TEMP MACRO "pbi_hmac_number"(h) AS (('0x' || left(h, 15))::BIGINT)::VARCHAR`,
];

/**
 * Judges the columns that a run reads by a policy. Throws `column-dropped-by-policy` (exit 4) where the pipeline uses what the
 * policy drops, `hash-key-missing` (exit 2) where a hash has no key.
 */
export function judge(
  policy: Policy,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  hasKey: boolean,
): Deidentification {
  const problems = new Map<string, Diagnostic>();
  const notes = new Set<string>();
  const bySource = sources.map((source, at) => {
    const table = tableOfTopic(source.topic.toLowerCase());
    const actions = new Map<string, Action>();
    const dating = source.columns.find((c) => c.name.toLowerCase() === source.timestamp?.column.toLowerCase());
    const stamp = dating === undefined ? undefined : fieldOf(dating);
    const declared = tableOfTopic((source.declaredTopic ?? source.topic).toLowerCase());
    if (!policy.tables.has(table) && !policy.tables.has(declared))
      notes.add(`${policy.file} does not name the table ${table}: its columns were read as they are.`);
    for (const { field } of plan.values.filter((v) => v.sources.includes(at))) {
      const found = mappedAction(policy, source, field);
      const name = `${table}.${field}`;
      if (found === 'unnamed')
        notes.add(`${policy.file} does not name ${name}, which the pipeline uses: it was read as it is.`);
      else if (found.kind === 'drop') problems.set(name, dropped(policy, source, name));
      else if (found.kind === 'hash' && !hasKey && !found.optional) problems.set(`${name} key`, keyless(policy, name));
      else if (found.kind === 'keep' || (found.kind === 'hash' && !hasKey)) continue;
      else if (field === stamp) problems.set(`${name} time`, dated(policy, source, name, found));
      else {
        actions.set(field, found);
        notes.add(`De-identified by ${policy.file}: ${name} (${actionText(found)}).`);
      }
    }
    return actions;
  });
  if (problems.size > 0) {
    const all = [...problems.values()];
    throw new DiagnosticError(all, all.some((p) => p.code === 'hash-key-missing') ? EXIT.usage : EXIT.pipeline);
  }
  const changed = bySource.flatMap((actions) => [...actions.keys()]);
  return { bySource, sensitive: new Set([...sensitiveFields(policy, hasKey), ...changed]), notes: [...notes].sort() };
}

/**
 * What a policy says of a field of the data: under the names that the data have, else under those of the pipeline that a mapping
 * stands between. What either of them drops is dropped.
 */
export function mappedAction(policy: Policy, source: SourceDeclaration, field: string): Action | 'unnamed' {
  const tables = [source.topic, source.declaredTopic ?? source.topic].map((t) => tableOfTopic(t.toLowerCase()));
  const columns = source.columns.filter((c) => fieldOf(c) === field).map((c) => c.name);
  const names = tables.flatMap((table) => [field, ...columns].map((column) => [table, column] as const));
  const isNamed = ([table, column]: readonly [string, string]): boolean =>
    policy.tables.get(table)?.columns.has(column.toLowerCase()) === true;
  const said = names.filter(isNamed).map(([table, column]) => actionOf(policy, table, column));
  const persons = tables.some((table) => policy.tables.get(table)?.persons === true);
  return said.find((a) => a !== 'unnamed' && a.kind === 'drop') ?? said[0] ?? (persons ? 'unnamed' : { kind: 'keep' });
}

function sensitiveFields(policy: Policy, hasKey: boolean): ReadonlySet<string> {
  const kept = (action: Action): boolean =>
    action.kind === 'keep' || (action.kind === 'hash' && action.optional && !hasKey);
  const columns = [...policy.tables.values()].flatMap((t) => [...t.columns]);
  return new Set(columns.filter(([, action]) => !kept(action)).map(([name]) => name));
}

function dropped(policy: Policy, source: SourceDeclaration, name: string): Diagnostic {
  return {
    code: 'column-dropped-by-policy',
    severity: 'error',
    message: `The pipeline uses ${name} (in ${source.name}), and the policy ${policy.file} drops it.`,
    expected: `a pipeline without ${name}`,
    found: `${name} in ${source.name}`,
    help: `Take the column out of the pipeline, or give a policy that hashes, masks or keeps it: --policy FILE.`,
    next: 'pharmabi inspect --privacy INPUT...',
  };
}

function keyless(policy: Policy, name: string): Diagnostic {
  return {
    code: 'hash-key-missing',
    severity: 'error',
    message: `The policy ${policy.file} hashes ${name}, and no key was given.`,
    expected: '--hash-key FILE',
    found: 'no key',
    help: 'Make one and keep it: head -c 32 /dev/urandom > hash.key',
    next: 'pharmabi help hash-key-missing',
  };
}

function dated(policy: Policy, source: SourceDeclaration, name: string, action: Action): Diagnostic {
  return {
    code: 'column-dropped-by-policy',
    severity: 'error',
    message: `${source.name} takes its time from ${name}, and the policy ${policy.file} changes it (${actionText(action)}): nothing could be put in order.`,
    expected: `${name}: keep`,
    found: actionText(action),
    help: 'Keep the column in the policy, or declare another TIMESTAMP.',
    next: 'pharmabi inspect --privacy INPUT...',
  };
}

/**
 * Replacements of the columns `f0, f1, ...` of a file's text that a policy touches (SQL, for `SELECT * REPLACE`). A field that is
 * touched anywhere is nulled in records that no source with that field reads, so that nothing of them is ever stored.
 */
export function deidentifiedFields(context: LoadContext, fields: readonly string[]): readonly string[] {
  const { deidentification, plan, sources, options } = context;
  if (deidentification === null) return [];
  const names = {
    table: "coalesce(table_name, split_part(topic_name, '.', -1))",
    topic: 'topic_name',
    full: FULL_NAME,
  };
  return fields.flatMap((field, at) => {
    if (!deidentification.sensitive.has(field)) return [];
    const readers = [...new Set(plan.values.filter((v) => v.field === field).flatMap((v) => v.sources))];
    const arms = readers.map((s) => {
      const action = deidentification.bySource[s]!.get(field);
      return `WHEN ${matchSql(sources[s]!, names, options.topics)} THEN ${action === undefined ? `field${at}` : actionSql(action, `field${at}`)}`;
    });
    return [`CASE ${arms.join(' ')} END AS field${at}`];
  });
}

/** Puts the keys of all entities that a run hashes into the session, where SQL finds them without naming them. */
export async function bindHashKeys(engine: Engine, work: Deidentification, key: Uint8Array): Promise<void> {
  for (const macro of HASH_MACROS) await engine.run(macro);
  const { blobValue } = await import('@duckdb/node-api');
  const all = work.bySource.flatMap((m) => [...m.values()]);
  for (const entity of new Set(all.flatMap((a) => (a.kind === 'hash' ? [a.entity] : [])))) {
    const { inner, outer } = paddedKeys(key, entity);
    for (const [name, pad] of [
      ['inner', inner],
      ['outer', outer],
    ] as const)
      await engine.connection.run(`SET VARIABLE ${variable(name, entity)} = $1`, [blobValue(pad)]);
  }
}

function variable(pad: 'inner' | 'outer', entity: string): string {
  return `pbi_${pad}_${Buffer.from(entity).toString('hex')}`;
}

/** The text `v` after an action (SQL); null stays null, and a value that was not sent stays "not sent". */
export function actionSql(action: Action, v: string): string {
  const done = changedSql(action, v);
  return `CASE WHEN ${v} IN (${UNAVAILABLE.map(text).join(', ')}) THEN ${v} ELSE ${done} END`;
}

function changedSql(action: Action, v: string): string {
  switch (action.kind) {
    case 'keep':
      return v;
    case 'drop':
      return 'NULL';
    case 'mask':
      return `CASE WHEN ${v} IS NOT NULL THEN ${text('*'.repeat(action.characters))} END`;
    case 'truncate':
      return `left(${v}, ${action.characters})`;
    case 'hash': {
      const of = (pad: 'inner' | 'outer'): string => `getvariable('${variable(pad, action.entity)}')::BLOB`;
      const hash = `pbi_hmac(${of('outer')}, ${of('inner')}, ${v})`;
      return `CASE WHEN regexp_full_match(${v}, '-?[0-9]+') THEN pbi_hmac_number(${hash}) ELSE ${hash} END`;
    }
    case 'generalise':
      return generaliseSql(action, v);
  }
}
