import { resolve } from 'node:path';
import { holdsPassword } from '../../config/database-url.ts';
import { withWorkspace } from '../../domain/command-text.ts';
import { commandNames, type Reported } from '../../domain/events.ts';
import type { Problem } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
import type { Phrasing } from '../../engine/reporter.ts';
import { acceptsFlag } from './command-table.ts';
import type { Flags } from './flags.ts';

/** How the operator started erp-deploy. Commands in messages are completed with it, so that they can be pasted. */
export interface Invocation {
  readonly program: string;
  /** The workspace, absolute. */
  readonly root: string;
  /** Flags that every command in a message needs; `unless` matches a command that has such a flag already. */
  readonly carried: readonly { readonly option: string; readonly value: string; readonly unless: RegExp }[];
}

type InvocationFlags = Pick<Flags, 'workspace' | 'config' | 'engine' | 'productionHost' | 'databaseUrl'>;

/**
 * Returns the command that starts the same program again. A program in npx's own cache is named by its path, because
 * npx would fetch its bare name from a registry.
 * @param script the path that Node runs; npm, npx and package scripts run the link in a `node_modules/.bin`
 */
export function programName(script = ''): string {
  if (/[\\/]_npx[\\/]/.test(script)) return quoted(script);
  return /[\\/]node_modules[\\/]\.bin[\\/]/.test(script) ? 'npx erp-deploy' : 'erp-deploy';
}

/**
 * Returns what commands in messages are completed with.
 * @param program as the operator calls it, such as `npx erp-deploy`
 * @param cwd the directory to which a relative workspace path refers
 * @param flags null if they could not be parsed
 */
export function invocationOf(program: string, cwd: string, flags: InvocationFlags | null): Invocation {
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

/** Returns the URL, or a placeholder if it contains a password: a command without it would use another database. */
function shownUrl(url: string | undefined): string | undefined {
  return url !== undefined && holdsPassword(url) ? 'URL' : url;
}

/** Matches a command of erp-deploy at the start of a text or after a colon, with its arguments. */
const command = new RegExp(`(^|: )erp-deploy( (?:${commandNames.join('|')})(?![\\w-])|(?=$| -))(.*)`);

/** Returns the text; if it ends with a command of erp-deploy, the command is written as this operator would type it. */
export function textAsInvoked(text: string, { program, root, carried }: Invocation): string {
  return withWorkspace(text, root).replace(command, (_, before: string, name: string, rest: string) => {
    const isHelp = /(?:^| )--(?:help|version)\b/.test(rest);
    const named = commandNames.find((one) => one === name.trim()) ?? 'run';
    const own = carried.filter(
      ({ option, unless }) => !isHelp && !unless.test(rest) && acceptsFlag(named, option),
    );
    const flags = own.map(({ option, value }) => ` ${option} ${quoted(value)}`).join('');
    return `${before}${program}${name}${flags}${rest}`;
  });
}

/** Rewrites the commands in a problem, as `textAsInvoked` does. */
export function problemAsInvoked<Some extends Pick<Problem, 'why' | 'todo'>>(
  problem: Some,
  invocation: Invocation,
): Some {
  const rewritten = (text: string) => textAsInvoked(text, invocation);
  return { ...problem, why: rewritten(problem.why), todo: problem.todo.map(rewritten) };
}

/** Returns functions that rewrite the commands in events and questions, as `textAsInvoked` does. */
export function wordsOf(invocation: Invocation): Phrasing {
  return {
    reported: (event) => eventAsInvoked(event, invocation),
    asked: (question) =>
      question.type === 'failure'
        ? { ...question, problem: problemAsInvoked(question.problem, invocation) }
        : question,
  };
}

function eventAsInvoked(event: Reported, invocation: Invocation): Reported {
  const rewritten = (text: string) => textAsInvoked(text, invocation);
  switch (event.type) {
    case 'note':
      return { ...event, text: rewritten(event.text) };
    case 'problem':
      return { ...event, problem: problemAsInvoked(event.problem, invocation) };
    case 'prerequisite':
    case 'hop':
      return { ...event, todo: event.todo.map(rewritten) };
    case 'box':
      return { ...event, summary: rewritten(event.summary) };
    case 'step.finished':
      return { ...event, open: event.open.map((one) => ({ ...one, reason: rewritten(one.reason) })) };
    case 'step.status':
      return event.problem === undefined
        ? event
        : { ...event, problem: problemAsInvoked(event.problem, invocation) };
    default:
      return event;
  }
}
