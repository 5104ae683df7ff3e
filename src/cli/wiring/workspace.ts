import { isAbsolute } from 'node:path';
import { webhookFault } from '../../completion/notification.ts';
import type { Config } from '../../config/config.ts';
import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { productionHost } from '../../connections/production-host.ts';
import { productionServer } from '../../connections/production-server.ts';
import { ownerLogIn } from '../../containers/log-in.ts';
import type { CommandName } from '../../domain/command-names.ts';
import { commandLine, inWorkspace } from '../../domain/command-text.ts';
import type { StepId } from '../../domain/phase.ts';
import type { CloudflareApi } from '../../domain/ports/cloudflare.ts';
import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { Secret } from '../../domain/secret.ts';
import type { Session } from '../../domain/session.ts';
import type { Step } from '../../domain/step.ts';
import { type Recorded, readRecorded } from '../../engine/journal.ts';
import { type Lock, takeLock } from '../../engine/lock.ts';
import type { HostLock } from '../../host/host-lock.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { cloudflareAccess } from './cloudflare-access.ts';
import { type CommandParts, journalPath } from './command.ts';
import { relativeTo } from './configuration.ts';
import { connectHost } from './connect-host.ts';
import { reachOf } from './database-target.ts';
import { chooseLocalEngine, type LocalEngineChoice } from './local-engine-choice.ts';
import { selectedSteps } from './selected-steps.ts';
import { type WorkspacePorts, workspacePorts } from './workspace-ports.ts';

/** A workspace with its configuration and the selected steps. */
export interface OpenWorkspace {
  readonly ports: WorkspacePorts;
  readonly config: Config;
  readonly choice: LocalEngineChoice;
  readonly steps: readonly Step<Context>[];
  /** Why a flag or the configuration skips a step, by the step's id. */
  readonly skip: ReadonlyMap<string, string>;
  readonly selected: ReadonlySet<StepId>;
  /** Null if no token is configured. */
  readonly cloudflare: CloudflareApi | null;
  /** The text of `--lessons`; null without the flag. */
  readonly lessons: string | null;
}

/** Commands that send a notification, or plan to send one. */
const sends: ReadonlySet<CommandName> = new Set(['run', 'plan']);

/**
 * Reads the configuration, selects steps and chooses the engine. Connects to nothing yet.
 * @throws ProblemError with all faults of configuration and selection
 */
export async function openWorkspace(parts: CommandParts, recorded?: Recorded): Promise<OpenWorkspace> {
  const { flags, here } = parts;
  const plain = workspacePorts(parts, flags.workspace);
  const { config, steps, skip } = await selectedSteps(allSteps, flags, here, plain.files);
  const selected = new Set(steps.filter(({ id }) => !skip.has(id)).map(({ id }) => id));
  if (sends.has(parts.name) && selected.has('5.3')) {
    const fault = await webhookFault({ files: plain.files, webhook: webhookIn(parts.env) });
    if (fault !== null) throw new ProblemError(fault);
  }
  const choice = await chooseLocalEngine(
    config,
    flags.engine !== undefined,
    recorded ?? (await recordedIn(parts, plain)),
    plain.hostOf('here'),
    parts.signal,
  );
  const lessons = flags.lessons === undefined ? null : await readLessons(parts, flags.lessons);
  return { steps, skip, selected, lessons, choice, ...targetsOf(parts, config, choice) };
}

/** Returns the workspace with another configuration; production may be another host or server now. */
export function reconfigured(parts: CommandParts, open: OpenWorkspace, config: Config): OpenWorkspace {
  return { ...open, ...targetsOf(parts, config, open.choice) };
}

/** Returns what depends on the configuration. Connects to nothing yet. */
function targetsOf(parts: CommandParts, config: Config, { engine }: LocalEngineChoice) {
  const { flags, signal } = parts;
  const docker = engine === 'docker' ? { config, signal } : null;
  const production = productionOf(parts, config, workspacePorts(parts, flags.workspace));
  const ports = workspacePorts(parts, flags.workspace, docker, production);
  parts.reporter.onPossibleChange(() => ports.hostOf('here').forget?.());
  return { config, ports, cloudflare: cloudflareAccess(parts, config) };
}

/** Returns the production host, or the server of a URL; null if neither is configured. Connects to nothing yet. */
function productionOf(
  parts: CommandParts,
  config: Config,
  plain: WorkspacePorts,
): ConnectedProduction | null {
  const { host, databaseUrl } = config.production;
  if (databaseUrl !== undefined) return productionServer(reachOf(parts, databaseUrl), plain.hostOf('here'));
  const connect = (lock: () => HostLock | null) => connectHost(parts, config, lock);
  if (host === undefined) return null;
  const production = productionHost(connect, config, parts.signal);
  parts.reporter.onPossibleChange(() => production.stack.host.forget?.());
  return production;
}

/** Returns the URL of the webhook for notifications. It is a secret, because a program that knows it can post. */
function webhookIn(environment: EnvironmentVariables): Secret | null {
  const url = environment.ERP_DEPLOY_NOTIFY_URL;
  return url === undefined || url === '' ? null : new Secret(url);
}

/** @throws ProblemError (exit 2) if the file does not exist */
async function readLessons({ here }: CommandParts, given: string): Promise<string> {
  const path = isAbsolute(given) ? relativeTo(here, given) : given;
  if ((await here.inspect(path)).type === 'file') return here.read(path);
  throw new ProblemError({
    code: 'ERP-0803',
    what: `The file ${given} does not exist.`,
    why: 'It is named by --lessons. The path is relative to the current directory.',
    todo: [{ text: 'Create it, in Markdown, then run again. Or omit --lessons.' }],
    exit: exitCodes.usage,
  });
}

