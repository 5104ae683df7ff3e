import { isAbsolute } from 'node:path';
import { webhookFault } from '../../completion/notification.ts';
import type { Config } from '../../config/config.ts';
import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { productionHost } from '../../connections/production-host.ts';
import { productionServer } from '../../connections/production-server.ts';
import { logInAsOwner } from '../../containers/log-in.ts';
import type { CommandName } from '../../domain/events.ts';
import type { StepId } from '../../domain/phase.ts';
import type { CloudflareApi, EnvironmentVariables } from '../../domain/ports.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import type { Session } from '../../domain/session.ts';
import type { Step } from '../../domain/step.ts';
import { type Recorded, readRecorded } from '../../engine/journal.ts';
import { type Lock, takeLock } from '../../engine/lock.ts';
import { selectSteps } from '../../engine/selection.ts';
import type { HostLock } from '../../host/host-lock.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { Context } from '../../workspace/context.ts';
import { cloudflareAccess } from './cloudflare-access.ts';
import { type CommandParts, journalPath } from './command.ts';
import { readConfiguration, relativeTo } from './configuration.ts';
import { connectDroplet } from './connect-host.ts';
import { reachOf } from './database-target.ts';
import { chooseEngine, type EngineChoice } from './engine-choice.ts';
import { type World, worldOf } from './world.ts';

/** A workspace, configured, with the steps that were asked for. */
export interface OpenWorkspace {
  readonly world: World;
  readonly config: Config;
  readonly choice: EngineChoice;
  readonly steps: readonly Step<Context>[];
  /** Why a person left a step out. */
  readonly skip: ReadonlyMap<string, string>;
  readonly selected: ReadonlySet<StepId>;
  /** Null where nobody gave a token. */
  readonly cloudflare: CloudflareApi | null;
  /** The text of `--lessons`; null where the flag is not given. */
  readonly lessons: string | null;
}

/** Commands that send a notification, or plan to. */
const sends: ReadonlySet<CommandName> = new Set(['run', 'plan']);

/** @throws ProblemError with all faults of configuration and selection */
export async function openWorkspace(parts: CommandParts, recorded?: Recorded): Promise<OpenWorkspace> {
  const { flags, here } = parts;
  const plain = worldOf(parts, flags.workspace);
  const { phase, only, from = null, until = null } = flags;
  const choose = (skip: ReadonlyMap<string, string>) =>
    selectSteps(allSteps, { phases: phase, only, skip, from, until });
  const config = await readConfiguration(flags, here, plain.files).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    const asked = choose(new Map(flags.skip.map((id) => [id, ''])));
    throw new ProblemError([...error.problems, ...('problems' in asked ? asked.problems : [])]);
  });
  const skip = new Map([
    ...Object.entries(config.skip),
    ...flags.skip.map((id) => [id, 'left out by --skip'] as const),
  ]);
  const chosen = choose(skip);
  if ('problems' in chosen) throw new ProblemError(chosen.problems);
  const selected = new Set(chosen.steps.filter(({ id }) => !skip.has(id)).map(({ id }) => id));
  if (sends.has(parts.name) && selected.has('5.3')) {
    const fault = await webhookFault({ files: plain.files, webhook: webhookIn(parts.env) });
    if (fault !== null) throw new ProblemError(fault);
  }
  const choice = await chooseEngine(
    config,
    recorded ?? (await recordedIn(parts, plain)),
    flags.recorded ? null : plain.hostOf('here'),
    parts.signal,
  );
  const lessons = flags.lessons === undefined ? null : await readLessons(parts, flags.lessons);
  return { steps: chosen.steps, skip, selected, lessons, choice, ...reachedBy(parts, config, choice) };
}

/** The same workspace, with what a person answered since: production may be somewhere else now. */
export function reconfigured(parts: CommandParts, open: OpenWorkspace, config: Config): OpenWorkspace {
  return { ...open, ...reachedBy(parts, config, open.choice) };
}

/** What a configuration leads to. Nothing is reached yet. */
function reachedBy(parts: CommandParts, config: Config, { engine }: EngineChoice) {
  const { flags, signal } = parts;
  const docker = engine === 'docker' ? { config, signal } : null;
  const production = productionOf(parts, config, worldOf(parts, flags.workspace));
  const world = worldOf(parts, flags.workspace, docker, production);
  return { config, world, cloudflare: cloudflareAccess(parts, config) };
}

/** A droplet, or the server that a URL names; null where neither is configured. Nothing is reached yet. */
function productionOf(parts: CommandParts, config: Config, plain: World): ConnectedProduction | null {
  const { host, databaseUrl } = config.production;
  if (databaseUrl !== undefined) return productionServer(reachOf(parts, databaseUrl), plain.hostOf('here'));
  const connect = (lock: () => HostLock | null) => connectDroplet(parts, config, lock);
  return host === undefined ? null : productionHost(connect, config, parts.signal);
}

