import type { FrontEndIo } from './open-front-end.ts';

/** Opens files and URLs with the operator's own programs. */
interface Opener {
  /** Opens a file in $VISUAL or $EDITOR, or in the pager; what is in the terminal has it meanwhile. */
  openFile(path: string): Promise<void>;
  /** Opens a URL in a browser. Returns whether there is one; over SSH there usually is not. */
  openUrl(url: string): Promise<boolean>;
}

/** Returns how this machine opens files and URLs. Source: environ(7), xdg-open(1) */
export function openerOf({ env, adapters }: Pick<FrontEndIo, 'env' | 'adapters'>): Opener {
  const { ownProcess } = adapters;
  const editor = env.VISUAL || env.EDITOR || env.PAGER || 'less';
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  const browser = env.BROWSER || (hasDisplay ? 'xdg-open' : null);
  return {
    openFile: async (path) => void (await ownProcess.openWith(editor, path, env)),
    openUrl: async (url) => browser !== null && (await ownProcess.openWith(browser, url, env)) === 0,
  };
}
