import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { readPrivateFile } from '../../adapters/private-file.ts';
import type { BackupStore, Decryption } from '../../domain/ports/backup-store.ts';
import { type ExitCode, ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import { backupLocation } from '../../dumps/backup-location.ts';
import { rowsIn, timeOf } from '../../dumps/backup-manifest.ts';
import {
  drillElsewhere,
  drillFailed,
  nothingToDrill,
  unusableIdentity,
} from '../../dumps/backup-problems.ts';
import { type DrillFiles, type DrillServer, inDrill, wrongCounts } from '../../dumps/drill.ts';
import { type FoundBackup, findBackup } from '../../dumps/fetch-backup.ts';
import { ageText } from '../../dumps/newest-backup.ts';
import { lastTarget } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { backupStores } from '../wiring/backup-stores.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { hideFromGit } from '../wiring/under-locks.ts';
import { validateSession } from '../wiring/validate-session.ts';
import { contextOf, lockWorkspace, openWorkspace, recordedIn } from '../wiring/workspace.ts';
import type { WorkspacePorts } from '../wiring/workspace-ports.ts';

const folder = '.erp-deploy/drill';
/** What a drill puts there: the name of a backup, and how its temporary files continue. */
const ofDrill = /^(\d{8}T\d{6}Z)\.(?:dump|roles\.sql)(?:\.\d+\.[\da-f.]+\.tmp)?$/;

/**
 * Restores the newest backup, or a named one, into a fresh container of this machine, compares it with its manifest and
 * its migrations, removes the container, and reports how long each part took. Production is only read from.
 */
export const restoreDrill: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { ports } = open;
  const recorded = await recordedIn(parts, ports);
  const context = contextOf(parts, open, () => recorded);
  try {
    const location = await backupLocation(context.config, lastTarget(context));
    if (location === null) throw new ProblemError(nothingToDrill);
    const stores = await backupStores(parts, context.config, ports.root);
    const key = await decryptionOf(parts);
    const found = await findBackup(location, stores, parts.flags.argument, key, parts.signal);
    const lock = await lockWorkspace(parts, ports);
    try {
      await hideFromGit(ports);
      return await drill(parts, context, ports, found);
    } finally {
      await lock.release();
    }
  } finally {
    await ports.close();
  }
};

/** Returns how to decrypt with the file of `--identity`; null without it. @throws ProblemError if it cannot be used */
async function decryptionOf({ flags, cwd, adapters }: CommandParts): Promise<Decryption | null> {
  if (flags.identity === undefined) return null;
  const file = await readPrivateFile(resolve(cwd, flags.identity));
  if ('text' in file) return adapters.ageDecryption(file.text, flags.identity);
  const why = 'errno' in file ? file.errno : `others may read it (mode ${file.openTo})`;
  throw new ProblemError(unusableIdentity(flags.identity, why));
}

async function drill(
  parts: CommandParts,
  context: Context,
  ports: WorkspacePorts,
  found: FoundBackup,
): Promise<ExitCode> {
  const { name, where, manifest } = found;
  const age = ageText({ where, made: timeOf(name) }, new Date(context.clock()));
  say(parts, `${name} in ${where}: ${age}; ${rowsIn(manifest)} rows of ${manifest.database}`);
  await assertOwnFolder(parts, ports.root);
  const store = parts.adapters.folderStore(resolve(ports.root, folder));
  const took = stopwatch(context.clock);
  try {
    const files = await fetched(found, store, parts.signal);
    const fetching = took();
    const server = serverFor(parts, context, ports.root);
    const onLine = (line: string) => say(parts, line);
    const act = async (session: Parameters<typeof wrongCounts>[0]) => {
      const restoring = took();
      const wrong = await wrongCounts(session, manifest);
      if (wrong.length > 0) throw new ProblemError(drillFailed(wrong));
      const exit = await validateSession(parts, context, session, ['erp-deploy', 'validate']);
      say(
        parts,
        `fetched in ${fetching} s, restored in ${restoring} s, every row counted and validated in ${took()} s`,
      );
      return exit;
    };
    return await inDrill(ports.hostOf('here'), server, files, parts.signal, onLine, act);
  } finally {
    // Of earlier drills too: they contain production's rows.
    const files = (await store.list(parts.signal)).filter((file) => ofDrill.test(file));
    for (const file of files) await store.remove(file, parts.signal);
  }
}

/** @throws ProblemError if a link leads the files of the drill elsewhere, as one can that came with the workspace */
async function assertOwnFolder({ adapters }: CommandParts, root: string): Promise<void> {
  const own = adapters.filesIn(resolve(root, dirname(folder)));
  if (!(await own.isInside(basename(folder)))) throw new ProblemError(drillElsewhere(folder));
}

async function fetched(
  { name, read }: FoundBackup,
  store: BackupStore,
  signal: AbortSignal,
): Promise<DrillFiles> {
  for (const ending of ['.roles.sql', '.dump'] as const)
    await store.write(`${name}${ending}`, read(ending), signal);
  return { roles: join(folder, `${name}.roles.sql`), dump: join(folder, `${name}.dump`) };
}

/** Returns the server of a drill: production's image, in a container that belongs to this workspace. */
function serverFor({ adapters }: CommandParts, { config }: Context, root: string): DrillServer {
  const workspace = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return {
    name: `erp-deploy-drill-${workspace}`,
    image: config.containers.database.image,
    user: config.database.user,
    password: new Secret(Buffer.from(adapters.randomBytes(24)).toString('base64url')),
    database: config.database.name,
  };
}

/** Returns a function that returns the seconds since its previous call, with one decimal. */
function stopwatch(clock: () => string): () => string {
  let since = Date.parse(clock());
  return () => {
    const [before, now] = [since, Date.parse(clock())];
    since = now;
    return ((now - before) / 1000).toFixed(1);
  };
}

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });
