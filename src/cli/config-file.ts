import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { CONFIG_FILE, type Config, type ConfigOption, type ConfigVocabulary } from '../config/config.js';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { SourcedError } from './failures.js';
import { EVERYWHERE, type OptionDefinition } from './option.js';
import { whyUnreadable } from './unreadable.js';
import { usage } from './usage.js';

/** The configuration of a run: named by --config, else the one in the working folder; null where there is none. Throws its mistakes (exit 2). */
export async function loadConfig(args: Arguments, effects: Effects): Promise<Config | null> {
  const named = args.given.get('config')?.[0];
  const file = named ?? CONFIG_FILE;
  if (named === undefined && !existsSync(resolve(effects.cwd, file))) return null;
  const text = readConfig(file, effects);
  const { parseConfig } = await import('../config/parse.js');
  try {
    return parseConfig(text, file, await configVocabulary());
  } catch (error) {
    throw error instanceof DiagnosticError ? new SourcedError(error, new Map([[file, text]])) : error;
  }
}

function readConfig(file: string, effects: Effects): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(resolve(effects.cwd, file)));
  } catch (error) {
    const why = whyUnreadable(error);
    const help = 'pharmabi init DIR INPUT... writes one for your export.';
    throw new DiagnosticError(
      [{ ...usage('config-not-readable', `The configuration ${file} cannot be read: ${why}.`, help), place: { file } }],
      EXIT.usage,
    );
  }
}

/** What a configuration may say: the options of `report` and `replay`, and the parameters of each report. */
export async function configVocabulary(): Promise<ConfigVocabulary> {
  const [{ REPORT }, { REPLAY_COMMAND }, { optionsOf }, { REPORTS }] = await Promise.all([
    import('./report.js'),
    import('./replay.js'),
    import('./report-parameters.js'),
    import('../reports/index.js'),
  ]);
  const parameters = REPORTS.map((report) => [report.id, optionsOf(report).map(configOption)] as const);
  const all = [...EVERYWHERE, ...REPORT.options, ...REPLAY_COMMAND.options].filter((o) => o.onlyTyped !== true);
  return {
    options: merged([...all.map(configOption), ...parameters.flatMap(([, options]) => options)]),
    reports: new Map(parameters),
  };
}

function configOption(option: OptionDefinition): ConfigOption {
  return {
    name: option.name,
    kind: option.value === undefined ? 'flag' : option.repeatable === true ? 'list' : 'value',
    ...(option.choices && { choices: option.choices }),
    ...(option.path && { path: true }),
    help: option.help,
  };
}

/** Options of one name: a value that one of them takes can stand in the configuration. */
function merged(options: readonly ConfigOption[]): readonly ConfigOption[] {
  const byName = new Map<string, ConfigOption>();
  for (const option of options) {
    const before = byName.get(option.name);
    if (before === undefined) byName.set(option.name, option);
    else {
      const { choices: _, ...rest } = { ...option, ...before };
      const open = before.choices === undefined || option.choices === undefined;
      const kind = [before.kind, option.kind].includes('list') ? 'list' : before.kind;
      byName.set(option.name, {
        ...rest,
        kind,
        ...(!open && { choices: [...new Set([...before.choices!, ...option.choices!])] }),
      });
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A path out of a configuration, as seen from the working folder. */
export function fromConfig(config: Config, path: string, cwd: string): string {
  if (path === '-') return path;
  return relative(cwd, resolve(dirname(resolve(cwd, config.file)), path)) || '.';
}
