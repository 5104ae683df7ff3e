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

/** What the wizard needs of the program around it. */
export interface WizardHost extends OpeningHost {
  readonly process: OwnProcess;
  /** Shows the log in the user's pager, which has the terminal meanwhile. */
  showLog(path: string): Promise<void>;
}

/** Where the wizard is drawn, and where its keys come from. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isColored: boolean;
  /** Whether it displays only ASCII. */
  readonly isAscii: boolean;
}

export interface Wizard extends FrontEnd {
  /** Returns the rollout as all events so far describe it. */
  rollout(): RolloutState;
  /** Restores the terminal to its state before the wizard. */
  close(): Promise<void>;
}

const inkOptions = {
  exitOnCtrlC: false,
  alternateScreen: true,
  incrementalRendering: true,
  // The store decides how often it is painted: Ink would delay the reaction to a key, twice.
  maxFps: 1000,
  patchConsole: false,
  // A user is at the terminal, whatever the environment says about CI.
  interactive: true,
  // A screen reader gets the plain view instead.
  isScreenReaderEnabled: false,
} as const;

/** Opens the wizard on the terminal. Its first frame needs no check of anything. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what the wizard opens refers to each other
export function openWizard(host: WizardHost, terminal: Terminal): Wizard {
  const { stdin, stderr, isColored, isAscii } = terminal;
  const stdout = isAscii ? asciiOutput(terminal.stdout) : terminal.stdout;
  // A frame is drawn from the cursor on, which typed or printed text may have moved.
  const toLineStart = () => void stdout.write('\r');
  stdin.setRawMode?.(true);
  toLineStart();
  stdout.write(alternateScroll.on);
  const signals = host.process.onSignals({
    stop: () => store.stopping(),
    suspend: () => loan.lend(() => host.process.suspend()),
    // Another program may have changed the terminal's modes meanwhile: lending it and taking it back sets ours.
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
    // What was drawn between the resize and its signal may have wrapped, so the screen is cleared.
    app.clear();
    stdout.write(homeAndErase);
  });
  // Ink's own hook on the end of the process is lost if another library removes its hook (signal-exit).
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

/** OSC 52: puts a text into the clipboard of the terminal, also through SSH. Source: xterm's ctlseqs */
function clipboard(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}

/**
 * The wheel sends arrow keys on the alternate screen, and the mouse still selects text. The setting from before is saved
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
