import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../assets/remote', import.meta.url));

/** A script of assets/remote. */
export interface RemoteScript {
  /** The text of its file. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Every script that runs on a host. */
export const remoteScripts: readonly RemoteScript[] = readdirSync(folder)
  .toSorted()
  .map((name) => {
    const path = join(folder, name);
    return { name, path, text: readFileSync(path, 'utf8') };
  });
