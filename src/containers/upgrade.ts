import { posix } from 'node:path';
import { compose } from '../argv/compose.ts';
import { copyContainer, upgradeCommands } from '../argv/upgrade.ts';
import { changeEntry } from '../database/ledger/rollout-changes.ts';
import type { Author } from '../domain/author.ts';
import type { Change, CommandChange } from '../domain/change.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import type { Command } from '../domain/shell-script.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { diffOf } from '../workspace/own-file.ts';
import { containerNamed } from './container.ts';
import { requireTools } from './database-container.ts';
import { databaseAddress, type OwnerLogin } from './log-in.ts';
import { command } from './service-changes.ts';
import { projectOf, type Stack, secretOf } from './stack.ts';
import { untilHealthy } from './until-healthy.ts';
import { copyDifferences, holdWrites } from './upgrade-copy.ts';
import { switchHasBegun } from './upgrade-marker.ts';
import type { UpgradePlan } from './upgrade-plan.ts';
import { copyDiffers, copyFailed, databaseStopped, switchFailed } from './upgrade-problems.ts';

/** What an upgrade works with. */
export interface UpgradeParts {
  readonly target: ContainerTarget;
  readonly login: OwnerLogin;
  /** The compose file after the upgrade. */
  readonly composeText: string;
  readonly author: Author;
  /** The folder of the old database after the upgrade, beside `data/`. */
  readonly kept: string;
  readonly signal: AbortSignal;
  /** Applies one change, recorded in the journal. */
  apply(change: Change, onLine?: (line: string) => void): Promise<void>;
  say(text: string): void;
}

/**
 * Copies the database into a server of the new version, compares the copy, and switches to it. The old database is
 * unchanged until the switch; it keeps its folder.
 * @throws ProblemError if the copy cannot be made, or differs; then it is removed
 */
export async function upgrade(parts: UpgradeParts, plan: UpgradePlan): Promise<void> {
  const { target, say, author, login, kept } = parts;
  const { stack } = target;
  const original = await openAt(parts, null);
  try {
    await holdWrites(original);
    try {
      await compareWith(parts, original, await copied(parts, plan));
    } catch (error) {
      // The first error is the one to report; the next run discards the copy as well.
      await discard(parts, plan.to).catch(() => undefined);
      throw error;
    }
    say('the copy equals the database');
    parts.signal.throwIfAborted();
    const entry = changeEntry(author, `upgrade PostgreSQL from ${plan.before} to ${plan.after ?? plan.to}`);
    const { name } = stack.containers.database;
    const run = upgradeCommands.switchTo(name, login.user, login.database, kept, entry);
    await parts.apply(
      onHost(stack, run, `switch to the copy, and keep the old folder as ${kept}`, switchFailed(stack)),
    );
  } finally {
    // After the switch, its server has ended.
    await original.close().catch(() => undefined);
  }
  await completeSwitch(parts);
}

/** Completes a switch: writes the compose file, starts the new server, and waits until it is healthy. */
export async function completeSwitch(parts: UpgradeParts): Promise<void> {
  const { target, login, kept, signal, say } = parts;
  const { stack } = target;
  const { database } = stack.containers;
  stack.host.forget?.();
  if (await switchHasBegun(stack)) {
    const run = upgradeCommands.switchTo(database.name, login.user, login.database, kept, '');
    const lines: string[] = [];
    await parts.apply(onHost(stack, run, 'complete the switch', switchFailed(stack)), (line) =>
      lines.push(line),
    );
    for (const line of lines)
      if (line.startsWith('kept ')) say(`the old database is kept in ${line.slice(5)}`);
  }
  await writeCompose(parts);
  const tools = await requireTools(stack, signal);
  await parts.apply(
    command(stack, compose.up(tools.compose, projectOf(stack), database.key), {
      summary: `start ${database.name} with the new version`,
    }).change,
  );
  stack.host.forget?.();
  if ((await untilHealthy(stack, database, signal, say)) === null)
    throw new ProblemError(databaseStopped(stack));
  await parts.apply(onHost(stack, upgradeCommands.finish(), 'end the switch', switchFailed(stack)));
}

/** Makes the copy; returns the port of 127.0.0.1 on which its server listens. */
async function copied(
  { target: { stack }, login, apply, say }: UpgradeParts,
  plan: UpgradePlan,
): Promise<number> {
  const { name, settings } = stack.containers.database;
  const run = upgradeCommands.copy(name, login.user, plan.to, settings);
  let port = 0;
  await apply(
    onHost(stack, run, `copy the database into a server of ${plan.to}`, copyFailed(stack)),
    (line) => {
      const [, found] = /^port (\d+)$/.exec(line) ?? [];
      if (found === undefined) say(line);
      else port = Number(found);
    },
  );
  return port;
}

async function compareWith(parts: UpgradeParts, original: Session, port: number): Promise<void> {
  const copy = await openAt(parts, port);
  try {
    const differences = await copyDifferences(original, copy);
    if (differences.length > 0) throw new ProblemError(copyDiffers(parts.target.stack, differences));
  } finally {
    await copy.close();
  }
}

function discard({ target: { stack }, apply }: UpgradeParts, image: string): Promise<void> {
  return apply(onHost(stack, upgradeCommands.discard(image), 'remove the copy', copyFailed(stack)));
}

/** Opens a session of its own. @param port of the copy; null for the database itself */
async function openAt(
  { target: { stack }, login, signal }: UpgradeParts,
  port: number | null,
): Promise<Session> {
  const { database } = stack.containers;
  const password = await secretOf(stack, 'POSTGRES_PASSWORD');
  if (password === null) throw new ProblemError(databaseStopped(stack));
  const address =
    port === null
      ? databaseAddress(stack, await containerNamed(stack.host, database.name, signal))
      : { port, container: { name: copyContainer, port: database.innerPort } };
  return stack.host.openServer({ ...address, ...login, password });
}

/** Writes the compose file that names the new image, unless it is written already. */
async function writeCompose({ target: { stack }, composeText, apply }: UpgradeParts): Promise<void> {
  const { host, folder } = stack;
  const path = posix.join(folder, 'docker-compose.yml');
  const text = await host.files.read(path);
  if (text === composeText) return;
  await apply({
    kind: 'write',
    ...(host.id === 'here' ? {} : { host: host.id }),
    path,
    entry: {
      type: 'file',
      mode: 0o644,
      content: [composeText],
      confidential: false,
      diff: diffOf(path, text, composeText),
    },
    before: { state: 'file', sha256: await host.files.hash(path) },
  });
}

function onHost(
  { host, folder }: Stack,
  run: Command,
  summary: string,
  onFailure: Omit<Problem, 'excerpt'>,
): CommandChange {
  return {
    kind: 'command',
    host: host.id,
    cwd: folder,
    ...run,
    onlyIf: null,
    observable: true,
    summary,
    onFailure,
  };
}
