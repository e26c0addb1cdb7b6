import type { CommandDefinition } from './command.js';
import { EVERYWHERE, environmentName, type OptionDefinition } from './option.js';

const WIDTH = 80;
const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'fine'],
  ['1', 'a difference (verify, diff)'],
  ['2', 'wrong usage'],
  ['3', 'bad input data (with --strict: anything undecodable)'],
  ['4', 'the pipeline does not compile'],
  ['5', 'engine, disk, or an error of pharmabi itself'],
  ['130', 'interrupted'],
];

/** What `pharmabi` alone prints: what it is, two examples, how to get help. */
export function shortHelp(): string {
  return lines([
    ...wrap(
      'pharmabi replays exported change logs (Debezium, CSV dumps) in event-time order through a ksqlDB pipeline, and writes reports that anyone can reproduce to the byte.',
      0,
    ),
    '',
    '  pharmabi report discount-impact     a report on the bundled data',
    '  pharmabi inspect export/            what is in an export of yours',
    '',
    'All commands: pharmabi --help',
  ]);
}

/** The page of `pharmabi --help`. */
export function generalHelp(commands: readonly CommandDefinition[]): string {
  const examples = commands.flatMap((c) => c.examples.slice(0, 1)).slice(0, 5);
  return lines([
    'pharmabi COMMAND [arguments] [options]',
    '',
    ...wrap(
      'Replays exported change logs (Debezium, CSV dumps) in event-time order through a ksqlDB pipeline, and writes reports that anyone can reproduce to the byte. No network, no telemetry.',
      0,
    ),
    '',
    'Examples',
    ...examples.flatMap((e) => [`  ${e.command}`, ...wrap(e.says, 6)]),
    '',
    'Commands',
    ...columns(commands.map((c) => [c.name, c.summary])),
    '',
    'Options of every command',
    ...optionLines(EVERYWHERE),
    '',
    'Exit codes',
    ...columns(EXIT_CODES),
    '',
    ...wrap(
      'An option wins over its environment variable (--time-zone over PHARMABI_TIME_ZONE), that over pharmabi.yaml (or --config FILE), and that over its default. Help on one command or error: pharmabi help COMMAND, pharmabi help ERROR-CODE.',
      0,
    ),
  ]);
}

/** The page of one command: examples, common options, further options. `parameters` are those of one report. */
export function commandHelp(
  command: CommandDefinition,
  parameters: readonly OptionDefinition[] = [],
  title?: string,
): string {
  const common = command.options.filter((o) => o.common);
  const further = command.options.filter((o) => !o.common);
  const section = (heading: string, options: readonly OptionDefinition[]): readonly string[] =>
    options.length === 0 ? [] : ['', heading, ...optionLines(options)];
  return lines([
    command.usage,
    '',
    ...wrap(title ?? command.summary, 0),
    '',
    'Examples',
    ...command.examples.flatMap((e) => [`  ${e.command}`, ...wrap(e.says, 6)]),
    ...command.description.flatMap((text) => ['', ...wrap(text, 0)]),
    ...section('Parameters of this report', parameters),
    ...section('Common options', common),
    ...section('More options', further),
    ...section('Options of every command', EVERYWHERE),
  ]);
}

function optionLines(options: readonly OptionDefinition[]): readonly string[] {
  return options.flatMap((o) => {
    const short = o.short === undefined ? '' : `-${o.short}, `;
    const head = `  ${short}--${o.name}${o.value === undefined ? '' : ` ${o.value}`}`;
    return [head, ...wrap(`${o.help}${facts(o)}`, 6)];
  });
}

function facts(option: OptionDefinition): string {
  const known = [
    option.choices && `one of ${option.choices.join(', ')}`,
    option.defaultText && `default ${option.defaultText}`,
    option.repeatable && 'may be repeated',
    option.environment && environmentName(option.name),
  ].filter((fact) => typeof fact === 'string');
  return known.length === 0 ? '' : ` [${known.join('; ')}]`;
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) => {
    const [first = '', ...rest] = wrap(text, width + 2);
    return [`  ${name.padEnd(width)}${first.trimStart()}`, ...rest];
  });
}

/** Breaks a paragraph at spaces to the page width, each line indented by `indent`. */
export function wrap(text: string, indent: number): readonly string[] {
  const result: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      result.push(' '.repeat(indent) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...result, ' '.repeat(indent) + line];
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
