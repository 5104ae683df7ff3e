import type { Listening, OwnProcess, SignalReactions } from '../domain/ports/own-process.ts';
import { openWith, showInPager } from './pager.ts';

/** Milliseconds until a stop signal to this process has arrived, because kill(2) may return before that. */
const signalDelay = 100;

const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** This process. */
export const ownProcess: OwnProcess = {
  nodeVersion: process.versions.node,
  interrupt: () => void process.kill(process.pid, 'SIGINT'),
  suspend: async () => {
    // The whole process group, because the shell waits for the wrapper if an older Node started this process.
    process.kill(0, 'SIGTSTP');
    await new Promise((resolve) => setTimeout(resolve, signalDelay));
    // While suspended, only the shell was notified of a new terminal size. This makes Node query it.
    process.kill(process.pid, 'SIGWINCH');
  },
  onSignals,
  onResize: (act) => listening('SIGWINCH', act),
  onExit: (act) => listening('exit', act),
  page: showInPager,
  openWith,
};

function onSignals({ stop, suspend, continued }: SignalReactions) {
  const takeSuspension = () => {
    process.on('SIGTSTP', suspend);
    process.on('SIGCONT', continued);
  };
  const leaveSuspension = () => {
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', continued);
  };
  for (const one of stops) process.on(one, stop);
  takeSuspension();
  return {
    takeSuspension,
    leaveSuspension,
    dispose: () => {
      for (const one of stops) process.off(one, stop);
      leaveSuspension();
    },
  };
}

function listening(event: 'SIGWINCH' | 'exit', act: () => void): Listening {
  process.on(event, act);
  return { dispose: () => void process.off(event, act) };
}
