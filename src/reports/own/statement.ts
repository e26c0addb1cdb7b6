import { type Diagnostic, DiagnosticError, EXIT, type Span } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import type { Sandbox } from '../../engine/sandbox.js';
import { text as literal } from '../../sql/quote.js';
import type { GivenRelation } from '../fit.js';
import type { OwnHeader, ReportFile } from './header.js';
import { judgeNodes, type Uses } from './judge.js';
import { type PatientOf, patientsOf, requiredOf, whoseOf } from './patients.js';
import { countPersons, Untraceable, type Whose } from './trace.js';
import { type Node, parseTree, type Tree, treeText } from './tree.js';

/** A statement that may run: its relations with the columns that it may read, and its text with a total order. */
export interface OwnStatement {
  /** What is replayed. */
  readonly requires: readonly { readonly relation: string; readonly columns: readonly string[] }[];
  /** What the query sees of that. */
  readonly visible: ReadonlyMap<string, readonly string[]>;
  /** Those of the columns that hold ids of patients, by relation. */
  readonly persons: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where the patient of a row of a relation is told, by relation; absent: its rows are of nobody. */
  readonly patients: ReadonlyMap<string, PatientOf>;
  /** The same query; after its own ORDER BY (if any) rows are ordered by all columns of the result. */
  readonly sql: string;
  /** The same with a last column `$persons`: the patients behind a row. Else why they cannot be counted; null: it reads nobody's rows. */
  readonly counted: string | Diagnostic | null;
}

/**
 * Reads the one SELECT of a report file and judges every node of it. Throws (exit 2) what is not allowed, with its place:
 * `own-report-statement`, `own-report-function`, `own-report-relation`.
 */
export async function readStatement(
  source: ReportFile,
  header: OwnHeader,
  relations: readonly GivenRelation[],
  sandbox: Sandbox,
): Promise<OwnStatement> {
  const tree = await serialized(source.text, sandbox);
  const first = oneSelect(source, tree);
  const uses = used(source, first.node, header, relations);
  const visible = new Map([...uses.relations.values()].map((name) => [name, seen(name, relations, uses)]));
  const patients = patientsOf([...visible.keys()], relations);
  const persons = relations.map(({ name, columns }): [string, ReadonlySet<string>] => [
    name,
    new Set(columns.flatMap((column) => (column.person === 'value' ? [column.name] : []))),
  ]);
  const count = header.columns.length;
  const counted = countedNode(source, first.node, whoseOf(relations, patients));
  return {
    requires: requiredOf(visible, patients),
    visible,
    persons: new Map(persons),
    patients,
    sql: await orderedSql(first, tree, count, sandbox),
    counted:
      counted === null || isDiagnostic(counted)
        ? counted
        : await orderedSql({ ...first, node: counted }, tree, count + 1, sandbox),
  };
}

function problem({ file, text }: ReportFile, code: string, message: string, at?: number, help?: string): Diagnostic {
  return {
    code,
    severity: 'error',
    message,
    place: { file, ...(at !== undefined && { span: spanAt(text, at) }) },
    ...(help !== undefined && { help }),
    next: `pharmabi help ${code}`,
  };
}

function fail(problems: readonly Diagnostic[]): never {
  throw new DiagnosticError(problems, EXIT.usage);
}

/** The one statement of a tree. */
function oneSelect(source: ReportFile, tree: Tree): { readonly node: Node } {
  const start = statementStart(source.text);
  const refuse = (message: string, at: number, help?: string): never =>
    fail([problem(source, 'own-report-statement', message, at, help)]);
  const [first, more] = tree.statements ?? [];
  if (tree.error === true) {
    if (tree.error_type === 'parser' || tree.error_type === 'Parser')
      refuse(
        `This is no SELECT: ${String(tree.error_message)}.`,
        tree.position === undefined ? start : Number(tree.position),
      );
    refuse(ONE_SELECT, start, 'PRAGMA, SET, COPY, ATTACH, INSTALL and their kin do nothing for a report.');
  }
  return first === undefined || more !== undefined ? refuse(ONE_SELECT, start) : first;
}

/** What a query uses, all of it allowed. */
function used(source: ReportFile, node: Node, header: OwnHeader, relations: readonly GivenRelation[]): Uses {
  const uses: Uses = { relations: new Map(), columns: new Set(), star: false, problems: [] };
  const names = relations.map((r) => r.name);
  judgeNodes(
    node,
    uses,
    new Map(names.map((name) => [name.toLowerCase(), name])),
    header.parameters.map(({ name }) => name),
  );
  if (uses.problems.length > 0)
    fail(
      uses.problems.map(({ code, message, at, near, help }) => {
        const close = near === undefined ? undefined : suggest(near, names);
        return problem(source, code, message, at, close === undefined ? help : `Did you mean ${close}?`);
      }),
    );
  if (uses.relations.size === 0) {
    const message = 'The query reads nothing that the pipeline makes.';
    const help = `Relations: ${names.join(', ')}.`;
    fail([problem(source, 'own-report-relation', message, statementStart(source.text), help)]);
  }
  return uses;
}

/** The query with the patients behind each row, or why they cannot be counted. */
function countedNode(source: ReportFile, node: Node, whose: ReadonlyMap<string, Whose>): Node | Diagnostic | null {
  try {
    return countPersons(node, whose);
  } catch (error) {
    if (!(error instanceof Untraceable)) throw error;
    const message = `Small numbers cannot be hidden here. ${error.message}`;
    const help = `${error.help} Or pass --small-numbers off: nothing is hidden then, and the report says so.`;
    return problem(source, 'own-report-untraceable', message, error.at ?? statementStart(source.text), help);
  }
}

function isDiagnostic(value: Node | Diagnostic): value is Diagnostic {
  return 'severity' in value;
}

/** The columns of a relation that a query may see. */
function seen(relation: string, relations: readonly GivenRelation[], uses: Uses): readonly string[] {
  const given = relations.find((r) => r.name === relation)!.columns.filter(({ person }) => person !== 'inside');
  const columns = given.map(({ name }) => name);
  const named = columns.filter((c) => uses.columns.has(c.toLowerCase()));
  return uses.star || named.length === 0 ? columns : named;
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
