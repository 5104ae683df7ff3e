import { render, useApp, useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import type { FrontEnd } from '../domain/front-end.ts';
import type { Input, Output, OwnProcess } from '../domain/ports.ts';
import type { RolloutState } from '../domain/reducer.ts';
import { onEveryResize, sizeOf } from './every-resize.ts';
import { keyPressesOf } from './ink-key.ts';
import { WizardStore } from './store.ts';
import { readAgain, stopReading, TerminalLoan } from './terminal-loan.ts';
import { Colored } from './view/Text.tsx';
import { WizardView } from './view/WizardView.tsx';

/** What the wizard asks of the program around it. */
export interface WizardHost {
  readonly process: OwnProcess;
  /** Shows the log in the person's pager; the terminal is theirs meanwhile. */
  showLog(path: string): Promise<void>;
}

/** Where it is drawn, and where the keys come from. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isColored: boolean;
  /** Whether to write words for a screen reader, in place of a drawn screen. */
  readonly isSpoken: boolean;
}

export interface Wizard extends FrontEnd {
  /** What was told so far. */
  rollout(): RolloutState;
  /** Gives the terminal back as it was found. */
  close(): Promise<void>;
}

/** Opens the wizard on the terminal. Its first frame needs nothing of the world. */
export function openWizard(host: WizardHost, terminal: Terminal): Wizard {
  const { stdin, stdout, stderr, isColored, isSpoken } = terminal;
  // A frame is drawn from where the cursor is: what was typed meanwhile, or said, may have moved it.
  const toLineStart = () => void stdout.write('\r');
  stdin.setRawMode?.(true);
  toLineStart();
  const signals = host.process.onSignals({
    stop: () => store.stopping(),
    suspend: () => loan.lend(() => host.process.suspend()),
    // Whoever had the terminal meanwhile left it in modes of their own: given and taken back, it is ours.
    continued: () => loan.lend(() => Promise.resolve()),
  });
  const loan = new TerminalLoan(
    () => {
      stopReading(stdin);
      signals.leaveSuspension();
    },
    () => {
      readAgain(stdin);
      signals.takeSuspension();
      toLineStart();
    },
  );
  const store = new WizardStore(
    {
      interrupt: () => host.process.interrupt(),
      log: () =>
        loan.lend(async () => (store.rollout.log === null ? undefined : host.showLog(store.rollout.log))),
      suspend: () => loan.lend(() => host.process.suspend()),
    },
    sizeOf(stdout),
  );
  const resizes = onEveryResize(host.process, stdout, () => {
    store.resize(sizeOf(stdout));
    if (loan.isLent) return;
    // Whatever was drawn between the resize and the word of it may have wrapped: nothing of it is kept.
    app.clear();
    stdout.write(homeAndErase);
  });
  // Ink's own hook on the end of the process is lost where another library takes its hook back (signal-exit).
  const exits = host.process.onExit(() => app.unmount());
  const screen = (
    <Colored.Provider value={isColored}>
      <WizardScreen store={store} loan={loan} />
    </Colored.Provider>
  );
  const app = render(screen, {
    stdin,
    stdout,
    stderr,
    isScreenReaderEnabled: isSpoken,
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    // How often it is painted, the store decides: Ink would hold a key's answer back, twice.
    maxFps: 1000,
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
      resizes.dispose();
      store.close();
      await loan.returned();
      signals.dispose();
      exits.dispose();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

/** Cursor to the upper left corner; everything from there on is erased. */
const homeAndErase = '\x1b[H\x1b[J';

interface ScreenProps {
  readonly store: WizardStore;
  readonly loan: TerminalLoan;
}

/** Subscribes, and hands keys on; everything that is decided is decided elsewhere. */
function WizardScreen({ store, loan }: ScreenProps) {
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  loan.openBy(useApp().suspendTerminal);
  useInput((input, key) => store.type(keyPressesOf(input, key)));
  usePaste((text) => store.type([{ key: 'paste', text }]));
  return <WizardView state={state} />;
}
