import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import { type KsqlType, typeText } from '../../ksql/types.js';
import type { ReportContext } from '../definition.js';

/** The relation of the pipeline that the report reads: one row per order that still exists. */
export const RELATION = 'ORDERS_WITH_DISCOUNT';

/** The columns of it that the report always needs; the amount is one more. */
export const COLUMNS = ['PATIENT_ID', 'PRACTITIONER_ID', 'DISCOUNT', 'DISCOUNT_BASIS', 'STATUS'] as const;

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
