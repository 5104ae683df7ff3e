import type { Database } from '../domain/ports.ts';
import { inspectedIn } from './inspected-in.ts';

/** Returns the version of a database's server, such as `17.6`. */
export function versionOf(database: Database): Promise<string> {
  return inspectedIn(database, 'version', async () => {
    const [row] = await (await database.session()).query(
      "select current_setting('server_version') as version",
    );
    return String(row?.version);
  });
}
