import { createHash } from 'node:crypto';
import { type Change, type ContentPart, fileKey, type HostId, scopeOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import {
  ApiRefusal,
  type CloudflareApi,
  type Files,
  type Host,
  type Http,
  type HttpAnswer,
  NetworkFault,
  PreconditionFailed,
  type ProcessResult,
  type RandomBytes,
  type SqlTarget,
} from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { generateSecret, Secret } from '../domain/secret.ts';
import type { Command } from '../domain/shell-script.ts';
import { asRefusal, commandFailed, overwritten, requestFailed } from './executor-problems.ts';
import type { Journal } from './journal.ts';
import type { Entry, Undo } from './journal-format.ts';
import type { Lock } from './lock.ts';
import { runOnNewConnection } from './new-connection.ts';
import { preconditionHolds, versionIn } from './preconditions.ts';

/** What the executor applies changes with. Nothing else in erp-deploy changes the system. */
export interface ExecutorParts {
  /** The workspace's. */
  readonly files: Files;
  /** Runs the commands of a host and has its files. */
  host(id: HostId): Pick<Host, 'files' | 'processes' | 'renew'>;
  readonly http: Http;
  /** Null without a token. */
  readonly cloudflare: CloudflareApi | null;
  readonly randomBytes: RandomBytes;
  readonly journal: Journal;
  readonly lock: Lock;
  /** Counts the changes that are being applied: a signal ends the command only when there is none. */
  readonly working: Working;
  sql(database: Extract<Change, { kind: 'sql' }>['database']): SqlTarget;
}

/** How many changes are being applied now. */
export interface Working {
  changes: number;
}

/** `moved`: the actual state is not the confirmed one, and nothing was changed. */
export type Applied = 'applied' | 'moved';

/**
 * Applies one confirmed change: checks its precondition, records the intent (with a backup of the bytes that it will
 * replace), makes the change, and records that it was applied.
 * @param onLine receives each line that a command prints
 * @throws ProblemError if the system refuses the change, FileFault if the file system does
 */
export async function applyChange(
  parts: ExecutorParts,
  step: string,
  change: Change,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<Applied> {
  await parts.lock.assertHeld();
  if (!(await preconditionHolds(parts, change, signal))) return 'moved';
  const scope = scopeOf(change);
  const backup = await keepBackup(filesOf(parts, change), change);
  await keepWritten(filesOf(parts, change), change);
  const written = fingerprint(change);
  const undo = await undoOf(filesOf(parts, change), change);
  await parts.journal.add({
    type: 'intended',
    step,
    scope,
    ...(backup === null ? {} : { backup }),
    ...(undo === null ? {} : { undo }),
    ...written,
  });
  try {
    await perform(parts, change, signal, onLine);
  } catch (error) {
    const moved = error instanceof PreconditionFailed;
    if (moved || error instanceof RefusedRequest) await parts.journal.add({ type: 'refused', step, scope });
    if (moved) return 'moved';
    throw error;
  }
  await parts.journal.add({ type: 'applied', step, scope, ...written });
  return 'applied';
}

/** Backs up the file that a write will replace, under its hash; never a file that may hold secrets. */
async function keepBackup(files: Files, change: Change): Promise<string | null> {
  if (change.kind !== 'write' || change.before.state !== 'file') return null;
  const { entry } = change;
  if (entry.type !== 'removal' && (entry.type !== 'file' || entry.confidential)) return null;
  const backup = `.erp-deploy/backups/${change.before.sha256}`;
  if ((await files.look(backup)).type === 'absent') {
    await files.makeDirectory('.erp-deploy/backups');
    await files.copy(change.path, backup, 0o600);
  }
  return backup;
}

/** Keeps the new text as well if it replaces a file: a rollback needs it to recognize erp-deploy's lines. */
async function keepWritten(files: Files, change: Change): Promise<void> {
  const text = textWritten(change);
  if (text === null || change.kind !== 'write' || change.before.state !== 'file') return;
  const path = `.erp-deploy/backups/${sha256(text)}`;
  if ((await files.look(path)).type === 'absent') await files.write(path, text, 0o600);
}

/** Returns the hash of what a write leaves or a request sends, so that a resumed run recognizes it after a kill. */
function fingerprint(change: Change): Pick<Extract<Entry, { type: 'applied' }>, 'written' | 'digest'> {
  if (change.kind === 'request') return { digest: digestOf(change) };
  const text = textWritten(change);
  if (text === null || change.kind !== 'write') return {};
  return { written: { path: fileKey(change), sha256: sha256(text) } };
}

/** Returns erp-deploy's own text of a write; null if it is not erp-deploy's, or may hold secrets. */
function textWritten(change: Change): string | null {
  if (change.kind !== 'write' || change.entry.type !== 'file') return null;
  const { content, confidential, theirs } = change.entry;
  if (confidential || theirs === true || !content.every((part) => typeof part === 'string')) return null;
  return content.join('');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Returns what the journal needs to undo the change, besides the hashes of a file. */
async function undoOf(files: Files, change: Change): Promise<Undo | null> {
  switch (change.kind) {
    case 'write':
      if (change.entry.type !== 'directory') return null;
      return {
        type: 'folder',
        host: change.host ?? 'here',
        path: change.path,
        above: await absentAbove(files, change.path),
      };
    case 'move':
      return { type: 'move', from: change.from, to: change.to, sha256: change.before.sha256 };
    case 'command':
      if (change.undo === undefined) return null;
      return change.undo.type === 'route' ? change.undo : { ...change.undo, host: change.host };
    case 'sql': {
      const { database, operation } = change;
      return operation.type === 'migrate' ? { type: 'migration', database, name: operation.file.name } : null;
    }
    case 'request':
      return change.undo ?? null;
  }
}

async function absentAbove(files: Files, path: string): Promise<readonly string[]> {
  const above = path.split('/').slice(0, -1).join('/');
  if (above === '' || (await files.look(above)).type !== 'absent') return [];
  return [above, ...(await absentAbove(files, above))];
}

/** Returns the file system that a change is about. */
function filesOf(parts: Pick<ExecutorParts, 'files' | 'host'>, change: Change): Files {
  return change.kind === 'write' && change.host !== undefined ? parts.host(change.host).files : parts.files;
}

async function perform(
  parts: ExecutorParts,
  change: Change,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const files = filesOf(parts, change);
  switch (change.kind) {
    case 'write':
      if (change.entry.type === 'directory') return files.makeDirectory(change.path);
      if (change.entry.type === 'removal') {
        return change.before.state === 'folder' ? files.removeFolder(change.path) : files.remove(change.path);
      }
      if (change.entry.type === 'mode') return files.setMode(change.path, change.entry.mode);
      return files.write(change.path, contentOf(change.entry.content, parts.randomBytes), change.entry.mode);
    case 'move':
      return files.move(change.from, change.to);
    case 'sql':
      return parts.sql(change.database).apply(change, onLine);
    case 'command': {
      const result = await runUnlessCut(parts, change, signal, onLine);
      if (result !== null && result.exitCode !== 0) throw new ProblemError(commandFailed(change, result));
      if (change.confirm === undefined) return;
      const confirmed = await runOnNewConnection(
        parts.host(change.host),
        change.confirm,
        change.cwd,
        signal,
        onLine,
      );
      if (confirmed.exitCode !== 0) throw new ProblemError(commandFailed(change, confirmed));
      return;
    }
    case 'request': {
      return change.api === 'cloudflare'
        ? sendToCloudflare(parts, change, signal)
        : sendRequest(parts, change, signal);
    }
  }
}

/** Runs a command; null if it cut its own connection, so that a new one has to confirm the result. */
async function runUnlessCut(
  parts: ExecutorParts,
  { host, argv, input, cwd, environment, confirm }: Extract<Change, { kind: 'command' }>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ProcessResult | null> {
  try {
    return await parts.host(host).processes.run(argv, cwd, signal, onLine, { environment, input });
  } catch (error) {
    const lost = error instanceof ProblemError && error.problems[0].code === 'ERP-0710';
    if (lost && confirm !== undefined) return null;
    throw error;
  }
}

/** @throws NetworkFault without a response: the request may have been received. ProblemError if it was refused */
async function sendRequest(
  { http }: ExecutorParts,
  change: Extract<Change, { kind: 'request' }>,
  signal: AbortSignal,
): Promise<void> {
  const { method, url, body } = change;
  if (typeof url === 'string') {
    const answer = await http.request(method, url, body, signal);
    assertAccepted(change, answer);
    return;
  }
  const address = url.secret.reveal();
  try {
    const answer = await http.request(method, address, body, signal);
    // Some servers quote the requested path.
    assertAccepted(change, {
      ...answer,
      body: 'The response is not shown, since it may contain the secret URL.',
    });
  } catch (error) {
    // The message contains the secret URL.
    if (error instanceof NetworkFault) throw new NetworkFault(url.name, error.code);
    throw error;
  }
}

/**
 * Makes one change at Cloudflare; reads a document that has a version again afterwards.
 * @throws NetworkFault, ApiRefusal, or ProblemError if another client wrote at the same moment
 */
async function sendToCloudflare(
  { cloudflare, host }: ExecutorParts,
  change: Extract<Change, { kind: 'request' }>,
  signal: AbortSignal,
): Promise<void> {
  const { method, url, body, before } = change;
  if (cloudflare === null || typeof url !== 'string')
    throw new Error(`no access to Cloudflare for ${method}`);
  try {
    await cloudflare.call(method, url, JSON.parse(body), signal);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status >= 500) throw error;
    throw new RefusedRequest(asRefusal(error), { cause: error });
  }
  if (before === null || !('version' in before)) return;
  const version = versionIn(await cloudflare.call('GET', before.url, null, signal));
  if (version === before.version + 1) return;
  throw new ProblemError(
    overwritten(change, before.version, version, await shownOf(change.overwritten, host, signal)),
  );
}

async function shownOf(
  command: Command | undefined,
  host: ExecutorParts['host'],
  signal: AbortSignal,
): Promise<string> {
  if (command === undefined) return '';
  const { argv, input } = command;
  return (await host('droplet').processes.run(argv, null, signal, undefined, { input })).stdout;
}

/** Throws on an error status. A server error (5xx) may follow a change; after any other error nothing was changed. */
function assertAccepted(change: Extract<Change, { kind: 'request' }>, answer: HttpAnswer): void {
  if (answer.status < 300) return;
  const problem = requestFailed(change, answer);
  throw answer.status < 500 ? new RefusedRequest(problem) : new ProblemError(problem);
}

/** The server refused the request and certainly changed nothing. */
class RefusedRequest extends ProblemError {
  override readonly name = 'RefusedRequest';
}

function contentOf(parts: readonly ContentPart[], randomBytes: RandomBytes): string {
  return parts.map((part) => textOf(part, randomBytes)).join('');
}

function textOf(part: ContentPart, randomBytes: RandomBytes): string {
  if (typeof part === 'string') return part;
  return part instanceof Secret ? part.reveal() : generateSecret(randomBytes, part.generateBytes).reveal();
}
