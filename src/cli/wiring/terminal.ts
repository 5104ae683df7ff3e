import type { CommandName } from '../../domain/events.ts';
import { jsonFrontEnd } from '../../headless/json.ts';
import { plainFrontEnd } from '../../headless/plain.ts';
import { hasColors } from './colors.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './io.ts';
import type { FrontEndIo, OpenFrontEnd } from './open-front-end.ts';

/** Whether the run can ask: a person at a terminal, who did not say that they want no questions. */
export function canAsk(flags: Flags, { stdin, stdout }: Terminal): boolean {
  return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stdout.isTTY === true;
}

/**
 * Whether a command without a screen of its own can ask: what it answers on stdout may go into a file or a pipe,
 * since the question stands on stderr.
 */
function canAskUnseen(flags: Flags, { stdin, stderr }: Terminal): boolean {
  return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stderr.isTTY === true;
}

/** Whether a command walks steps and changes things, as `run` does. */
export function isRollOut(name: CommandName): boolean {
  return name === 'run' || name === 'docs' || name === 'rollback';
}

export async function frontEndFor(
  name: CommandName,
  flags: Flags,
  terminal: FrontEndIo,
): Promise<OpenFrontEnd> {
  const out = (text: string) => void terminal.stdout.write(text);
  const error = (text: string) => void terminal.stderr.write(text);
  const still = async () => undefined;
  if (flags.json) return { ...jsonFrontEnd(out, error), close: still };
  if (isRollOut(name) && canAsk(flags, terminal)) {
    return (await import('./wizard.ts')).wizardFrontEnd(flags, terminal);
  }
  const options = { verbose: flags.verbose, plan: name === 'plan' || name === 'rollback' };
  // A list that is drawn again and again has no room for all that happens.
  if (!isRollOut(name) || terminal.stdout.isTTY !== true || flags.verbose) {
    // What is asked for comes alone on stdout: a person, or a script, takes it from there.
    const alone = flags.repairSql || name === 'token' || (name === 'checklist' && !flags.write);
    const plain = { ...plainFrontEnd(alone ? error : out, error, options), close: still };
    return isRollOut(name) ? plain : askingUnseen(plain, flags, terminal);
  }
  const { stdout, stderr } = terminal;
  const isColored = hasColors(flags.color, terminal.env);
  return (await import('../../headless/listr.ts')).listrFrontEnd({ stdout, stderr, isColored }, options);
}

/** Without a screen, one thing is asked all the same: what opens a locked key is in nobody's hands but a person's. */
function askingUnseen(plain: OpenFrontEnd, flags: Flags, terminal: FrontEndIo): OpenFrontEnd {
  if (!canAskUnseen(flags, terminal)) return plain;
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
