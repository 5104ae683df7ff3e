import type { Change, PathBefore } from '../domain/change.ts';
import type { Files, Http, Processes, SqlTarget } from '../domain/ports.ts';

interface LookingParts {
  readonly files: Files;
  readonly processes: Processes;
  readonly http: Http;
  sql(database: Extract<Change, { kind: 'sql' }>['database']): SqlTarget;
}

/** Looks whether the world is still the one for which the change was confirmed. Changes nothing. */
export async function stillAsConfirmed(
  parts: LookingParts,
  change: Change,
  signal: AbortSignal,
): Promise<boolean> {
  switch (change.kind) {
    case 'write':
      return pathIs(parts.files, change.path, change.before);
    case 'move':
      return (
        (await pathIs(parts.files, change.from, change.before)) &&
        (await pathIs(parts.files, change.to, { state: 'absent' }))
      );
    case 'sql':
      return (await parts.sql(change.database).head()) === change.before.head;
    case 'command':
      if (change.onlyIf === null) return true;
      return (await parts.processes.run(change.onlyIf, change.cwd, signal)).exitCode === 0;
    case 'request':
      if (change.before === null) return true;
      return (await parts.http.request('GET', change.before.url, null, signal)).etag === change.before.etag;
  }
}

async function pathIs(files: Files, path: string, before: PathBefore): Promise<boolean> {
  const node = await files.look(path);
  if (before.state === 'absent') return node.type === 'absent';
  return node.type === 'file' && (await files.hash(path)) === before.sha256;
}
