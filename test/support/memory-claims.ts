import type { ClaimFolder, ProcessIdentity, ProcessTable } from '../../src/domain/ports.ts';

/** Where a property test lets another process go first: awaited before each step of the folder. */
export type Turn = () => Promise<void>;

const atOnce: Turn = async () => undefined;

/** Numbered entries in memory: each operation happens at once, when its turn comes. */
export class MemoryClaims {
  readonly numbered = new Map<number, string>();

  /** The folder as one process sees it. */
  as(turn: Turn = atOnce): ClaimFolder {
    const { numbered } = this;
    return {
      entries: async () => {
        await turn();
        return [...numbered].map(([number, text]) => ({ number, text })).sort((a, b) => a.number - b.number);
      },
      claim: async (number, text) => {
        await turn();
        if (numbered.has(number)) return false;
        numbered.set(number, text);
        return true;
      },
      replace: async (number, text) => {
        await turn();
        numbered.set(number, text);
      },
      remove: async (number) => {
        await turn();
        numbered.delete(number);
      },
    };
  }
}

export const someone: ProcessIdentity = {
  pid: 100,
  started: '5000',
  boot: 'boot-1',
  host: 'laptop',
  user: 'david',
};

/** A machine on which the named processes run, as one of them sees it. */
export function processesOf(self: ProcessIdentity, running: readonly ProcessIdentity[] = []): ProcessTable {
  const alive = [self, ...running];
  return {
    self: async () => self,
    isRunning: async ({ pid, started, boot, host }) => {
      if (host !== self.host) return 'unknown';
      const there = alive.some((one) => one.pid === pid && one.started === started && one.boot === boot);
      return there ? 'running' : 'gone';
    },
  };
}
