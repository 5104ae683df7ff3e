import { packageFiles } from '../../adapters/package-files.ts';
import type { Assets } from '../../workspace/context.ts';

/** The folder of the package, which contains `assets/`. */
const packageRoot = new URL(
  '..',
  import.meta.url.endsWith('.ts') ? new URL('../..', import.meta.url) : import.meta.url,
);

const packaged = packageFiles(packageRoot);

export const assets: Assets = { read: (path) => packaged.read(`assets/${path}`) };

/**
 * Returns the version in package.json.
 * @throws on a package.json without one, which no release has
 */
export function programVersion(): string {
  // Checked by hand: `--version` and `--help` need nothing else of zod, which takes longer to load than they run.
  const { version }: { version?: unknown } = JSON.parse(packaged.readNow('package.json'));
  if (typeof version !== 'string') throw new TypeError('package.json names no version');
  return version;
}