/** Returns the context in which the steps of this command run. */
export function contextOf(parts: CommandParts, open: OpenWorkspace, recorded: () => Recorded): Context {
  const { config, choice, selected, ports } = open;
  const skippedByFlag = new Set<string>(parts.flags.skip);
  return ports.context(
    {
      config,
      engine: choice.engine,
      selected,
      leftOut: new Map(
        open.steps.flatMap(({ id }) => {
          const reason = open.skip.get(id);
          return reason === undefined ? [] : [[id, { reason, isByFlag: skippedByFlag.has(id) }] as const];
        }),
      ),
      lessons: open.lessons,
      cloudflare: open.cloudflare,
      webhook: webhookIn(parts.env),
      signal: parts.signal,
      progress: (step, item) => {
        const phase = allSteps.find(({ id }) => id === step)?.phase;
        if (phase === undefined) return;
        if ('groups' in item) parts.reporter.emit({ type: 'progress.planned', phase, step, ...item });
        else parts.reporter.emit({ type: 'progress', phase, step, ...item });
      },
      withoutLocalTest: parts.flags.withoutLocalTest ?? null,
      withoutRehearsal: parts.flags.withoutRehearsal ?? null,
      output: (step, line) => {
        const phase = allSteps.find(({ id }) => id === step)?.phase;
        if (phase !== undefined) parts.reporter.emit({ type: 'output', phase, step, line });
      },
      openShadow: openShadow(parts, open),
    },
    recorded,
  );
}

/** Returns how to open a database for SQL that the embedded engine cannot run: on a named server or in the container. */
function openShadow(parts: CommandParts, { ports, config }: OpenWorkspace): (() => Promise<Session>) | null {
  const { stack } = ports.local;
  const named = parts.flags.shadowDatabaseUrl;
  if (named !== undefined) return async () => (await import('./database-target.ts')).openShadow(parts, named);
  if (stack === null) return null;
  return async () => {
    const { scratchDatabase } = await import('./database-target.ts');
    const { user } = config.database;
    const logIn = (database: string) => ownerLogIn(stack, { database, user }, parts.signal).open();
    return scratchDatabase(await logIn(config.database.name), logIn);
  };
}

/** Warns of existing folders with secrets that other users may write to; they are not changed. */
export async function warnOfWritableFolders(
  { reporter }: CommandParts,
  { files }: WorkspacePorts,
): Promise<void> {
  for (const path of ['.erp-deploy', layout.stack]) {
    const node = await files.inspect(path);
    if (node.type !== 'directory' || (node.mode & 0o022) === 0) continue;
    const text = `other users may write to ${path} (mode ${node.mode.toString(8)}), which contains secrets; to prevent it`;
    reporter.emit({ type: 'note', level: 'warning', text, command: ['chmod', 'go-w', inWorkspace(path)] });
  }
}

/** Reads the journal of the workspace. */
export function recordedIn({ adapters }: CommandParts, { root }: WorkspacePorts): Promise<Recorded> {
  return readRecorded(adapters.appendFile(root, journalPath));
}

/** Returns a command without its URLs, since the lock is a file that other users may read. */
function withoutUrls(command: string): string {
  return command.replaceAll(/[^ =]{1,40}:\/\/[^ ]*/g, 'URL');
}

/**
 * Takes the lock of the workspace.
 * @param hint what the operator can do if another process holds it
 * @throws ProblemError (exit 6) if another process holds it
 */
export function lockWorkspace(
  parts: CommandParts,
  { root }: WorkspacePorts,
  force = false,
  hint?: Remedy,
): Promise<Lock> {
  const { adapters, typed } = parts;
  return takeLock(
    {
      folder: adapters.claimFolder(root, '.erp-deploy/lock'),
      processes: adapters.processTable(),
      clock: adapters.clock,
      command: withoutUrls(commandLine(['erp-deploy', ...typed])),
    },
    force,
    hint,
  );
}

/**
 * Runs a check that may open the embedded database. If the database exists, the check holds the lock, because two
 * processes on one database folder lose committed rows; the database is closed before the lock is released. If it does
 * not exist, a database that a rollout creates meanwhile is ignored.
 */
export async function whileLocked<Answer>(
  parts: CommandParts,
  ports: WorkspacePorts,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const lock = (await existsLocally(ports)) ? await lockWorkspace(parts, ports) : null;
  if (lock === null) ports.local.database.ignore();
  try {
    parts.signal.throwIfAborted();
    return await act();
  } finally {
    await ports.close();
    await lock?.release();
  }
}

/**
 * Returns whether the database of the local test exists. A Docker engine that does not answer is no reason to fail here:
 * the command may be about production only, and steps that need the engine report it.
 */
async function existsLocally({ local }: WorkspacePorts): Promise<boolean> {
  try {
    return (await local.database.state()).is !== 'absent';
  } catch (error) {
    if (local.stack === null || !(error instanceof ProblemError)) throw error;
    return false;
  }
}

/** Emits the first event of a command that walks steps. */
export function tellStarted(parts: CommandParts, open: OpenWorkspace, resumes: boolean): void {
  parts.reporter.emit({
    type: 'rollout.started',
    command: parts.name,
    program: parts.version,
    workspace: open.ports.root,
    engine: open.choice.engine,
    engineReason: open.choice.reason,
    resumes,
    steps: open.steps.map(({ id, phase, title }) => ({ step: id, phase, title })),
  });
}
