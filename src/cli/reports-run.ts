import { EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { jsonText } from '../diagnostics/visible.js';
import { REPORTS } from '../reports/index.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { wrap } from './help-text.js';

/** Runs `pharmabi reports`. */
export async function runReports(args: Arguments, effects: Effects): Promise<ExitCode> {
  await effects.stdout.write(args.flags.has('json') ? reportsJson() : reportsText());
  return EXIT.ok;
}

function reportsText(): string {
  return (
    REPORTS.map((r) => [r.id, ...wrap(r.question, 2), `    pharmabi report ${r.id} --help`, ''].join('\n'))
      .join('\n')
      .trimEnd() + '\n'
  );
}

function reportsJson(): string {
  const reports = REPORTS.map((r) => ({
    id: r.id,
    title: r.title,
    question: r.question,
    parameters: r.parameters.map((p) => ({
      name: p.name,
      type: p.type,
      default: p.default ?? null,
      choices: p.choices ?? null,
      help: p.help,
    })),
    requires: r.requires,
  }));
  return jsonText({ reports });
}
