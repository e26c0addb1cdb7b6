import { mappedAction } from '../changelog/deidentify.js';
import type { FileInspection } from '../input/inspect.js';
import { tableOfTopic } from '../input/topic-name.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import { parsePolicy } from '../privacy/parse.js';
import { looksPersonal } from '../privacy/personal.js';
import { type Action, actionOf, actionText, type Policy } from '../privacy/policy.js';
import { checkPipeline } from '../replay/check.js';
import type { PipelineText } from '../replay/compile.js';

/** What becomes of one column of the input, and why. */
export interface ColumnPrivacy {
  readonly table: string;
  readonly column: string;
  /** `not read`, `keep`, `drop`, `hash: patient`, ... */
  readonly action: string;
  readonly why: string;
}

/** Every column that the files hold: what a replay of `pipeline` under a policy reads of it. No values. Sorted by table and column. */
export function columnPrivacy(
  files: readonly FileInspection[],
  pipeline: PipelineText,
  policyText: { readonly file: string; readonly text: string },
  hasKey: boolean,
): readonly ColumnPrivacy[] {
  const policy = parsePolicy(policyText.text, policyText.file);
  const used = usedColumns(pipeline);
  const found = new Map<string, ColumnPrivacy>();
  for (const { table: name, fields } of files.flatMap((f) => f.tables)) {
    const table = tableOfTopic(name.toLowerCase());
    for (const column of Object.keys(fields)) {
      const uses = used.get(`${table}.${column.toLowerCase()}`);
      found.set(`${table}\0${column}`, {
        table,
        column,
        ...judged(policy, table, column, uses, pipeline.file, hasKey),
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** By `table.field` of the data: the declared source that reads it. */
function usedColumns(pipeline: PipelineText): ReadonlyMap<string, SourceDeclaration> {
  const { sources } = checkPipeline(pipeline);
  return new Map(
    sources.flatMap((s) => s.columns.map((c) => [`${tableOfTopic(s.topic.toLowerCase())}.${fieldOf(c)}`, s] as const)),
  );
}

function judged(
  policy: Policy,
  table: string,
  column: string,
  reader: SourceDeclaration | undefined,
  pipeline: string,
  hasKey: boolean,
): Pick<ColumnPrivacy, 'action' | 'why'> {
  const uses = reader !== undefined;
  const action = uses ? mappedAction(policy, reader, column.toLowerCase()) : actionOf(policy, table, column);
  const named = action !== 'unnamed' && isNamed(policy, table, column, reader);
  if (action !== 'unnamed' && action.kind === 'drop' && uses)
    return { action: 'drop', why: `${policy.file} drops it: ${pipeline} uses it and will be refused` };
  if (!uses) return { action: 'not read', why: `${pipeline} does not use it${said(policy, action, named)}` };
  if (action === 'unnamed')
    return { action: 'drop', why: `no line of ${policy.file} names it: ${pipeline} uses it and will be refused` };
  if (!policy.none && !policy.tables.has(table) && !named && looksPersonal(column))
    return {
      action: 'refused',
      why: `${policy.file} does not know the table; add ${table}: { persons: true, columns: { ${column.toLowerCase()}: drop } }`,
    };
  if (action.kind === 'hash' && !hasKey)
    return action.optional
      ? { action: 'keep', why: `${policy.file} hashes it where --hash-key is given` }
      : { action: actionText(action), why: `${policy.file} says so; it needs --hash-key` };
  const without = policy.tables.has(table) ? 'a table without persons' : `${policy.file} does not name the table`;
  return { action: actionText(action), why: named ? `${policy.file} says so` : without };
}

/** True where a line of the policy speaks of the column, under its own name or under that of the pipeline. */
function isNamed(policy: Policy, table: string, column: string, reader: SourceDeclaration | undefined): boolean {
  const tables = [table, tableOfTopic((reader?.declaredTopic ?? table).toLowerCase())];
  const field = column.toLowerCase();
  const declared = reader?.columns.filter((c) => fieldOf(c) === field).map((c) => c.name.toLowerCase()) ?? [];
  return tables.some((t) => [field, ...declared].some((c) => policy.tables.get(t)?.columns.has(c) === true));
}

function said(policy: Policy, action: Action | 'unnamed', named: boolean): string {
  return named && action !== 'unnamed' ? `; ${policy.file} says ${actionText(action)}` : '';
}

/** The same as lines for people, a table of 80 columns. */
export function privacyText(rows: readonly ColumnPrivacy[]): string {
  const width = (pick: (row: ColumnPrivacy) => string): number => Math.max(0, ...rows.map((row) => pick(row).length));
  const [columns, actions] = [width((r) => r.column), width((r) => r.action)];
  const lines = rows.flatMap((row, at) => [
    ...(rows[at - 1]?.table === row.table ? [] : [...(at === 0 ? [] : ['']), row.table]),
    `  ${row.column.padEnd(columns)}  ${row.action.padEnd(actions)}  ${row.why}`,
  ]);
  return `${lines.join('\n')}\n`;
}
