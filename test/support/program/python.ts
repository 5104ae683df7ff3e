import { execFileSync } from 'node:child_process';

/** Debian's own first: its packages are for that one, whatever else is first in the path. */
const candidates = ['/usr/bin/python3', 'python3'];

/**
 * A Python that has this module.
 * @param from Debian's package of it
 * @throws with what to install where there is none: a test must not pass without
 */
export function pythonWith(module: string, from: string): string {
  const found = candidates.find((python) => {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  });
  if (found !== undefined) return found;
  throw new Error(`This test needs Python with ${module}: apt-get install ${from}.`);
}
