import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's browser. */
const program = '/usr/bin/chromium';

/**
 * @throws an error that names the package to install if there is none, because a test that needs a browser must not
 * pass without one
 */
export async function openChromium(): Promise<Browser> {
  if (!existsSync(program)) throw new Error('This test needs a browser: apt-get install chromium.');
  // As root Chromium has no sandbox; it opens only a page of this test.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}
