import { markAsReadOnly } from '../../database/leftovers.ts';
import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import type { Production } from '../../targets/target.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { validateSession } from '../wiring/validate-session.ts';
import { watch } from '../wiring/watch.ts';
import {
  contextOf,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
  whileLocked,
} from '../wiring/workspace.ts';

/** Runs only the schema checks, on the local database or on production; with `--watch`, again after each change. */
export const validate: Execute = async (parts) => {
  const { open, context } = await opened(parts);
  const { production } = context;
  const { watch: watches } = parts.flags;
  if (production === null && !watches) return validateLocked(parts, open, context);
  try {
    return await (production === null
      ? watchLocal(parts, open)
      : validateProduction(parts, production, context));
  } finally {
    await open.ports.close();
  }
};

async function opened(parts: CommandParts) {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.ports);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  return { open, context: contextOf(parts, open, () => recorded) };
}

const validateLocked = (parts: CommandParts, open: OpenWorkspace, context: Context) =>
  whileLocked(parts, open.ports, () => validateLocal(parts, open, context));

/** Holds the lock only while it validates, so that a rollout can run beside it. */
async function watchLocal(parts: CommandParts, { ports }: OpenWorkspace) {
  const { stack, database } = ports.local;
  const isReadable = stack !== null && (await database.state()).is === 'present';
  const session = isReadable ? await database.session() : null;
  return watch(parts, { files: ports.files, session }, async () => {
    const again = await opened(parts);
    return validateLocked(parts, again.open, again.context);
  });
}

/** Validates production's database. It takes no lock, because it changes nothing. */
async function validateProduction(
  parts: CommandParts,
  { database, stack, server }: Production,
  context: Context,
) {
  if (stack === null) {
    const { name, protection } = await server.address();
    const text = `validating the database ${name}, ${protection}`;
    parts.reporter.emit({ type: 'note', level: 'info', text });
    return validateOrWatch(parts, context, await database.session(), sameCommand());
  }
  if ((await database.state()).is !== 'present')
    throw new ProblemError(noProductionDatabase(stack.host.name));
  const text = `validating the database on ${stack.host.name}`;
  parts.reporter.emit({ type: 'note', level: 'info', text });
  const session = await database.session();
  await markAsReadOnly(session);
  return validateOrWatch(parts, context, session, ['erp-deploy', 'validate']);
}

/** Validates production's database once, or again and again over the same connection. */
function validateOrWatch(parts: CommandParts, context: Context, session: Session, again: readonly string[]) {
  const validateOnce = () => validateSession(parts, context, session, again);
  return parts.flags.watch ? watch(parts, { files: context.files, session }, validateOnce) : validateOnce();
}

async function validateLocal(parts: CommandParts, { ports }: OpenWorkspace, context: Context) {
  const { database, stack } = context.local;
  const state = await database.state();
  if (state.is !== 'present') throw new ProblemError(noLocalDatabase(ports.root));
  const chosen =
    stack === null ? 'the embedded database of the workspace' : 'the database in the local container';
  const text = `no target was given; validating ${chosen}`;
  parts.reporter.emit({ type: 'note', level: 'info', text });
  return validateSession(parts, context, await database.session(), ['erp-deploy', 'validate']);
}

function noLocalDatabase(root: string) {
  return {
    code: 'ERP-0531',
    what: 'There is no database to validate.',
    why: `No local database of ${root} is running, and no other database was named.`,
    todo: [
      { text: 'Create the local database', command: ['erp-deploy', 'run', '--non-interactive'] },
      {
        text: 'Or name a database',
        command: ['erp-deploy', 'validate', '--database-url', 'postgres://USER@HOST:5432/DATABASE'],
      },
    ],
    exit: exitCodes.prerequisite,
  } as const;
}

function noProductionDatabase(host: string) {
  return {
    code: 'ERP-0313',
    what: `There is no database to validate on ${host}.`,
    why: 'Its container is not running.',
    todo: [
      { text: 'Start it', command: ['erp-deploy', 'run', '--phase', 'production'] },
      { text: 'Or omit the host, to validate the local database.' },
    ],
    exit: exitCodes.prerequisite,
  } as const;
}