/** Where stakeholders are told: the address is a secret, since whoever knows it may write there. */
function webhookIn(environment: EnvironmentVariables): Secret | null {
  const url = environment.ERP_DEPLOY_NOTIFY_URL;
  return url === undefined || url === '' ? null : new Secret(url);
}

/** @throws ProblemError (exit 2) where the file is not there */
async function readLessons({ here }: CommandParts, given: string): Promise<string> {
  const path = isAbsolute(given) ? relativeTo(here, given) : given;
  if ((await here.look(path)).type === 'file') return here.read(path);
  throw new ProblemError({
    code: 'ERP-0803',
    what: `There is no file ${given}.`,
    why: '--lessons names what was learned, relative to the folder that the command is called in.',
    todo: ['Write it, in Markdown, and start again; or leave --lessons out.'],
    exit: exitCodes.usage,
  });
}

/** What the steps of this command look through. */
export function contextOf(parts: CommandParts, open: OpenWorkspace, recorded: () => Recorded): Context {
  const { config, choice, selected, world } = open;
  return world.context(
    {
      config,
      engine: choice.engine,
      selected,
      leftOut: new Map(
        open.steps.flatMap(({ id }) => {
          const reason = open.skip.get(id);
          return reason === undefined ? [] : [[id, reason] as const];
        }),
      ),
      lessons: open.lessons,
      cloudflare: open.cloudflare,
      webhook: webhookIn(parts.env),
      signal: parts.signal,
      progress: (step, item) => {
        const phase = allSteps.find(({ id }) => id === step)?.phase;
        if (phase === undefined) return;
        if ('groups' in item) parts.teller.tell({ type: 'progress.planned', phase, step, ...item });
        else parts.teller.tell({ type: 'progress', phase, step, ...item });
      },
      withoutLocalTest: parts.flags.withoutLocalTest ?? null,
      output: (step, line) => {
        const phase = allSteps.find(({ id }) => id === step)?.phase;
        if (phase !== undefined) parts.teller.tell({ type: 'output', phase, step, line });
      },
      openShadow: openShadow(parts, open),
    },
    recorded,
  );
}

/** Where what the embedded engine cannot apply is applied: the server that is named, or the local container. */
function openShadow(parts: CommandParts, { world, config }: OpenWorkspace): (() => Promise<Session>) | null {
  const { stack } = world.local;
  const named = parts.flags.shadowDatabaseUrl;
  if (named !== undefined) return async () => (await import('./database-target.ts')).openShadow(parts, named);
  if (stack === null) return null;
  return async () => {
    const { scratchDatabase } = await import('./database-target.ts');
    const logIn = (database: string) => logInAsOwner(stack, database, config.database.user);
    return scratchDatabase(await logIn(config.database.name), logIn);
  };
}

export function recordedIn({ adapters }: CommandParts, { root }: World): Promise<Recorded> {
  return readRecorded(adapters.appendFile(root, journalPath));
}

/** The lock of the workspace. @throws ProblemError (exit 6) where another process holds it */
export function lockWorkspace(
  parts: CommandParts,
  { root }: World,
  force = false,
  hint?: string,
): Promise<Lock> {
  const { adapters, typed } = parts;
  return takeLock(
    {
      folder: adapters.claimFolder(root, '.erp-deploy/lock'),
      processes: adapters.processTable(),
      clock: adapters.clock,
      command: typed,
    },
    force,
    hint,
  );
}

/**
 * Does something that may open the embedded database: under the lock where there is one to open, since two
 * processes on one folder lose committed rows. It is closed before the lock goes. One that a roll-out makes
 * while this looks without a lock stays that roll-out's own.
 */
export async function whileLocked<Answer>(
  parts: CommandParts,
  world: World,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const there = (await world.local.database.state()).is !== 'absent';
  const lock = there ? await lockWorkspace(parts, world) : null;
  if (lock === null) world.local.database.ignore();
  try {
    parts.signal.throwIfAborted();
    return await act();
  } finally {
    await world.close();
    await lock?.release();
  }
}

export function tellStarted(parts: CommandParts, open: OpenWorkspace, resumes: boolean): void {
  parts.teller.tell({
    type: 'rollout.started',
    command: parts.name,
    program: parts.version,
    workspace: open.world.root,
    engine: open.choice.engine,
    engineReason: open.choice.reason,
    resumes,
    steps: open.steps.map(({ id, phase, title }) => ({ step: id, phase, title })),
  });
}
