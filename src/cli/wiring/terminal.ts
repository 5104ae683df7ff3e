import type { CommandName } from '../../domain/command-names.ts';
import { commandLine } from '../../domain/command-text.ts';
import { jsonFrontEnd } from '../../headless/json.ts';
import { plainFrontEnd } from '../../headless/plain.ts';
import { hasColors } from './colors.ts';
import type { Flags } from './flags.ts';
import { completed, invocationOf } from './invocation.ts';
import { defaultName, type Terminal } from './io.ts';
import { isUnicode } from './locale.ts';
import type { FrontEndIo, OpenFrontEnd } from './open-front-end.ts';

/** Returns whether a rollout can ask the operator: on a terminal, and questions are not disabled. */
export function canAsk(flags: Flags, { stdin, stdout }: Terminal): boolean {
  return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stdout.isTTY === true;
}

/**
 * Returns whether a command without a screen can ask for a passphrase. Its stdout may be a file or a pipe, since the
 * prompt is on stderr.
 */
export function canPrompt(flags: Flags, { stdin, stderr }: Terminal): boolean {
  return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stderr.isTTY === true;
}

/** Returns whether a command walks the steps and changes things, as `run` does. */
export function isRollout(name: CommandName): boolean {
  return name === 'run' || name === 'docs' || name === 'rollback';
}

/**
 * Returns whether the wizard writes lines instead of drawing. A dumb terminal has no cursor to move, and a screen
 * reader cannot follow a screen that is redrawn.
 * Source: terminfo's `dumb`, and Ink's INK_SCREEN_READER
 */
function isPlain({ plain }: Flags, { env }: Pick<FrontEndIo, 'env'>): boolean {
  return plain || env.TERM === 'dumb' || env.INK_SCREEN_READER === 'true';
}

/** Returns the front end for a command, its flags and the terminal. */
export async function frontEndFor(
  name: CommandName,
  flags: Flags,
  terminal: FrontEndIo,
): Promise<OpenFrontEnd> {
  const { out, error } = outputsOf(terminal);
  const close = async () => undefined;
  if (flags.json) return { ...jsonFrontEnd(out, error), close };
  if (flags.format === 'markdown') return (await import('./markdown-plan.ts')).markdownFrontEnd(out, error);
  if (isRollout(name) && canAsk(flags, terminal)) {
    if (isPlain(flags, terminal))
      return (await import('./plain-wizard.ts')).plainWizardFrontEnd(flags, terminal);
    return (await import('./wizard.ts')).wizardFrontEnd(flags, terminal);
  }
  const options = {
    verbose: flags.verbose,
    plan: name === 'plan' || name === 'rollback',
    checklist: checklistCommand(flags, terminal),
  };
  // The live list has no room for verbose output, and a dumb terminal none for the list.
  if (
    !isRollout(name) ||
    terminal.stdout.isTTY !== true ||
    flags.verbose ||
    terminal.env.TERM === 'dumb' ||
    flags.plain
  ) {
    // These commands print only their result on stdout, so that it can be piped.
    const printsResult =
      flags.repairSql ||
      flags.output === '-' ||
      name === 'token' ||
      name === 'psql' ||
      name === 'credentials' ||
      (name === 'checklist' && !flags.write);
    const plain = { ...plainFrontEnd(printsResult ? error : out, error, options), close };
    return isRollout(name) ? plain : withPassphrasePrompt(plain, flags, terminal);
  }
  const isColored = hasColors(flags.color, terminal.env);
  const { listrFrontEnd } = await import('../../headless/listr.ts');
  return listrFrontEnd({ ...(await displayable(terminal)), isColored }, options);
}

/** Returns functions that print. Output of one turn of the event loop is written at once, because a log can have a million lines. */
function outputsOf({ stdout, stderr }: Terminal) {
  let pending = '';
  const flush = () => {
    const text = pending;
    pending = '';
    if (text !== '') stdout.write(text);
  };
  return {
    out: (text: string) => {
      if (pending === '') queueMicrotask(flush);
      pending += text;
    },
    error: (text: string) => {
      flush();
      stderr.write(text);
    },
  };
}

/** Returns the command that lists the checklist items left. */
function checklistCommand(flags: Flags, { calledAs, cwd }: FrontEndIo): string {
  const invocation = invocationOf(calledAs ?? defaultName, [], cwd, flags);
  return commandLine(completed(['erp-deploy', 'checklist'], invocation));
}

/** Returns the outputs; in ASCII if the terminal displays nothing else. */
async function displayable({
  env,
  stdout,
  stderr,
}: FrontEndIo): Promise<Pick<Terminal, 'stdout' | 'stderr'>> {
  if (isUnicode(env)) return { stdout, stderr };
  const { asciiOutput } = await import('../../screens/ascii.ts');
  return { stdout: asciiOutput(stdout), stderr: asciiOutput(stderr) };
}

/** Adds a passphrase prompt: only the operator can enter the passphrase of a locked key. */
function withPassphrasePrompt(plain: OpenFrontEnd, flags: Flags, terminal: FrontEndIo): OpenFrontEnd {
  if (!canPrompt(flags, terminal)) return plain;
  return {
    ...plain,
    ask: async (question, signal) => {
      if (question.type !== 'passphrase') return plain.ask(question, signal);
      return (await import('./passphrase.ts')).askPassphrase(
        question,
        terminal,
        terminal.adapters.ownProcess,
        signal,
      );
    },
  };
}
