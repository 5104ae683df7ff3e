import type { Opens } from './screen.ts';
import type { WizardStore } from './store.ts';
import type { TerminalLoan } from './terminal-loan.ts';

/** Runs the programs that show or open something. Each program has the terminal while it runs. */
export interface OpeningHost {
  /** Shows a text in the pager. */
  page(text: string): Promise<void>;
  /** Opens a file in the operator's editor, or in the pager. */
  openFile(path: string): Promise<void>;
  /** Opens a URL in a browser. Returns whether there is one. */
  openUrl(url: string): Promise<boolean>;
}

interface Parts {
  readonly host: OpeningHost;
  readonly loan: TerminalLoan;
  readonly store: WizardStore;
  /** Copies a text to the clipboard of the terminal. */
  readonly copy: (text: string) => void;
  /** Whether the wizard still has the terminal. */
  readonly isOpen: () => boolean;
}

/** Opens what a key requested. If there is no browser, as over SSH, a URL is copied to the clipboard. */
export async function openWhat(what: Opens, { host, loan, store, copy, isOpen }: Parts): Promise<void> {
  if (what.type === 'file')
    return loan.lend(() => host.openFile(what.path).finally(() => store.notice(null)));
  if (what.type === 'url') {
    return loan.lend(async () => {
      const hasBrowser = await host.openUrl(what.url);
      if (!hasBrowser) copy(what.url);
      store.notice(hasBrowser ? null : 'no browser here: URL copied');
    });
  }
  const log = (await store.snapshot().ui.containerLogs?.read(what.step)) ?? '';
  if (!isOpen()) return;
  store.notice(null);
  loan.lend(() => host.page(log));
}
