import { summaryLines } from '../../headless/summary.ts';
import { asciiOutput } from '../../screens/ascii.ts';
import type { Wizard } from '../../screens/wizard.tsx';
import { wrapText } from '../../screens/wrap.ts';
import { hasColors } from './colors.ts';
import type { Flags } from './flags.ts';
import { completed, invocationOf } from './invocation.ts';
import { defaultName } from './io.ts';
import { isUnicode } from './locale.ts';
import type { FrontEndIo, OpenFrontEnd } from './open-front-end.ts';
import { openerOf } from './opener.ts';
import { readLogText } from './read-log.ts';

/** Opens the wizard on this terminal. Closing it prints a summary that stays in the scrollback. */
export async function wizardFrontEnd(flags: Flags, io: FrontEndIo): Promise<OpenFrontEnd> {
  const { openWizard } = await import('../../screens/wizard.tsx');
  const { stdin, stdout, stderr, env, adapters } = io;
  const page = (text: string) => adapters.ownProcess.page(env.PAGER || 'less -R', text, env);
  const host = {
    process: adapters.ownProcess,
    showLog: async (path: string) => page(await readLogText(adapters, path)),
    page,
    ...openerOf(io),
  };
  const isAscii = !isUnicode(env);
  const wizard = openWizard(host, { stdin, stdout, stderr, isColored: hasColors(flags.color, env), isAscii });
  return askedOf(wizard, flags, async () => {
    const out = isAscii ? asciiOutput(stdout) : stdout;
    out.write(`${closingLines(wizard, flags, io).join('\n')}\n`);
  });
}

/** Returns the wizard as a front end that asks nothing which a flag answers. */
export function askedOf(wizard: Wizard, flags: Flags, closed: () => Promise<void>): OpenFrontEnd {
  return {
    show: (event) => wizard.show(event),
    ask: async (question, signal) => {
      if (flags.yes && question.type === 'confirm-plan') return { type: 'approve' };
      if (flags.yes && question.type === 'words') return { type: 'decline' };
      return wizard.ask(question, signal);
    },
    beforeStep: async (signal) => wizard.beforeStep?.(signal),
    offerLogs: (logs) => wizard.offerLogs?.(logs),
    close: async () => {
      await wizard.close();
      await closed();
    },
  };
}

/** Returns the summary of the rollout, wrapped to the terminal. */
export function closingLines(wizard: Wizard, flags: Flags, io: FrontEndIo): readonly string[] {
  const { columns } = io.stdout;
  const invocation = invocationOf(io.calledAs ?? defaultName, [], io.cwd, flags);
  return summaryLines(wizard.rollout(), (argv) => completed(argv, invocation)).flatMap((line) =>
    wrapped(line, columns || 80),
  );
}

/** Wraps a line between words. A line to copy from (a command, an excerpt, a long path) is not wrapped. */
export function wrapped(line: string, columns: number): readonly string[] {
  const isToCopy = toCopy.test(line) || line.split(' ').some((word) => word.length > columns / 2);
  return isToCopy ? [line] : wrapText(line, columns, '    ');
}

/** Matches a suggested command after a colon, the excerpt of a problem, and a command of erp-deploy. */
const toCopy = /^ {2}do .*: |^ {4}|: (?:npx |\S*\/)?erp-deploy(?: |$)/;
