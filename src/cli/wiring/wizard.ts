import { summaryLines } from '../../headless/summary.ts';
import { wrapText } from '../../screens/wrap.ts';
import { invocationOf, textAsInvoked } from './as-invoked.ts';
import { hasColors } from './colors.ts';
import type { Flags } from './flags.ts';
import { defaultName } from './io.ts';
import type { FrontEndIo, OpenFrontEnd } from './open-front-end.ts';

/** The wizard on this terminal; when it is closed, a summary stays in the shell's scrollback. */
export async function wizardFrontEnd(flags: Flags, io: FrontEndIo): Promise<OpenFrontEnd> {
  const { openWizard } = await import('../../screens/wizard.tsx');
  const { stdin, stdout, stderr, env, adapters } = io;
  const host = {
    process: adapters.ownProcess,
    showLog: (path: string) => adapters.ownProcess.page(env.PAGER || 'less -R', path, env),
  };
  const isSpoken = env.INK_SCREEN_READER === 'true';
  const isColored = hasColors(flags.color, env);
  const wizard = openWizard(host, { stdin, stdout, stderr, isColored, isSpoken });
  return {
    tell: (event) => wizard.tell(event),
    ask: async (question, signal) => {
      if (flags.yes && question.type === 'confirm-plan') return { type: 'approve' };
      if (flags.yes && question.type === 'words') return { type: 'decline' };
      return wizard.ask(question, signal);
    },
    beforeStep: async (signal) => wizard.beforeStep?.(signal),
    close: async () => {
      await wizard.close();
      const { columns } = stdout;
      const invocation = invocationOf(io.calledAs ?? defaultName, io.cwd, flags);
      const lines = summaryLines(wizard.rollout()).flatMap((line) =>
        folded(textAsInvoked(line, invocation), columns || 80),
      );
      stdout.write(`${lines.join('\n')}\n`);
    },
  };
}

/** Folded between words. A line to copy from is left to the terminal: a command, an excerpt, a long path. */
export function folded(line: string, columns: number): readonly string[] {
  const copied = toCopy.test(line) || line.split(' ').some((word) => word.length > columns / 2);
  return copied ? [line] : wrapText(line, columns, '    ');
}

/** A way out with a command behind its colon, all that follows a problem's first lines, or a command of ours. */
const toCopy = /^ {2}do .*: |^ {4}|: (?:npx |\S*\/)?erp-deploy(?: |$)/;
