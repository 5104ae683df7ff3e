import { showInPager } from '../adapters/pager.ts';
import { summaryLines } from '../headless/summary.ts';
import { wrapText } from '../screens/wrap.ts';
import { invocationOf, textAsInvoked } from './as-invoked.ts';
import type { Flags } from './flags.ts';
import type { OpenFrontEnd, Terminal } from './open-front-end.ts';

/** Milliseconds after which a stop signal to ourselves has arrived: kill(2) may answer before it does. */
const signalPatience = 100;

/** The wizard on this terminal; when it is closed, a summary stays in the shell's scrollback. */
export async function wizardFrontEnd(flags: Flags, terminal: Terminal): Promise<OpenFrontEnd> {
  // What Ink colours with reads this one alone, and as soon as it is loaded.
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  const { openWizard } = await import('../screens/wizard.tsx');
  const host = {
    interrupt: () => void process.kill(process.pid, 'SIGINT'),
    showLog: (path: string) => showInPager(process.env.PAGER || 'less -R', path),
    suspendProcess: async () => {
      // The whole group: under an older Node's wrapper, the shell waits for that one.
      process.kill(0, 'SIGTSTP');
      await new Promise((resolve) => setTimeout(resolve, signalPatience));
      // The shell alone was told of a new size: this makes Node ask for it.
      process.kill(process.pid, 'SIGWINCH');
    },
  };
  const wizard = openWizard(host, terminal);
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
      const { columns } = terminal.stdout;
      const invocation = invocationOf(process.argv[1], flags);
      const lines = summaryLines(wizard.rollout()).flatMap((line) =>
        folded(textAsInvoked(line, invocation), columns || 80),
      );
      terminal.stdout.write(`${lines.join('\n')}\n`);
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
