import { resolve } from 'node:path';
import { holdsPassword } from '../../config/database-url.ts';
import { withWorkspace } from '../../domain/command-text.ts';
import { commandNames, type Told } from '../../domain/events.ts';
import type { Problem } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
import type { Words } from '../../engine/tell.ts';
import type { Flags } from './flags.ts';

/** How the person started erp-deploy: what a command that they are to paste needs in order to mean the same. */
export interface Invocation {
  readonly program: string;
  /** The workspace, absolute. */
  readonly root: string;
  /** Flags that say what a command is about: each with the flags beside which it would be one too many. */
  readonly carried: readonly { readonly option: string; readonly value: string; readonly unless: RegExp }[];
}

type Placed = Pick<Flags, 'workspace' | 'config' | 'engine' | 'productionHost' | 'databaseUrl'>;

/**
 * Returns how to start the same program again. In npx's own cache, its bare name would be fetched from a registry.
 * @param script what Node runs: npm, npx and package scripts start what lies in a `node_modules/.bin`
 */
export function programName(script = ''): string {
  if (/[\\/]_npx[\\/]/.test(script)) return quoted(script);
  return /[\\/]node_modules[\\/]\.bin[\\/]/.test(script) ? 'npx erp-deploy' : 'erp-deploy';
}

/**
 * @param program as the operator calls it, such as `npx erp-deploy`
 * @param cwd the folder that a relative workspace starts from
 * @param flags null where they could not be read
 */
export function invocationOf(program: string, cwd: string, flags: Placed | null): Invocation {
  const root = resolve(cwd, flags?.workspace ?? '.');
  if (flags === null) return { program, root, carried: [] };
  const { workspace, config, engine, productionHost, databaseUrl } = flags;
  const production = has('--production-host|--database-url');
  const all = [
    { option: '--workspace', value: workspace === '.' ? undefined : workspace, unless: has('--workspace') },
    { option: '--config', value: config, unless: has('--config') },
    { option: '--engine', value: engine, unless: has('--engine') },
    { option: '--production-host', value: productionHost, unless: production },
    { option: '--database-url', value: shownUrl(databaseUrl), unless: production },
  ];
  const carried = all.flatMap(({ value, ...one }) => (value === undefined ? [] : [{ ...one, value }]));
  return { program, root, carried };
}

function has(flags: string): RegExp {
  return new RegExp(`(?:^| )(?:${flags})(?:[ =]|$)`);
}

/** Returns the URL, or a placeholder for one with a password: without either, the command would be about another place. */
function shownUrl(url: string | undefined): string | undefined {
  return url !== undefined && holdsPassword(url) ? 'URL' : url;
}

/** At the beginning of a text or behind a colon; what follows is one of ours, a flag, or nothing more. */
const command = new RegExp(`(^|: )erp-deploy( (?:${commandNames.join('|')})(?![\\w-])|(?=$| -))(.*)`);

/** A text that ends in a command of erp-deploy, with that command as this person would type it. */
export function textAsInvoked(text: string, { program, root, carried }: Invocation): string {
  return withWorkspace(text, root).replace(command, (_, before: string, name: string, rest: string) => {
    const helps = /(?:^| )--(?:help|version)\b/.test(rest);
    const own = carried.filter(({ unless }) => !helps && !unless.test(rest));
    const flags = own.map(({ option, value }) => ` ${option} ${quoted(value)}`).join('');
    return `${before}${program}${name}${flags}${rest}`;
  });
}

export function problemAsInvoked<Some extends Pick<Problem, 'why' | 'todo'>>(
  problem: Some,
  invocation: Invocation,
): Some {
  const said = (text: string) => textAsInvoked(text, invocation);
  return { ...problem, why: said(problem.why), todo: problem.todo.map(said) };
}

/** Everything that is told or asked, with the commands in it as this person would type them. */
export function wordsOf(invocation: Invocation): Words {
  return {
    told: (told) => toldAsInvoked(told, invocation),
    asked: (question) =>
      question.type === 'failure'
        ? { ...question, problem: problemAsInvoked(question.problem, invocation) }
        : question,
  };
}

/** What is told, with the commands in it as this person would type them. */
function toldAsInvoked(told: Told, invocation: Invocation): Told {
  const said = (text: string) => textAsInvoked(text, invocation);
  switch (told.type) {
    case 'note':
      return { ...told, text: said(told.text) };
    case 'problem':
      return { ...told, problem: problemAsInvoked(told.problem, invocation) };
    case 'prerequisite':
    case 'hop':
      return { ...told, todo: told.todo.map(said) };
    case 'box':
      return { ...told, summary: said(told.summary) };
    case 'step.finished':
      return { ...told, open: told.open.map((one) => ({ ...one, reason: said(one.reason) })) };
    case 'step.status':
      return told.problem === undefined
        ? told
        : { ...told, problem: problemAsInvoked(told.problem, invocation) };
    default:
      return told;
  }
}
