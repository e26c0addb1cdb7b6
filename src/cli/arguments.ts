import yargs from 'yargs';
import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { CommandDefinition } from './command.js';
import { EVERYWHERE, type OptionDefinition } from './option.js';
import { unknownCommand, usage } from './usage.js';

/** A command line taken apart, with names checked and values still as they were typed. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Values by option name, in the order of the command line. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
}

/** The command that a command line names, and its arguments; `null` where it names none. */
export interface ParsedLine {
  readonly command: CommandDefinition | null;
  readonly args: Arguments;
}

/** Takes a command line apart. Throws every unknown, repeated, misplaced or value-less option in one go. */
export async function parseLine(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
  cwd: string,
): Promise<ParsedLine> {
  const known = uniqueOptions([...EVERYWHERE, ...commands.flatMap((c) => c.options)]);
  const first = takeApart(argv, known);
  const word = first.positionals[0];
  if (word === undefined) {
    refuse(checkOptions(first, argv, null, EVERYWHERE, commands));
    return { command: null, args: first };
  }
  const command = commands.find((c) => c.name === word);
  if (command === undefined) refuse([unknownCommand(word, commands)]);
  const own = uniqueOptions([
    ...EVERYWHERE,
    ...command!.options,
    ...((await command!.moreOptions?.(first.positionals.slice(1), cwd)) ?? []),
  ]);
  const args = takeApart(argv, uniqueOptions([...own, ...known]));
  refuse(checkOptions(args, argv, command!, own, commands));
  return { command: command!, args: { ...args, positionals: args.positionals.slice(1) } };
}

function uniqueOptions(options: readonly OptionDefinition[]): readonly OptionDefinition[] {
  return [...new Map(options.toReversed().map((o) => [o.name, o])).values()].toReversed();
}

function refuse(problems: readonly Diagnostic[]): void {
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
}

function takeApart(argv: readonly string[], options: readonly OptionDefinition[]): Arguments {
  const parsed = yargs(joinDashes(argv, options))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
      'short-option-groups': false,
      'strip-aliased': true,
    })
    .detectLocale(false)
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail(false)
    .options(
      Object.fromEntries(
        options.map((o) => [
          o.name,
          { type: o.value === undefined ? 'boolean' : 'string', ...(o.short && { alias: o.short }) } as const,
        ]),
      ),
    )
    .parseSync();
  const given = new Map<string, readonly string[]>();
  const flags = new Set<string>();
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '_' || name === '--' || name === '$0' || value === undefined) continue;
    const values = Array.isArray(value) ? value : [value];
    if (typeof values[0] === 'boolean') flags.add(name);
    else given.set(name, values.map(String));
  }
  const rest = parsed['--'];
  return { positionals: [...parsed._.map(String), ...(Array.isArray(rest) ? rest.map(String) : [])], given, flags };
}

// yargs takes `-` after an option for a positional; here it is the value (stdin or stdout).
function joinDashes(argv: readonly string[], options: readonly OptionDefinition[]): readonly string[] {
  const takesValue = new Set(options.filter((o) => o.value !== undefined).flatMap((o) => spellings(o)));
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--') return [...joined, ...argv.slice(i)];
    if (argv[i + 1] === '-' && takesValue.has(argv[i]!)) joined.push(`${argv[i++]}=-`);
    else joined.push(argv[i]!);
  }
  return joined;
}

function spellings(option: OptionDefinition): readonly string[] {
  return option.short === undefined ? [`--${option.name}`] : [`--${option.name}`, `-${option.short}`];
}

function checkOptions(
  args: Arguments,
  argv: readonly string[],
  command: CommandDefinition | null,
  own: readonly OptionDefinition[],
  commands: readonly CommandDefinition[],
): readonly Diagnostic[] {
  const byName = new Map(own.map((o) => [o.name, o]));
  const problems: Diagnostic[] = [];
  for (const name of [...args.given.keys(), ...args.flags]) {
    const option = byName.get(name);
    if (option === undefined) problems.push(unknownOption(name, command, own, commands));
    else problems.push(...checkUse(option, args, argv));
  }
  return problems;
}

function checkUse(option: OptionDefinition, args: Arguments, argv: readonly string[]): readonly Diagnostic[] {
  const shown = `--${option.name}`;
  if (option.value === undefined) {
    const assigned = argv.some((a) => spellings(option).some((s) => a.startsWith(`${s}=`)));
    return assigned
      ? [usage('option-without-value', `${shown} takes no value.`, `Write ${shown} alone, or leave it out.`)]
      : [];
  }
  const values = args.given.get(option.name) ?? [];
  if (values.some((v) => v === '')) {
    return [usage('missing-value', `${shown} needs a value.`, `${shown} ${option.value}: ${option.help}`)];
  }
  if (values.length > 1 && !option.repeatable) {
    return [usage('repeated-option', `${shown} was given ${values.length} times.`, `Give ${shown} once.`)];
  }
  return [];
}

function unknownOption(
  name: string,
  command: CommandDefinition | null,
  own: readonly OptionDefinition[],
  commands: readonly CommandDefinition[],
): Diagnostic {
  const shown = name.length === 1 ? `-${name}` : `--${name}`;
  const elsewhere = commands.filter((c) => c.options.some((o) => o.name === name)).map((c) => `pharmabi ${c.name}`);
  const near = suggest(
    name,
    own.map((o) => o.name),
  );
  const help =
    near !== undefined
      ? `Did you mean --${near}?`
      : elsewhere.length > 0
        ? `It belongs to ${elsewhere.join(', ')}.`
        : undefined;
  return {
    ...usage(
      'unknown-option',
      `${shown} is not an option of pharmabi${command === null ? '' : ` ${command.name}`}.`,
      help,
    ),
    next: command === null ? 'pharmabi --help' : `pharmabi ${command.name} --help`,
  };
}
