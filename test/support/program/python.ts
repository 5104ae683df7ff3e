import { execFileSync } from 'node:child_process';

/**
 * Debian's Python comes first, because Debian packages are installed for it, even if another Python is first in PATH.
 */
const candidates = ['/usr/bin/python3', 'python3'];

/**
 * Returns the path of a Python with this module.
 * @param from the Debian package of the module
 * @throws an error that names the package if there is none, because a test must not pass without the module
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
