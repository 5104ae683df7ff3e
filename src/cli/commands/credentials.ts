import { keysIn } from '../../config/jwt-keys.ts';
import { envValues, type RotationParts, temporaryKeys } from '../../containers/rotation.ts';
import {
  beginJwt,
  finishJwt,
  rotatePostgrest,
  rotateService,
  serviceRole,
} from '../../containers/rotations.ts';
import { authenticator } from '../../database/authenticator.ts';
import { readonly } from '../../database/readonly.ts';
import { roleUsers } from '../../database/role-users.ts';
import type { Change } from '../../domain/change.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Secret } from '../../domain/secret.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { applyChange } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import type { ContainerTarget } from '../../targets/target.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { underLocks } from '../wiring/under-locks.ts';
import { type OpenWorkspace, openWorkspace } from '../wiring/workspace.ts';
import {
  changedMeanwhile,
  fileExists,
  needsApproval,
  noContainers,
  onlyForJwt,
  unknownCredential,
} from './credentials-problems.ts';

const credentialNames = ['service', 'postgrest', 'jwt'] as const;
type CredentialName = (typeof credentialNames)[number];

/** The roles whose password a rotation changes; the key of tokens is no role's. */
const rolesOf: Readonly<Record<CredentialName, readonly string[]>> = {
  service: [serviceRole],
  postgrest: [authenticator, readonly],
  jwt: [],
};

/** Sets or rotates one credential; without `--force`, only shows what that would affect. */
export const credentials: Execute = async (parts) => {
  const name = nameIn(parts);
  await assertFileIsFree(parts);
  const open = await openWorkspace(parts);
  try {
    const target = targetOf(open);
    if (name === null) return await showStates(parts, target);
    await showUsers(parts, target, name);
    if (!parts.flags.force) throw new ProblemError(needsApproval(name));
    return await underLocks(parts, open.ports, (lock) => rotate(parts, open, target, name, lock));
  } finally {
    await open.ports.close();
  }
};

/** @throws ProblemError (exit 2) */
function nameIn({ flags }: CommandParts): CredentialName | null {
  const { argument, finish, compromised } = flags;
  const name = credentialNames.find((one) => one === argument) ?? null;
  if (name === null && argument !== undefined)
    throw new ProblemError(unknownCredential(argument, credentialNames));
  if ((finish || compromised) && name !== 'jwt') throw new ProblemError(onlyForJwt);
  return name;
}

/** @throws ProblemError (exit 2) if the file for the password exists */
async function assertFileIsFree({ flags, here }: CommandParts): Promise<void> {
  const { passwordFile } = flags;
  if (passwordFile !== undefined && (await here.inspect(passwordFile)).type !== 'absent')
    throw new ProblemError(fileExists(passwordFile));
}

function targetOf({ ports: { production, local } }: OpenWorkspace): ContainerTarget {
  const target = production ?? local;
  if (target.stack === null) throw new ProblemError(noContainers);
  return target;
}

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });

async function showStates(parts: CommandParts, target: ContainerTarget): Promise<ExitCode> {
  const values = await envValues({ target });
  for (const name of credentialNames) {
    const unfinished =
      values.has(temporaryKeys[name]) || (name === 'jwt' && values.has(temporaryKeys.oldJwt));
    const key = name === 'jwt' ? values.get('POSTGREST_JWT_SECRET') : undefined;
    const overlaps = key !== undefined && keysIn(key).length > 1;
    const state = overlaps ? 'two keys are accepted until credentials jwt --finish' : 'nothing is pending';
    say(parts, `${name}: ${unfinished ? 'a rotation was interrupted; the same command resumes it' : state}`);
  }
  return exitCodes.done;
}

async function showUsers(parts: CommandParts, target: ContainerTarget, name: CredentialName): Promise<void> {
  const roles = rolesOf[name];
  if (roles.length === 0)
    return say(parts, 'Every client of the API with a token of its own signing needs the new key.');
  const { sessions, databases } = await roleUsers(await target.database.session(), roles);
  const listed = roles.join(' and ');
  say(parts, sessions.length === 0 ? `No session uses ${listed} now.` : `Sessions of ${listed} now:`);
  for (const line of sessions) say(parts, `  ${line}`);
  say(
    parts,
    databases.length === 0
      ? `No other database of the server gives ${listed} anything.`
      : `Other databases of the server use ${listed}, with the same password: ${databases.join(', ')}.`,
  );
}

async function rotate(
  parts: CommandParts,
  { ports, config }: OpenWorkspace,
  target: ContainerTarget,
  name: CredentialName,
  lock: Lock,
): Promise<ExitCode> {
  const { adapters, flags, signal } = parts;
  const journal = await Journal.open(adapters.appendFile(ports.root, journalPath), adapters.clock);
  const executor = executorParts(parts, ports, null, journal, lock, { config });
  const apply = async (change: Change) => {
    signal.throwIfAborted();
    say(parts, `change: ${summaryOf(change)}`);
    // The signal is not passed on, so that a change that has started is finished.
    const applied = await applyChange(executor, 'credentials', change, new AbortController().signal);
    if (applied === 'moved') throw new ProblemError(changedMeanwhile(summaryOf(change)));
  };
  const rotation: RotationParts = {
    target,
    database: config.database.name,
    randomBytes: adapters.randomBytes,
    signal,
    apply,
    say: (text) => say(parts, text),
  };
  if (name === 'service') await rotateService(rotation, (password) => handOver(parts, password));
  else if (name === 'postgrest') await rotatePostgrest(rotation);
  else if (flags.finish || flags.compromised) await finishJwt(rotation, flags.compromised);
  else await beginJwt(rotation);
  return exitCodes.done;
}

async function handOver({ flags, here, terminal }: CommandParts, password: Secret): Promise<void> {
  const text = `${password.reveal()}\n`;
  if (flags.passwordFile === undefined) terminal.stdout.write(text);
  else await here.write(flags.passwordFile, text, 0o600);
}
