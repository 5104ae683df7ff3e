import type { Option } from 'commander';
import { type CommandName, commandNames } from '../../domain/command-names.ts';
import { phaseNames } from '../../domain/phase.ts';
import { commands } from './command-table.ts';
import { optionsOf } from './flag-table.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may follow a flag: one of these words, a file, a folder, any text, or nothing because it takes no value. */
type Value = readonly string[] | 'file' | 'folder' | 'text' | 'none';

/** Returns the script that completes erp-deploy in a shell. It is made from the definitions of the commands. */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]();
}

function valueAfter({ argChoices, flags, long }: Option): Value {
  if (argChoices !== undefined) return argChoices;
  if (long === '--phase') return phaseNames;
  const [, placeholder] = /<([\w-]+)/.exec(flags) ?? [];
  if (placeholder === undefined) return 'none';
  if (placeholder === 'dir') return 'folder';
  return placeholder === 'file' || placeholder === 'path' ? 'file' : 'text';
}

function flagsOf(name: CommandName): readonly Option[] {
  return optionsOf(commands[name].flags);
}

function longNames(name: CommandName): readonly string[] {
  return [...flagsOf(name).map(({ long }) => long ?? ''), '--help'];
}

/** Every flag of any command once, by its long name. */
function allFlags(): ReadonlyMap<string, Value> {
  return new Map(commandNames.flatMap(flagsOf).map((option) => [option.long ?? '', valueAfter(option)]));
}

const words = ['help', ...commandNames];

/**
 * Returns the cases of a shell's `case "$prev"`, for flags that take a value.
 * @param act returns the command that offers such values
 */
function valueCases(act: (value: Value) => string): string {
  return [...allFlags()]
    .filter(([, value]) => value !== 'none')
    .map(([flag, value]) => `    ${flag}) ${act(value)}; return;;`)
    .join('\n');
}

function commandCases(act: (flags: readonly string[]) => string): string {
  return commandNames.map((name) => `    ${name}) ${act(longNames(name))};;`).join('\n');
}

function bash(): string {
  const offer = (list: readonly string[]) => `COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$cur"))`;
  const byValue = (value: Value) => {
    if (typeof value !== 'string') return offer(value);
    if (value === 'folder') return 'COMPREPLY=($(compgen -d -- "$cur"))';
    return value === 'file' ? 'COMPREPLY=($(compgen -f -- "$cur"))' : 'COMPREPLY=()';
  };
  return `# erp-deploy completion bash
_erp_deploy() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} name= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${words.join('|')}) name=$word; break;; esac
  done
  case $prev in
${valueCases(byValue)}
    help) ${offer(commandNames)}; return;;
  esac
  case $name in
    "") ${offer(words)};;
${commandCases(offer)}
  esac
}
complete -o filenames -F _erp_deploy erp-deploy
`;
}

function zsh(): string {
  const offer = (list: readonly string[]) => `compadd -- ${list.join(' ')}`;
  const byValue = (value: Value) => {
    if (typeof value !== 'string') return offer(value);
    if (value === 'folder') return '_files -/';
    return value === 'file' ? '_files' : ':';
  };
  return `#compdef erp-deploy
_erp_deploy() {
  local prev=\${words[CURRENT-1]} name= word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in ${words.join('|')}) name=$word; break;; esac
  done
  case $prev in
${valueCases(byValue)}
    help) ${offer(commandNames)}; return;;
  esac
  case $name in
    "") ${offer(words)};;
${commandCases(offer)}
  esac
}
if [ "$funcstack[1]" = _erp_deploy ]; then _erp_deploy "$@"; else compdef _erp_deploy erp-deploy; fi
`;
}

function fish(): string {
  const lines = commandNames.flatMap((name) => [
    `complete -c erp-deploy -f -n __fish_use_subcommand -a ${name} -d ${inFish(commands[name].description)}`,
    ...flagsOf(name).map((option) => fishFlag(name, option)),
  ]);
  const help = `complete -c erp-deploy -f -n '__fish_seen_subcommand_from help' -a '${commandNames.join(' ')}'`;
  return `${['# erp-deploy completion fish', 'complete -c erp-deploy -f', ...lines, help].join('\n')}\n`;
}

function fishFlag(name: CommandName, option: Option): string {
  const value = valueAfter(option);
  const how: Readonly<Record<string, string>> = {
    file: ' -r -F',
    folder: " -x -a '(__fish_complete_directories)'",
    text: ' -x',
    none: '',
  };
  const takes = typeof value === 'string' ? how[value] : ` -x -a '${value.join(' ')}'`;
  const long = option.long?.slice(2) ?? '';
  return `complete -c erp-deploy -n '__fish_seen_subcommand_from ${name}' -l ${long}${takes} -d ${inFish(option.description)}`;
}

function inFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
