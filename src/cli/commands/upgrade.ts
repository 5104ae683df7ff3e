import { docker } from '../../argv/docker.ts';
import { desiredCompose } from '../../containers/compose/desired-compose.ts';
import { imageNotPulled } from '../../containers/container-problems.ts';
import { command } from '../../containers/service-changes.ts';
import { completeSwitch, type UpgradeParts, upgrade as upgradeDatabase } from '../../containers/upgrade.ts';
import { switchHasBegun } from '../../containers/upgrade-marker.ts';
import { type UpgradePlan, upgradeLines, upgradePlan } from '../../containers/upgrade-plan.ts';
import { needsUpgradeApproval } from '../../containers/upgrade-problems.ts';
import type { Change } from '../../domain/change.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { dumpChange } from '../../dumps/dump-change.ts';
import { dumpLocation } from '../../dumps/location.ts';
import { applyChange } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { lastTarget } from '../../targets/production.ts';
import type { ContainerTarget } from '../../targets/target.ts';
import type { Context } from '../../workspace/context.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { authorOf } from '../wiring/operator.ts';
import { underLocks } from '../wiring/under-locks.ts';
import { contextOf, type OpenWorkspace, openWorkspace, recordedIn } from '../wiring/workspace.ts';

/** Upgrades a database in a container to the major version of the configured image, with `--upgrade-major`. */
export const upgrade: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  try {
    const recorded = await recordedIn(parts, open.ports);
    const context = contextOf(parts, open, () => recorded);
    const target = lastTarget(context);
    if (target.stack === null) throw new ProblemError(noContainers);
    const shown = await planned(parts, context, target);
    if (!parts.flags.upgradeMajor) throw new ProblemError(needsUpgradeApproval(shown));
    return await underLocks(parts, open.ports, (lock) => upgradeUnder(parts, open, context, target, lock));
  } finally {
    await open.ports.close();
  }
};

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });

/** The folder of the old database, named by the day and time of the upgrade. */
function keptFolder({ clock }: Context): string {
  return `data.before-${clock().replaceAll(/[-:]|\.\d+/g, '')}`;
}

/** Returns what the upgrade would do, one in a line. */
async function planned(
  parts: CommandParts,
  context: Context,
  target: ContainerTarget,
): Promise<readonly string[]> {
  if (await switchHasBegun(target.stack)) return ['complete the switch that was interrupted'];
  const plan = await planOf(parts, context, target);
  return upgradeLines(target.stack, plan, keptFolder(context));
}

async function planOf(parts: CommandParts, context: Context, target: ContainerTarget): Promise<UpgradePlan> {
  const { text } = await desiredCompose(context);
  return upgradePlan(target, text, context.config.database.name, parts.signal);
}

async function upgradeUnder(
  parts: CommandParts,
  { ports }: OpenWorkspace,
  context: Context,
  target: ContainerTarget,
  lock: Lock,
): Promise<ExitCode> {
  const { adapters, signal } = parts;
  const journal = await Journal.open(adapters.appendFile(ports.root, journalPath), adapters.clock);
  const executor = executorParts(parts, ports, null, journal, lock, context);
  const apply = async (change: Change, onLine?: (line: string) => void) => {
    signal.throwIfAborted();
    say(parts, `change: ${summaryOf(change)}`);
    // The signal is not passed on, so that a change that has started is finished.
    const applied = await applyChange(executor, 'upgrade', change, new AbortController().signal, onLine);
    if (applied === 'moved') throw new ProblemError(changedMeanwhile(summaryOf(change)));
  };
  const { name, user } = context.config.database;
  const upgrading: UpgradeParts = {
    target,
    login: { database: name, user },
    composeText: (await desiredCompose(context)).text,
    author: await authorOf(parts, ports, null),
    kept: keptFolder(context),
    signal,
    apply,
    say: (text) => say(parts, text),
  };
  if (await switchHasBegun(target.stack)) await completeSwitch(upgrading);
  else await fromStart(parts, context, upgrading);
  say(parts, `${target.stack.containers.database.name} runs the new version, and is healthy`);
  return exitCodes.done;
}

async function fromStart(parts: CommandParts, context: Context, upgrading: UpgradeParts): Promise<void> {
  const { target, apply } = upgrading;
  const { stack } = target;
  const first = await planOf(parts, context, target);
  if (first.after === null)
    await apply(command(stack, docker.pull(first.to), { onFailure: imageNotPulled(stack, first.to) }).change);
  const plan = first.after === null ? await planOf(parts, context, target) : first;
  const location = await dumpLocation(context.config, target);
  if (location === null) throw new Error('a container has a location for its dumps');
  const dump = await dumpChange(location, 'before the upgrade', parts.signal);
  if ('code' in dump) throw new ProblemError(dump);
  await apply(dump.change);
  await upgradeDatabase(upgrading, plan);
}

const noContainers = {
  code: 'ERP-0555',
  what: 'There is no container of a database to upgrade.',
  why: 'The local test runs on the embedded engine, or production is a database URL, whose server its provider upgrades.',
  todo: [
    { text: 'Name the production host', command: ['erp-deploy', 'upgrade', '--production-host', 'HOST'] },
  ],
  exit: exitCodes.usage,
} as const;

function changedMeanwhile(change: string) {
  return {
    code: 'ERP-0617',
    what: 'The state changed while the upgrade was running.',
    why: `This change was not made: ${change}.`,
    todo: [{ text: 'Run again; it shows the current state first.' }],
    exit: exitCodes.stepFailed,
  } as const;
}
