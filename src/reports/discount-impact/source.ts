import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import { type KsqlType, typeText } from '../../ksql/types.js';
import { identifier, text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import type { Options } from './options.js';

/** The relation of the pipeline that the report reads: one row per order that still exists. */
export const RELATION = 'ORDERS_WITH_DISCOUNT';

/** The columns of it that the report always needs; the amount is one more. */
export const COLUMNS = ['PATIENT_ID', 'PRACTITIONER_ID', 'DISCOUNT', 'DISCOUNT_BASIS', 'STATUS'] as const;

/** The temporary table of classified orders, see `prepareOrders`. */
export const ORDERS = identifier('$discount_impact_orders');

/** The temporary table of counted orders by level and patient: `kind`, `level`, `patient`, `n` orders, `y` cents. */
export const CELLS = identifier('$discount_impact_cells');

type Columns = ReturnType<ReportContext['columns']>;

const NUMBERS: readonly KsqlType['kind'][] = ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE'];

function problem(message: string, help: string): Diagnostic {
  return { code: 'report-column', severity: 'error', message, help, next: 'pharmabi check' };
}

function missing(name: string, columns: Columns): Diagnostic {
  const names = columns.map((column) => column.name);
  const near = suggest(name, names);
  const help = near === undefined ? `Its columns: ${names.join(', ')}.` : `Did you mean ${near}?`;
  const wanted = (COLUMNS as readonly string[]).includes(name) ? '' : ' (--amount)';
  return problem(
    `The report discount-impact needs the column ${name}${wanted} of ${RELATION}, which the pipeline does not have.`,
    help,
  );
}

function wrongType(name: string, type: KsqlType, wanted: string): Diagnostic {
  return {
    ...problem(`The column ${name} of ${RELATION} is ${typeText(type)}.`, `Declare it as ${wanted} in the pipeline.`),
    expected: wanted,
    found: typeText(type),
  };
}

/** Throws, all at once, what the pipeline's relation lacks for this report (DiagnosticError, pipeline). */
export function checkColumns(columns: Columns, amount: string): void {
  if (columns.length === 0) {
    const message = `The report discount-impact reads the table ${RELATION}, which the pipeline does not declare.`;
    throw new DiagnosticError(
      [problem(message, `Add a CREATE TABLE ${RELATION} AS SELECT ... to the pipeline.`)],
      EXIT.pipeline,
    );
  }
  const problems: Diagnostic[] = [];
  for (const name of new Set([...COLUMNS, amount])) {
    const type = columns.find((column) => column.name === name)?.type;
    const wanted = name === amount ? 'DECIMAL(18, 2)' : name === 'DISCOUNT' ? 'DECIMAL(5, 2)' : undefined;
    if (type === undefined) problems.push(missing(name, columns));
    else if (wanted !== undefined && !NUMBERS.includes(type.kind)) problems.push(wrongType(name, type, wanted));
  }
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.pipeline);
}

/** What had to be rounded to hundredths on the way in, one sentence per column. */
export function roundingNotes(columns: Columns, amount: string): string[] {
  return [amount, 'DISCOUNT'].flatMap((name) => {
    const type = columns.find((column) => column.name === name)?.type;
    const rounded = type?.kind === 'DOUBLE' || (type?.kind === 'DECIMAL' && type.scale > 2);
    return rounded
      ? [`${name} is ${typeText(type)} in the pipeline: each order's value was rounded to two decimals.`]
      : [];
  });
}

function levelOf(width: bigint | null): string {
  // Half away from zero, in integers.
  return width === null ? 'x' : `sign(x) * ((2 * abs(x) + ${width}) // (2 * ${width})) * ${width}`;
}

/**
 * Makes ORDERS, one row per order: `reason` (null where it counts, else why not), `kind` 0 = discount, 1 = none,
 * 2 = unknown, `level` and `x` (unrounded) in hundredths of a percentage point, positive for a discount, 0 for kinds 1 and
 * 2, `y` in cents, `patient`, `practitioner`, `basis`; and CELLS from it.
 */
export async function prepareOrders(context: ReportContext, options: Options): Promise<void> {
  const statuses = options.statuses.map(text).join(', ');
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${ORDERS} AS
WITH read AS (
  SELECT "PATIENT_ID" AS patient, "PRACTITIONER_ID" AS practitioner, "STATUS" AS status, "DISCOUNT" AS stored,
    TRY_CAST("DISCOUNT" AS DECIMAL(9,2)) AS discount, "DISCOUNT_BASIS" AS basis,
    CAST(TRY_CAST(${identifier(options.amount)} AS DECIMAL(17,2)) * 100 AS BIGINT) AS y
  FROM ${identifier(context.final(RELATION))}
), classified AS (
  SELECT *, CASE WHEN basis IS NULL OR basis NOT IN ('proven', 'assumed') OR (stored IS NOT NULL AND discount IS NULL) THEN 2
    WHEN discount IS NULL THEN 1 ELSE 0 END AS kind
  FROM read
), placed AS (
  SELECT *, CASE kind WHEN 0 THEN CAST(-discount * 100 AS BIGINT) ELSE 0 END AS x FROM classified
)
SELECT patient, practitioner, kind, x, CAST(${levelOf(options.width)} AS BIGINT) AS level, y,
  CASE kind WHEN 2 THEN 'unknown' ELSE basis END AS basis,
  CASE WHEN status IS NULL THEN 'status (none)' WHEN status NOT IN (${statuses}) THEN 'status ' || status
    WHEN y IS NULL THEN 'no amount' END AS reason
FROM placed`);
  // HUGEINT, because products of these are added next.
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${CELLS} AS
SELECT kind, level, patient, CAST(count(*) AS HUGEINT) AS n, CAST(sum(y) AS HUGEINT) AS y
FROM ${ORDERS} WHERE reason IS NULL GROUP BY kind, level, patient`);
}

/** Removes what `prepareOrders` made. */
export async function dropOrders(context: ReportContext): Promise<void> {
  await context.engine.run(`DROP TABLE IF EXISTS ${CELLS}`);
  await context.engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}
