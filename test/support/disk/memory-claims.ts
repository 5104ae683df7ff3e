import type { ProcessIdentity, ProcessTable } from '../../../src/domain/ports/process-table.ts';
import type { ClaimFolder, LivenessSockets } from '../../../src/domain/ports/workspace-lock.ts';

/** Awaited before each operation of the folder, so that a property test can let another process go first. */
export type Turn = () => Promise<void>;

const atOnce: Turn = async () => undefined;

/** A folder of numbered entries in memory; each operation is atomic. */
export class MemoryClaims {
  readonly numbered = new Map<number, string>();
  /** Socket files by name, with whether their process listens. */
  readonly listening = new Map<string, boolean>();

  /** Returns the folder as one process sees it. */
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
      sockets: this.#sockets(turn),
    };
  }

  #sockets(turn: Turn): LivenessSockets {
    const { listening } = this;
    return {
      listen: async () => {
        await turn();
        const name = `${(this.#made++).toString(16).padStart(8, '0')}.sock`;
        listening.set(name, true);
        return { socket: { name, device: '1', inode: name }, close: async () => void listening.delete(name) };
      },
      stateOf: async ({ name }) => {
        await turn();
        const listens = listening.get(name);
        return listens === undefined ? 'unknown' : listens ? 'running' : 'gone';
      },
      removeAllBut: async (kept) => {
        await turn();
        for (const name of listening.keys()) if (name !== kept) listening.delete(name);
      },
    };
  }

  #made = 0;

  /** Kills every listening process; their socket files stay. */
  killAll(): void {
    for (const name of this.listening.keys()) this.listening.set(name, false);
  }
}

export const someone: ProcessIdentity = {
  pid: 100,
  started: '5000',
  boot: 'boot-1',
  host: 'laptop',
  user: 'david',
  pidNamespace: 'pid:[1]',
};

/** A machine on which the named processes run, as one of them sees it. */
export function processesOf(self: ProcessIdentity, running: readonly ProcessIdentity[] = []): ProcessTable {
  const alive = [self, ...running];
  return {
    self: async () => self,
    isRunning: async ({ pid, started, boot, host, pidNamespace }) => {
      if (host !== self.host) return 'unknown';
      if (boot === self.boot && pidNamespace !== self.pidNamespace) return 'unknown';
      const there = alive.some((one) => one.pid === pid && one.started === started && one.boot === boot);
      return there ? 'running' : 'gone';
    },
  };
}
