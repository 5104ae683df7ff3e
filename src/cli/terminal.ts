import type { CommandName } from '../domain/events.ts';
import { jsonFrontEnd } from '../headless/json.ts';
import { plainFrontEnd } from '../headless/plain.ts';
import type { Flags } from './flags.ts';
import type { OpenFrontEnd, Terminal } from './open-front-end.ts';

/** Whether the run can ask: a person at a terminal, who did not say that they want no questions. */
export function canAsk(flags: Flags, { stdin, stdout }: Terminal): boolean {
  return !flags.nonInteractive && !flags.json && stdin.isTTY === true && stdout.isTTY === true;
}

export async function frontEndFor(
  name: CommandName,
  flags: Flags,
  terminal: Terminal,
): Promise<OpenFrontEnd> {
  const out = (text: string) => void terminal.stdout.write(text);
  const error = (text: string) => void terminal.stderr.write(text);
  const still = async () => undefined;
  if (flags.json) return { ...jsonFrontEnd(out, error), close: still };
  if (name === 'run' && canAsk(flags, terminal)) {
    return (await import('./wizard.ts')).wizardFrontEnd(flags, terminal);
  }
  const options = { verbose: flags.verbose, plan: name === 'plan' };
  if (name !== 'run' || terminal.stdout.isTTY !== true) {
    // SQL that is asked for comes alone on stdout: a person puts it into a file.
    return { ...plainFrontEnd(flags.repairSql ? error : out, error, options), close: still };
  }
  return (await import('../headless/listr.ts')).listrFrontEnd(out, error, options);
}
