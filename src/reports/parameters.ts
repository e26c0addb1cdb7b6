import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { ReportDefinition, ReportParameter } from './definition.js';

/** The parameters of one run, read and checked; asking for a name that the report does not declare is a bug. */
export interface ParameterValues {
  /** As typed, or the default; undefined where there is neither. */
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  number(name: string): number;
}

type Declared = Pick<ReportDefinition, 'id' | 'parameters'>;

function usage(report: string, message: string, help?: string): Diagnostic {
  const base = {
    code: 'report-parameter',
    severity: 'error',
    message,
    next: `pharmabi report ${report} --help`,
  } as const;
  return help === undefined ? base : { ...base, help };
}

const FORMS = { number: /^[0-9]+(\.[0-9]+)?$/, integer: /^[0-9]{1,9}$/ } as const;

function problemOf(report: string, parameter: ReportParameter, value: string): Diagnostic | undefined {
  const { name, type } = parameter;
  if (type === 'choice' && !parameter.choices!.includes(value)) {
    const near = suggest(value, parameter.choices!);
    const choices = `--${name} takes ${parameter.choices!.join(', ')}.`;
    return usage(
      report,
      `--${name} cannot be "${value}".`,
      near === undefined ? choices : `Did you mean ${near}? ${choices}`,
    );
  }
  if ((type === 'number' || type === 'integer') && !FORMS[type].test(value)) {
    const form = type === 'integer' ? 'a whole number, 0 or more' : 'a number with a decimal point, such as 2.5';
    return usage(report, `--${name} cannot be "${value}".`, `It takes ${form}.`);
  }
  if (type === 'list' && splitList(value).length === 0)
    return usage(report, `--${name} is empty.`, 'Separate values by commas.');
  return undefined;
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Reads what the user typed against what the report declares; throws all problems at once as a DiagnosticError (usage). */
export function readParameters(report: Declared, given: Readonly<Record<string, string>>): ParameterValues {
  const names = report.parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const values = new Map<string, string | undefined>();
  const problems = unknown.map((name) => {
    const near = suggest(name, names);
    const help = near === undefined ? `Parameters: ${names.join(', ')}.` : `Did you mean --${near}?`;
    return usage(report.id, `The report ${report.id} has no parameter --${name}.`, help);
  });
  for (const parameter of report.parameters) {
    const value = given[parameter.name] ?? parameter.default;
    values.set(parameter.name, value);
    const problem = value === undefined ? undefined : problemOf(report.id, parameter, value);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  return {
    text: (name) => values.get(name),
    list: (name) => splitList(values.get(name) ?? ''),
    number: (name) => Number(values.get(name)),
  };
}
