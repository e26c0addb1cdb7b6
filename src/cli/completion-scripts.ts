import type { CommandDefinition } from './command.js';
import { COMMANDS } from './commands.js';
import { EVERYWHERE } from './option.js';

/** The completion script by shell. */
export const COMPLETION_SCRIPTS: ReadonlyMap<string, () => string> = new Map([
  ['bash', bash],
  ['zsh', () => `autoload -U +X bashcompinit && bashcompinit\n${bash()}`],
  ['fish', fish],
]);

function optionsOf(command: CommandDefinition): readonly string[] {
  return [...command.options, ...EVERYWHERE].map((o) => `--${o.name}`);
}

function bash(): string {
  const cases = COMMANDS.map((c) => `    ${c.name}) words="${optionsOf(c).join(' ')}" ;;`);
  return `_pharmabi() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${COMMANDS.map((c) => c.name).join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _pharmabi pharmabi
`;
}

function fish(): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const commands = COMMANDS.map(
    (c) => `complete -c pharmabi -n __fish_use_subcommand -f -a ${c.name} -d ${quoted(c.summary)}`,
  );
  const options = COMMANDS.flatMap((c) =>
    [...c.options, ...EVERYWHERE].map(
      (o) =>
        `complete -c pharmabi -n '__fish_seen_subcommand_from ${c.name}' -l ${o.name}` +
        `${o.value === undefined ? '' : ' -r'} -d ${quoted(o.help)}`,
    ),
  );
  return `${[...commands, ...options].join('\n')}\n`;
}
