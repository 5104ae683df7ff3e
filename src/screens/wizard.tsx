import { render, useApp, useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import type { FrontEnd } from '../domain/front-end.ts';
import type { Input, Output, OwnProcess } from '../domain/ports/own-process.ts';
import type { RolloutState } from '../domain/reducer.ts';
import { asciiOutput } from './ascii.ts';
import { onEveryResize, sizeOf } from './every-resize.ts';
import { keyPressesOf } from './ink-key.ts';
import { type OpeningHost, openWhat } from './opening.ts';
import { WizardStore } from './store.ts';
import { readAgain, stopReading, TerminalLoan } from './terminal-loan.ts';
import { Colored } from './view/Text.tsx';
import { WizardView } from './view/WizardView.tsx';

/** The parts of the program that the wizard uses. */
export interface WizardHost extends OpeningHost {
  readonly process: OwnProcess;
  /** Shows the log in the operator's pager, which has the terminal while it runs. */
  showLog(path: string): Promise<void>;
}

/** The terminal on which the wizard is drawn, and from which it reads keys. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isColored: boolean;
  /** Whether the terminal displays only ASCII. */
  readonly isAscii: boolean;
}

export interface Wizard extends FrontEnd {
  /** Returns the state of the rollout after all events so far. */
  rollout(): RolloutState;
  /** Restores the terminal to its state before the wizard. */
  close(): Promise<void>;
}

const inkOptions = {
  exitOnCtrlC: false,
  alternateScreen: true,
  incrementalRendering: true,
  // The store limits the repaints. Ink's own limits would delay the reaction to a key twice.
  maxFps: 1000,
  patchConsole: false,
  // There is an operator at the terminal, even if a variable of the environment says that this is CI.
  interactive: true,
  // Screen readers get the plain view instead.
  isScreenReaderEnabled: false,
} as const;

/** Opens the wizard on the terminal. Its first frame is drawn before anything is checked. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what the wizard opens refers to each other
export function openWizard(host: WizardHost, terminal: Terminal): Wizard {
  const { stdin, stderr, isColored, isAscii } = terminal;
  const stdout = isAscii ? asciiOutput(terminal.stdout) : terminal.stdout;
  // A frame is drawn from the cursor's position, which typed or printed text may have changed.
  const toLineStart = () => void stdout.write('\r');
  stdin.setRawMode?.(true);
  toLineStart();
  stdout.write(alternateScroll.on);
  const signals = host.process.onSignals({
    stop: () => store.stopping(),
    suspend: () => loan.lend(() => host.process.suspend()),
    // Another program may have changed the terminal's modes meanwhile. Lending the terminal and taking it back restores
    // them.
    continued: () => loan.lend(() => Promise.resolve()),
  });
  const loan = new TerminalLoan(
    () => {
      stdout.write(alternateScroll.off);
      stopReading(stdin);
      signals.leaveSuspension();
    },
    () => {
      readAgain(stdin);
      stdout.write(alternateScroll.on);
      signals.takeSuspension();
      toLineStart();
    },
  );
  const copy = (text: string) => void stdout.write(clipboard(text));
  let isOpen = true;
  const store = new WizardStore(
    {
      interrupt: () => host.process.interrupt(),
      log: () =>
        loan.lend(async () => (store.rollout.log === null ? undefined : host.showLog(store.rollout.log))),
      suspend: () => loan.lend(() => host.process.suspend()),
      copy,
      open: (what) => void openWhat(what, { host, loan, store, copy, isOpen: () => isOpen }),
    },
    sizeOf(stdout),
    isAscii,
  );
  const resizes = onEveryResize(host.process, stdout, () => {
    store.resize(sizeOf(stdout));
    if (loan.isLent) return;
    // Lines that were drawn between the resize and its signal may have wrapped, so the screen is cleared.
    app.clear();
    stdout.write(homeAndErase);
  });
  // Ink's own hook at the end of the process is lost if another library removes its signal-exit hook.
  const exits = host.process.onExit(() => {
    stdout.write(alternateScroll.off);
    app.unmount();
  });
  const screen = (
    <Colored.Provider value={isColored}>
      <WizardScreen store={store} loan={loan} />
    </Colored.Provider>
  );
  const app = render(screen, { stdin, stdout, stderr, ...inkOptions });
  return {
    show: (event) => store.show(event),
    ask: (question, signal) => store.ask(question, signal),
    beforeStep: (signal) => store.beforeStep(signal),
    offerLogs: (logs) => store.offerLogs(logs),
    rollout: () => store.rollout,
    close: async () => {
      isOpen = false;
      resizes.dispose();
      store.close();
      await loan.untilReturned();
      signals.dispose();
      exits.dispose();
      app.unmount();
      await app.waitUntilExit();
      stdout.write(alternateScroll.off);
    },
  };
}

/** OSC 52: copies a text to the clipboard of the terminal, also over SSH. Source: xterm's ctlseqs */
function clipboard(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}

/**
 * On the alternate screen, the wheel sends arrow keys, and the mouse still selects text. The previous setting is saved
 * and restored. Source: xterm's ctlseqs, DECSET 1007, XTSAVE and XTRESTORE
 */
const alternateScroll = { on: '\x1b[?1007s\x1b[?1007h', off: '\x1b[?1007r' } as const;

/** Cursor to the upper left corner; everything from there on is erased. */
const homeAndErase = '\x1b[H\x1b[J';

interface ScreenProps {
  readonly store: WizardStore;
  readonly loan: TerminalLoan;
}

/** Subscribes to the store, and passes keys on to it. */
function WizardScreen({ store, loan }: ScreenProps) {
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  loan.setLender(useApp().suspendTerminal);
  useInput((input, key) => store.type(keyPressesOf(input, key)));
  usePaste((text) => store.type([{ key: 'paste', text }]));
  return <WizardView state={state} />;
}
