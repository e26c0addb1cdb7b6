import type { ConfigValue } from '../config/config.js';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.js';
import type { ReportDefinition, ReportParameter } from '../reports/definition.js';
import { findReport, REPORTS } from '../reports/index.js';
import { readParameters } from '../reports/parameters.js';
import type { Arguments } from './arguments.js';
import type { CommandDefinition } from './command.js';
import { commandHelp } from './help-text.js';
import type { OptionDefinition } from './option.js';
import type { Reader } from './values.js';

const VALUES: Readonly<Record<Exclude<ReportParameter['type'], 'flag'>, string>> = {
  text: 'TEXT',
  list: 'A,B,...',
  number: 'NUMBER',
  integer: 'N',
  choice: 'WORD',
};

/** The parameters of a report as options of the command line. */
export function optionsOf(report: Pick<ReportDefinition, 'parameters'>): readonly OptionDefinition[] {
  return report.parameters.map((p) => ({
    name: p.name,
    ...(p.type !== 'flag' && { value: VALUES[p.type] }),
    help: p.help,
    ...(p.choices && { choices: p.choices }),
    ...(p.default !== undefined && { defaultText: p.default }),
  }));
}

/** The parameters of all reports, each once. */
export function reportOptions(): readonly OptionDefinition[] {
  return [...new Map(REPORTS.flatMap(optionsOf).map((o) => [o.name, o])).values()];
}

/** The page of `pharmabi report ID --help`. Throws `unknown-report`. */
export function reportHelp(
  command: CommandDefinition,
  id: string,
  report: Pick<ReportDefinition, 'id' | 'question' | 'parameters'> = findReport(id),
): string {
  return commandHelp(
    {
      ...command,
      usage: `pharmabi report ${id} [INPUT...] [options]`,
      summary: report.question,
      examples: command.examples.filter((e) => e.command.includes(` ${id}`)),
    },
    optionsOf(report),
  );
}

type Declared = Pick<ReportDefinition, 'id' | 'parameters'>;

/**
 * Every parameter with its value as text, typed, out of the configuration, or default; what is wrong stays in the reader, before
 * anything is replayed.
 */
export function readReportParameters(
  report: Declared,
  args: Arguments,
  read: Reader,
): Readonly<Record<string, string>> {
  const names = new Set([...reportOptions().map(({ name }) => name), ...report.parameters.map(({ name }) => name)]);
  const typed = [...names].flatMap((name) => {
    const text = args.flags.has(name) ? 'yes' : args.given.get(name)?.[0];
    return text === undefined ? [] : [[name, text] as const];
  });
  for (const problem of problemsOf(report, Object.fromEntries(typed))) read.refuse(problem);
  const configured = report.parameters.flatMap(({ name }) => {
    const found = parameterOrigin(read, report.id, name);
    if (found === undefined || args.given.has(name)) return [];
    const [text = ''] = found.texts;
    for (const problem of problemsOf(report, { [name]: text })) read.refuse({ ...problem, place: found.place });
    return [[name, text] as const];
  });
  const defaults = report.parameters.flatMap((p) => (p.default === undefined ? [] : [[p.name, p.default] as const]));
  return Object.fromEntries([...defaults, ...configured, ...typed]);
}

/** What the configuration says of a parameter: of this report, else of all reports that have it. */
export function parameterOrigin(read: Reader, report: string, name: string): ConfigValue | undefined {
  return read.config?.reports.get(report)?.get(name) ?? read.config?.options.get(name);
}

function problemsOf(report: Declared, values: Readonly<Record<string, string>>): readonly Diagnostic[] {
  try {
    readParameters(report, values);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics;
  }
}
