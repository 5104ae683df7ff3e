import type { Change, HostId, PathBefore, RequestChange } from '../domain/change.ts';
import type { SqlApplier } from '../domain/ports/database.ts';
import type { Files } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import type { RequestSender } from '../domain/ports/requests.ts';
import type { Command } from '../domain/shell-script.ts';

interface PreconditionParts {
  readonly files: Files;
  host(id: HostId): Pick<Host, 'files' | 'processes'>;
  requests(api: RequestChange['api']): RequestSender;
  sql(database: Extract<Change, { kind: 'sql' }>['database']): SqlApplier;
}

/** Returns whether the actual state is still the one for which the change was confirmed. */
export async function preconditionHolds(
  parts: PreconditionParts,
  change: Change,
  signal: AbortSignal,
): Promise<boolean> {
  switch (change.kind) {
    case 'write': {
      const files = change.host === undefined ? parts.files : parts.host(change.host).files;
      // On a host, the command that makes the change also checks the precondition; another check would only cost a
      // round trip.
      return files.checksBefore === true || pathIs(files, change.path, change.before);
    }
    case 'move':
      return (
        (await pathIs(parts.files, change.from, change.before)) &&
        (await pathIs(parts.files, change.to, { state: 'absent' }))
      );
    case 'sql':
      return parts.sql(change.database).holds(change);
    case 'command':
      return change.onlyIf === null || succeeds(parts.host(change.host), change.onlyIf, change.cwd, signal);
    case 'request':
      return change.before === null || parts.requests(change.api).holds(change.before, signal);
  }
}

async function succeeds(
  { processes }: Pick<Host, 'processes'>,
  { argv, input }: Command,
  cwd: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await processes.run(argv, cwd, signal, undefined, { input })).exitCode === 0;
}

async function pathIs(files: Files, path: string, before: PathBefore): Promise<boolean> {
  const node = await files.inspect(path);
  if (before.state === 'absent') return node.type === 'absent';
  if (before.state === 'folder') return node.type === 'directory' && (await files.list(path)).length === 0;
  return node.type === 'file' && (await files.hash(path)) === before.sha256;
}
