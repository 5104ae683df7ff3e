import { render, useApp, useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import type { FrontEnd } from '../domain/front-end.ts';
import type { RolloutState } from '../domain/reducer.ts';
import { keyPressesOf } from './ink-key.ts';
import { WizardStore } from './store.ts';
import type { Size } from './ui.ts';
import { WizardView } from './wizard-view.tsx';

/** What the wizard asks of the program around it. */
export interface WizardHost {
  /** As if the terminal had sent it: stops safely, and a second time at once. */
  interrupt(): void;
  /** Shows the log in the person's pager; the terminal is theirs meanwhile. */
  showLog(path: string): Promise<void>;
  /** Stops this process until it is continued; the terminal is the shell's meanwhile. */
  suspendProcess(): Promise<void>;
}

export interface Wizard extends FrontEnd {
  /** What was told so far. */
  rollout(): RolloutState;
  /** Gives the terminal back as it was found. */
  close(): Promise<void>;
}

/** Opens the wizard on the terminal. Its first frame needs nothing of the world. */
export function openWizard(host: WizardHost, stdout: NodeJS.WriteStream): Wizard {
  const loan = new Loan();
  const store = new WizardStore(
    {
      interrupt: () => host.interrupt(),
      log: () =>
        loan.lend(async () => (store.rollout.log === null ? undefined : host.showLog(store.rollout.log))),
      suspend: () => loan.lend(() => host.suspendProcess()),
    },
    sizeOf(stdout),
  );
  const resize = () => store.resize(sizeOf(stdout));
  // Before Ink listens: what it lays out after a resize has the new size already.
  stdout.on('resize', resize);
  const app = render(<WizardScreen store={store} loan={loan} />, {
    stdout,
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    // Somebody sits there, whatever the environment says of CI.
    interactive: true,
  });
  return {
    tell: (event) => store.tell(event),
    ask: (question, signal) => store.ask(question, signal),
    beforeStep: (signal) => store.beforeStep(signal),
    rollout: () => store.rollout,
    close: async () => {
      stdout.off('resize', resize);
      store.close();
      await loan.returned();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

type Lender = (act: () => Promise<void>) => Promise<void>;

/** The terminal, lent to one at a time. */
class Loan {
  #lender: Lender | null = null;
  #current: Promise<void> | null = null;

  openBy(lender: Lender): void {
    this.#lender = lender;
  }

  /** Nothing happens where it is lent already: keys that came in one piece may ask twice. */
  lend(act: () => Promise<void>): void {
    if (this.#current !== null || this.#lender === null) return;
    this.#current = this.#lender(act).finally(() => {
      this.#current = null;
    });
  }

  /** Whoever has the terminal is left to finish. */
  async returned(): Promise<void> {
    await this.#current;
  }
}

interface ScreenProps {
  readonly store: WizardStore;
  readonly loan: Loan;
}

/** Subscribes, and hands keys on; everything that is decided is decided elsewhere. */
function WizardScreen({ store, loan }: ScreenProps) {
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  loan.openBy(useApp().suspendTerminal);
  useInput((input, key) => store.type(keyPressesOf(input, key)));
  usePaste((text) => store.type([{ key: 'paste', text }]));
  return <WizardView state={state} />;
}
