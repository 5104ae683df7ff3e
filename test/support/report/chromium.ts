import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's own browser. */
const program = '/usr/bin/chromium';

/** @throws with what to install where there is none: a test that needs a browser must not pass without */
export async function openChromium(): Promise<Browser> {
  if (!existsSync(program)) throw new Error('This test needs a browser: apt-get install chromium.');
  // As root it has no sandbox; it opens nothing but a page of this test.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}
