import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import type { CommandDefinition } from './command.js';
import { COMMANDS } from './commands.js';
import type { Effects } from './effects.js';
import { reportFailure } from './failures.js';
import { commandHelp, generalHelp, shortHelp } from './help-text.js';
import { packageVersion } from './package.js';
import { safeSink } from './safe-sink.js';
import { unknownCommand } from './usage.js';

/**
 * Runs one command line and says how it ended. Help and the version answer first and load nothing: no parser, no
 * engine, no other room.
 */
export async function runCommandLine(argv: readonly string[], surroundings: Effects): Promise<ExitCode> {
  const effects = { ...surroundings, stdout: safeSink(surroundings.stdout), stderr: safeSink(surroundings.stderr) };
  try {
    const options = beforeDashes(argv);
    if (options.some((a) => a === '--help' || a === '-h')) return await showHelp(options, effects);
    if (options.some((a) => a === '--version' || a === '-V')) {
      await effects.stdout.write(`${packageVersion()}\n`);
      return EXIT.ok;
    }
    if (argv.length === 0) {
      await effects.stdout.write(shortHelp());
      return EXIT.ok;
    }
    const { parseLine } = await import('./arguments.js');
    const { command, args } = await parseLine(argv, COMMANDS, effects.cwd);
    if (command !== null) return await command.run(args, effects);
    await effects.stdout.write(shortHelp());
    return EXIT.ok;
  } catch (error) {
    return await reportFailure(error, argv, effects);
  }
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const dashes = argv.indexOf('--');
  return dashes === -1 ? argv : argv.slice(0, dashes);
}

async function showHelp(argv: readonly string[], effects: Effects): Promise<ExitCode> {
  const names = new Map(COMMANDS.map((c) => [c.name, c]));
  const word = argv.find((a) => names.has(a)) ?? '';
  const command = names.get(word);
  if (command === undefined) {
    const first = argv[0] ?? '';
    if (!first.startsWith('-')) throw new DiagnosticError([unknownCommand(first, COMMANDS)], EXIT.usage);
    await effects.stdout.write(generalHelp(COMMANDS));
    return EXIT.ok;
  }
  await effects.stdout.write(await pageOf(command, argv.slice(argv.indexOf(word) + 1), effects.cwd));
  return EXIT.ok;
}

// Only `report ID --help` loads the reports: their parameters stand with them.
async function pageOf(command: CommandDefinition, rest: readonly string[], cwd: string): Promise<string> {
  const id = rest.find((a) => !a.startsWith('-'));
  if (command.name !== 'report' || id === undefined) return commandHelp(command);
  const { reportHelp } = await import('./report-parameters.js');
  const { isReportFile, readReportFile, declaredReport } = await import('./report-file.js');
  return reportHelp(command, id, isReportFile(id) ? declaredReport(readReportFile(id, cwd)) : undefined);
}
