import { DiagnosticError } from '../diagnostics/diagnostic.js';
import type { ReportDefinition, ReportParameter } from '../reports/definition.js';
import { findReport, REPORTS } from '../reports/index.js';
import { readParameters } from '../reports/parameters.js';
import type { Arguments } from './arguments.js';
import type { CommandDefinition } from './command.js';
import { commandHelp } from './help-text.js';
import type { OptionDefinition } from './option.js';
import type { Reader } from './values.js';

const VALUES: Readonly<Record<ReportParameter['type'], string>> = {
  text: 'TEXT',
  list: 'A,B,...',
  number: 'NUMBER',
  integer: 'N',
  choice: 'WORD',
};

/** The parameters of a report as options of the command line. */
export function optionsOf(report: ReportDefinition): readonly OptionDefinition[] {
  return report.parameters.map((p) => ({
    name: p.name,
    value: VALUES[p.type],
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
export function reportHelp(command: CommandDefinition, id: string): string {
  const report = findReport(id);
  return commandHelp(
    {
      ...command,
      usage: `pharmabi report ${report.id} [INPUT...] [options]`,
      summary: report.question,
      examples: command.examples.filter((e) => e.command.includes(` ${report.id}`)),
    },
    optionsOf(report),
  );
}

/** Every parameter with its value as text, typed or default; what is wrong stays in the reader, before anything is replayed. */
export function readReportParameters(
  report: Pick<ReportDefinition, 'id' | 'parameters'>,
  args: Arguments,
  read: Reader,
): Readonly<Record<string, string>> {
  const typed = reportOptions().flatMap(({ name }) => {
    const text = args.given.get(name)?.[0];
    return text === undefined ? [] : [[name, text] as const];
  });
  try {
    readParameters(report, Object.fromEntries(typed));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const problem of error.diagnostics) read.refuse(problem);
  }
  const defaults = report.parameters.flatMap((p) => (p.default === undefined ? [] : [[p.name, p.default] as const]));
  return Object.fromEntries([...defaults, ...typed]);
}
