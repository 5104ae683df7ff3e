import { psql as argv, type PsqlInput } from '../../argv/psql.ts';
import { type Container, containerNamed } from '../../containers/container.ts';
import { databaseAddress } from '../../containers/log-in.ts';
import { type PsqlLogin, psqlLogin } from '../../containers/psql-login.ts';
import type { Stack } from '../../containers/stack.ts';
import { readonly } from '../../database/readonly.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { type PsqlRole, psqlRoles } from '../../domain/psql-role.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { readStdin } from '../wiring/read-stdin.ts';
import { type OpenWorkspace, openWorkspace } from '../wiring/workspace.ts';
import {
  databaseStopped,
  noContainer,
  noPassword,
  noPsql,
  noTerminalThere,
  psqlFailed,
  roleNeedsForce,
} from './psql-problems.ts';

/** Runs psql on the local database or production's, as a role that can only read unless another one is approved. */
export const psql: Execute = async (parts) => {
  const { flags, signal } = parts;
  const role = psqlRoles.find((one) => one === flags.role) ?? readonly;
  if (role !== readonly && !flags.force) throw new ProblemError(roleNeedsForce(role));
  const open = await openWorkspace(parts);
  try {
    const stack = stackOf(open);
    const container = await containerNamed(stack.host, stack.containers.database.name, signal);
    if (container?.status !== 'running') throw new ProblemError(databaseStopped(stack));
    const exitCode = await run(parts, open, { stack, role, container });
    if (exitCode !== exitCodes.done) throw new ProblemError(psqlFailed(exitCode));
    return exitCodes.done;
  } finally {
    await open.ports.close();
  }
};

/** @throws ProblemError if the target has no containers */
function stackOf({ ports: { production, local }, choice }: OpenWorkspace): Stack {
  if (production !== null && production.stack === null) throw new ProblemError(noContainer('url'));
  const stack = production?.stack ?? local.stack;
  if (stack === null || (production === null && choice.engine === 'embedded'))
    throw new ProblemError(noContainer('embedded'));
  return stack;
}

interface Chosen {
  readonly stack: Stack;
  readonly role: PsqlRole;
  /** The database's container. */
  readonly container: Container;
}

/** @returns the exit code of psql; null if a signal ended it */
async function run(parts: CommandParts, open: OpenWorkspace, chosen: Chosen): Promise<number | null> {
  const { stack, role } = chosen;
  const { name, user } = open.config.database;
  const login = await psqlLogin(stack, role, user);
  if (login === null) throw new ProblemError(noPassword(stack, role));
  const here = open.ports.hostOf('here').processes;
  const installed = await here.run(argv.version(), null, parts.signal);
  if (installed.notFound) return runInContainer(parts, login, chosen, name);
  const address = await stack.host.localAddress(databaseAddress(stack, chosen.container));
  const server = { PGHOST: address.host, PGPORT: `${address.port}`, PGDATABASE: name, PGUSER: login.user };
  const environment = { ...login.environment, ...server };
  try {
    return await attached(parts, argv.here(inputOf(parts)), environment);
  } finally {
    await address.close();
  }
}

/** Runs the psql of the container, since this machine has none. */
async function runInContainer(
  parts: CommandParts,
  { user, environment }: PsqlLogin,
  { stack, container }: Chosen,
  database: string,
): Promise<number | null> {
  const input = inputOf(parts);
  const options = typeof environment.PGOPTIONS === 'string' ? environment.PGOPTIONS : '';
  const command = argv.inContainer(container.id, input, { user, database, options });
  if (stack.host.id === 'here') {
    return attached(parts, command, {});
  }
  if (input === 'terminal') throw new ProblemError(noTerminalThere);
  const text = input === 'stdin' ? await readStdin(parts, 'SQL') : '';
  const { exitCode, stdout, stderr } = await stack.host.processes.run(
    command,
    null,
    parts.signal,
    undefined,
    {
      input: text,
    },
  );
  parts.terminal.stdout.write(stdout);
  parts.terminal.stderr.write(stderr);
  return exitCode;
}

function inputOf({ flags, terminal: { stdin } }: CommandParts): PsqlInput {
  if (flags.argument !== undefined) return { sql: flags.argument };
  return stdin.isTTY === true ? 'terminal' : 'stdin';
}

async function attached(
  { adapters, terminal, env, signal }: CommandParts,
  command: readonly [string, ...string[]],
  environment: PsqlLogin['environment'],
): Promise<number | null> {
  const exitCode = await adapters.runAttached(command, terminal, env, environment, signal);
  if (exitCode === 'missing') throw new ProblemError(noPsql(command[0]));
  return exitCode;
}
