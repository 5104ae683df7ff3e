import { showInPager } from '../adapters/pager.ts';
import { summaryLines } from '../headless/summary.ts';
import { wrapText } from '../screens/wrap.ts';
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
      return wizard.ask(question, signal);
    },
    beforeStep: async (signal) => wizard.beforeStep?.(signal),
    close: async () => {
      await wizard.close();
      const { columns } = terminal.stdout;
      const lines = summaryLines(wizard.rollout()).flatMap((line) => folded(line, columns || 80));
      terminal.stdout.write(`${lines.join('\n')}\n`);
    },
  };
}

/** Folded between words. A line with a path in it is left to the terminal: it is to be copied in one piece. */
function folded(line: string, columns: number): readonly string[] {
  const copied = line.split(' ').some((word) => word.length > columns / 2);
  return copied ? [line] : wrapText(line, columns, '    ');
}
