import { type Diagnostic, DiagnosticError, EXIT, type Span } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import type { Sandbox } from '../../engine/sandbox.js';
import { text as literal } from '../../sql/quote.js';
import type { GivenRelation } from '../fit.js';
import type { OwnHeader, ReportFile } from './header.js';
import { judgeNodes, type Uses } from './judge.js';
import { type Node, parseTree, type Tree, treeText } from './tree.js';

/** A statement that may run: its relations with the columns that it may read, and its text with a total order. */
export interface OwnStatement {
  readonly requires: readonly { readonly relation: string; readonly columns: readonly string[] }[];
  /** Those of the columns that hold ids of patients, by relation: the query sees a number in place of each id. */
  readonly persons: ReadonlyMap<string, ReadonlySet<string>>;
  /** The same query; after its own ORDER BY (if any) rows are ordered by all columns of the result. */
  readonly sql: string;
}

/**
 * Reads the one SELECT of a report file and judges every node of it. Throws (exit 2) what is not allowed, with its place:
 * `own-report-statement`, `own-report-function`, `own-report-relation`.
 */
export async function readStatement(
  { file, text }: ReportFile,
  header: OwnHeader,
  relations: readonly GivenRelation[],
  sandbox: Sandbox,
): Promise<OwnStatement> {
  const problem = (code: string, message: string, at: number | undefined, help?: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    place: { file, ...(at !== undefined && { span: spanAt(text, at) }) },
    ...(help !== undefined && { help }),
    next: 'pharmabi help own-report-statement',
  });
  const fail = (problems: readonly Diagnostic[]): never => {
    throw new DiagnosticError(problems, EXIT.usage);
  };
  const tree = await serialized(text, sandbox);
  const [first, more] = tree.statements ?? [];
  if (tree.error === true) {
    if (tree.error_type === 'parser' || tree.error_type === 'Parser')
      fail([
        problem(
          'own-report-statement',
          `This is no SELECT: ${String(tree.error_message)}.`,
          tree.position === undefined ? statementStart(text) : Number(tree.position),
        ),
      ]);
    fail([
      problem(
        'own-report-statement',
        ONE_SELECT,
        statementStart(text),
        'PRAGMA, SET, COPY, ATTACH, INSTALL and their kin do nothing for a report.',
      ),
    ]);
  }
  if (first === undefined || more !== undefined)
    fail([problem('own-report-statement', ONE_SELECT, statementStart(text))]);
  const uses: Uses = { relations: new Map(), columns: new Set(), star: false, problems: [] };
  judgeNodes(
    first!.node,
    uses,
    new Map(relations.map((r) => [r.name.toLowerCase(), r.name])),
    header.parameters.map(({ name }) => name),
  );
  if (uses.problems.length > 0)
    fail(
      uses.problems.map(({ code, message, at, near, help }) => {
        const close =
          near === undefined
            ? undefined
            : suggest(
                near,
                relations.map((r) => r.name),
              );
        return problem(code, message, at, close === undefined ? help : `Did you mean ${close}?`);
      }),
    );
  if (uses.relations.size === 0)
    fail([
      problem(
        'own-report-relation',
        'The query reads nothing that the pipeline makes.',
        statementStart(text),
        `Relations: ${relations.map((r) => r.name).join(', ')}.`,
      ),
    ]);
  const requires = [...uses.relations.values()].map((relation) => {
    const visible = relations.find((r) => r.name === relation)!.columns.filter(({ person }) => person !== 'inside');
    const columns = visible.map(({ name }) => name);
    const named = columns.filter((c) => uses.columns.has(c.toLowerCase()));
    return { relation, columns: uses.star || named.length === 0 ? columns : named };
  });
  const persons = new Map(
    relations.map(({ name, columns }) => [
      name,
      new Set(columns.flatMap((column) => (column.person === 'value' ? [column.name] : []))),
    ]),
  );
  return { requires, persons, sql: await orderedSql(first!, tree, header.columns.length, sandbox) };
}

const ONE_SELECT = 'A report file holds one SELECT and no other statement.';

async function serialized(sql: string, sandbox: Sandbox): Promise<Tree> {
  try {
    const { rows } = await sandbox.query(`SELECT json_serialize_sql(${literal(sql)})::VARCHAR`);
    return parseTree(String(rows[0]![0]));
  } catch (error) {
    // Some mistakes of grammar are thrown instead of told.
    const said = /^Parser Error: ([^\n]*)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (said === undefined) throw error;
    return { error: true, error_type: 'parser', error_message: said };
  }
}

async function orderedSql(
  first: { readonly node: Node },
  tree: Tree,
  columns: number,
  sandbox: Sandbox,
): Promise<string> {
  const orders = Array.from({ length: columns }, (_, at) => ({
    type: 'ASCENDING',
    null_order: 'NULLS_LAST',
    expression: {
      class: 'CONSTANT',
      type: 'VALUE_CONSTANT',
      alias: '',
      query_location: 0,
      value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value: at + 1 },
    },
  }));
  const given = (first.node.modifiers ?? []) as readonly Node[];
  const own = given.find(({ type }) => type === 'ORDER_MODIFIER');
  const modifiers =
    own === undefined
      ? [...given.filter(isDistinct), { type: 'ORDER_MODIFIER', orders }, ...given.filter((m) => !isDistinct(m))]
      : given.map((m) => (m === own ? { ...m, orders: [...(m.orders as readonly Node[]), ...orders] } : m));
  const whole = { ...tree, statements: [{ ...first, node: { ...first.node, modifiers } }] };
  const { rows } = await sandbox.query(`SELECT json_deserialize_sql(${literal(treeText(whole))}::JSON)`);
  return String(rows[0]![0]);
}

function isDistinct({ type }: Node): boolean {
  return type === 'DISTINCT_MODIFIER';
}

function statementStart(text: string): number {
  const head = /^(--[^\n]*\n|\s)*/.exec(text)![0];
  return Buffer.byteLength(head);
}

/** The engine counts bytes, an editor letters. */
function spanAt(text: string, bytes: number): Span {
  const before = Buffer.from(text).subarray(0, bytes).toString('utf8');
  const start = Math.min(before.length, Math.max(0, text.length - 1));
  const word = /^(\w+|\S)?/.exec(text.slice(start))![0].length;
  const lines = before.split('\n');
  return { start, end: start + Math.max(1, word), line: lines.length, column: lines.at(-1)!.length + 1 };
}
