import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import { tableOfTopic } from '../input/topic-name.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import { paddedKeys } from '../privacy/hash-key.js';
import { looksPersonal, PERSONAL_VALUES } from '../privacy/personal.js';
import { type Action, actionOf, actionText, type Policy } from '../privacy/policy.js';
import type { ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { generaliseSql } from './generalise.js';
import type { LoadContext } from './load-context.js';
import { matchSql } from './match.js';
import { FULL_NAME } from './raw-select.js';
import { tablesRead } from './source-tables.js';
import { UNAVAILABLE } from './typed.js';

/** What is done with the fields of each source before they are stored. */
export interface Deidentification {
  /** By source (its index): lower-case field to action; fields that are kept are not listed. */
  readonly bySource: readonly ReadonlyMap<string, Action>[];
  /** Lower-case fields that the policy drops or changes in some table. */
  readonly sensitive: ReadonlySet<string>;
  readonly policy: Policy;
  readonly hasKey: boolean;
  /** By source (its index): the tables that it is known to read. */
  readonly tables: readonly (readonly string[])[];
  /** By source: texts of a table that no policy knows, of which each value is looked at. */
  readonly unknown: readonly ReadonlySet<string>[];
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
function judge(
  policy: Policy,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  hasKey: boolean,
  tables: readonly (readonly string[])[],
): Deidentification {
  const problems = new Map<string, Diagnostic>();
  const notes = new Set<string>();
  const bySource = sources.map((source, at) => {
    const table = tableOfTopic(source.topic.toLowerCase());
    const mine = tables[at]!;
    const actions = new Map<string, Action>();
    const dating = source.columns.find((c) => c.name.toLowerCase() === source.timestamp?.column.toLowerCase());
    const stamp = dating === undefined ? undefined : fieldOf(dating);
    const fields = plan.values.filter((v) => v.sources.includes(at)).map((v) => v.field);
    if (!policy.none && !mine.some((name) => policy.tables.has(name))) {
      const personal = fields.filter(looksPersonal);
      if (personal.length > 0) problems.set(table, unknownTable(policy, source, table, fields, personal));
      notes.add(`${policy.file} does not name the table ${table}: its columns were read as they are.`);
    }
    for (const field of fields) {
      const found = mappedAction(policy, source, field, mine);
      const name = `${mine.find((one) => policy.tables.has(one)) ?? table}.${field}`;
      if (found === 'unnamed') problems.set(name, unlisted(policy, source, name));
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
  if (policy.none) notes.add('No policy (--policy none): every column was read as it is, also those of persons.');
  const changed = bySource.flatMap((actions) => [...actions.keys()]);
  const sensitive = new Set([...sensitiveFields(policy, hasKey), ...changed]);
  const unknown = tables.map((mine, at) =>
    policy.none || mine.some((name) => policy.tables.has(name)) ? new Set<string>() : textsOf(plan, at),
  );
  for (const field of unknown.flatMap((fields) => [...fields])) sensitive.add(field);
  return { bySource, sensitive, policy, hasKey, tables, unknown, notes: [...notes].sort() };
}

function textsOf(plan: ColumnPlan, source: number): ReadonlySet<string> {
  const mine = plan.values.filter((v) => v.sources.includes(source) && v.type.kind === 'STRING');
  return new Set(mine.map((v) => v.field));
}

/** Judges what a run reads of these files. */
export function judgeInputs(
  policy: Policy,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  files: readonly InputFile[],
  { topics, hashKey }: Pick<ReplayOptions, 'topics' | 'hashKey'>,
): Deidentification {
  const tables = sources.map((source) => tablesRead(source, files, topics, policy));
  return judge(policy, sources, plan, hashKey !== undefined, tables);
}

/**
 * What a policy says of a field of the data: under the names that the data have, else under those of the pipeline that a mapping
 * stands between. What either of them drops is dropped.
 */
export function mappedAction(
  policy: Policy,
  source: SourceDeclaration,
  field: string,
  known: readonly string[] = [],
): Action | 'unnamed' {
  const named = [source.topic, source.declaredTopic ?? source.topic].map((t) => tableOfTopic(t.toLowerCase()));
  const tables = [...new Set([...named, ...known])];
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

function unlisted(policy: Policy, source: SourceDeclaration, name: string): Diagnostic {
  const [table, column] = name.split('.') as [string, string];
  return {
    code: 'column-dropped-by-policy',
    severity: 'error',
    message: `The pipeline uses ${name} (in ${source.name}), a column of a table with persons that no line of ${policy.file} names.`,
    expected: `a line for ${column} under ${table}`,
    found: 'none: the column is dropped',
    help: `Say what becomes of it: ${table}: { persons: true, columns: { ${column}: keep } } (or drop, mask, hash, generalise), with --policy FILE.`,
    next: 'pharmabi inspect --privacy INPUT...',
  };
}

function unknownTable(
  policy: Policy,
  source: SourceDeclaration,
  table: string,
  fields: readonly string[],
  personal: readonly string[],
): Diagnostic {
  const lines = [...new Set(fields)].map((field) => `${field}: ${personal.includes(field) ? 'drop' : 'keep'}`);
  return {
    code: 'table-without-policy',
    severity: 'error',
    message: `${source.name} reads ${[...new Set(personal)].join(', ')} of ${table}, a table that ${policy.file} does not know and that looks like one of persons.`,
    expected: `what the policy says of ${table}`,
    found: 'nothing',
    help: `Add to a policy of your own (--policy FILE), with keep where you are sure: ${table}: { persons: true, columns: { ${lines.join(', ')} } }`,
    next: 'pharmabi inspect --privacy INPUT...',
  };
}

/** The mark of a record that belongs to a table of persons which its source was not known to read; behind it table and column. */
const FOREIGN = 'pharmabi policy: ';

/** An error of the engine about such a record, as what the user must know; anything else comes back as it is. */
export function policyFailure(
  error: unknown,
  { policy, sources, plan }: { policy: Policy; sources: readonly SourceDeclaration[]; plan: ColumnPlan },
): unknown {
  const said = error instanceof Error ? error.message : '';
  const [, at, table, field, look] = new RegExp(`${FOREIGN}(\\d+) (\\w+)\\.(\\w+)( look)?`).exec(said) ?? [];
  const source = sources[Number(at)];
  if (source === undefined || table === undefined || field === undefined) return error;
  const fields = plan.values.filter((v) => v.sources.includes(Number(at))).map((v) => v.field);
  const diagnostic =
    look === undefined
      ? dropped(policy, source, `${table}.${field}`)
      : unknownTable(policy, source, table, fields, [field]);
  return new DiagnosticError([diagnostic], EXIT.pipeline);
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
      const value =
        action === undefined ? lookedAt(deidentification, s, field, `field${at}`) : actionSql(action, `field${at}`);
      const foreign = foreignTables(deidentification, s, field);
      // The record says itself of which table it is, whatever its topic or file is called.
      const guarded =
        foreign.length === 0
          ? value
          : `CASE WHEN lower(${names.table}) IN (${foreign.map(text).join(', ')}) THEN error('${FOREIGN}${s} ' || lower(${names.table}) || ${text(`.${field}`)})::VARCHAR ELSE ${value} END`;
      return `WHEN ${matchSql(sources[s]!, names, options.topics)} THEN ${guarded}`;
    });
    return [`CASE ${arms.join(' ')} END AS field${at}`];
  });
}

/** A value that is an error where it looks like a person's and nobody has said what becomes of it. */
function lookedAt({ unknown, tables }: Deidentification, source: number, field: string, value: string): string {
  if (!unknown[source]!.has(field)) return value;
  const looks = text(PERSONAL_VALUES.map((pattern) => `(${pattern})`).join('|'));
  const said = text(`${FOREIGN}${source} ${tables[source]![0]}.${field} look`);
  return `CASE WHEN regexp_full_match(${value}, ${looks}) THEN error(${said} || left(${value}, 0))::VARCHAR ELSE ${value} END`;
}

/** Tables of the policy that a source was not known to read, and of which a field is not kept as it is. */
function foreignTables({ policy, hasKey, tables }: Deidentification, source: number, field: string): readonly string[] {
  return [...policy.tables.keys()].filter((table) => {
    const action = policy.tables.get(table)!.columns.get(field);
    const changes =
      action !== undefined && action.kind !== 'keep' && (action.kind !== 'hash' || hasKey || !action.optional);
    return changes && !tables[source]!.includes(table);
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
