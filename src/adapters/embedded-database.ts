import { dirname, join } from 'node:path';
import type { Database } from '../domain/ports/database.ts';
import type { Files } from '../domain/ports/files.ts';
import type { Session } from '../domain/session.ts';
import type { EmbeddedSession } from './embedded-session.ts';

const folder = '.erp-deploy/embedded';
/** Written when the cluster is complete. Without it, creation was interrupted before any data was stored. */
const marker = '.erp-deploy/embedded.json';

/**
 * The embedded database of a workspace.
 * @param major PostgreSQL's major version of the bundled engine, such as `18`
 * @param open opens a folder with the engine
 * @param openDump loads a dump into memory
 */
export function embeddedDatabase(
  files: Files,
  major: string,
  open: (folder: string) => Promise<EmbeddedSession>,
  openDump: (file: string) => Promise<Session>,
): Database {
  let session: Promise<EmbeddedSession> | undefined;
  let ignored = false;
  const state: Database['state'] = async () => {
    if (ignored) return { is: 'absent' };
    const [cluster, mark] = await Promise.all([files.inspect(folder), files.inspect(marker)]);
    if (cluster.type === 'absent') return { is: 'absent' };
    if (mark.type === 'absent') return { is: 'unfinished' };
    const found = (await files.read(`${folder}/PG_VERSION`)).trim();
    return found === major ? { is: 'present' } : { is: 'foreign', major: found, ours: major };
  };
  const openOnce = () => {
    // Forget an engine that did not start: the next call starts it again, and `close` has nothing to close.
    session ??= open(join(files.root, folder)).catch((error: unknown) => {
      session = undefined;
      throw error;
    });
    return session;
  };
  return {
    target: 'embedded',
    state,
    session: openOnce,
    create: async () => {
      if ((await state()).is === 'present') return openOnce();
      await files.remove(marker);
      await files.remove(folder);
      await files.makeDirectory(folder);
      const created = await openOnce();
      await files.write(marker, `${JSON.stringify({ format: 1, postgres: major })}\n`, 0o600);
      return created;
    },
    dump: async (path) => {
      await files.makeDirectory(dirname(path));
      await (await openOnce()).dump(join(files.root, path));
    },
    openDump: (path) => openDump(join(files.root, path)),
    ignore: () => {
      ignored = true;
    },
    close: async () => {
      if (session !== undefined) await (await session).close();
      session = undefined;
    },
  };
}
