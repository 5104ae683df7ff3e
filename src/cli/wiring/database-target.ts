import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { systemMessage } from '../../adapters/errno.ts';
import { readPrivateFile } from '../../adapters/private-file.ts';
import {
  type DatabaseTarget,
  passwordFilePath,
  resolveDatabaseTarget,
} from '../../config/database-target.ts';
import type { ServerReach } from '../../connections/production-server.ts';
import { FileFault } from '../../domain/ports/files.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { CommandParts } from './command.ts';
import { readStdin } from './read-stdin.ts';

/** Returns how to reach the server of a `--database-url`; `-` reads the URL from stdin. */
export function reachOf(parts: CommandParts, given: string): ServerReach {
  const authorities = parts.adapters.authoritiesFile();
  return {
    target: () => targetOf(parts, given),
    open: reach,
    authorities: authorities.path,
    forget: authorities.remove,
  };
}

/**
 * Creates an empty database on the server of a `--shadow-database-url`; closing the session drops it.
 * @throws ProblemError if the URL is not valid (exit 2) or the server cannot be reached (exit 3)
 */
export async function openShadow(parts: CommandParts, given: string): Promise<Session> {
  const target = await targetOf(parts, given);
  return scratchDatabase(await reach(target), (database) => reach({ ...target, database }));
}

/**
 * Creates an empty database on a server; closing the session drops it.
 * @param server a session on the server; closed together with the new database
 * @param open logs in to a database of that server
 */
export async function scratchDatabase(
  server: Session,
  open: (database: string) => Promise<Session>,
): Promise<Session> {
  const database = `erp_deploy_shadow_${randomUUID().replaceAll('-', '')}`;
  await server.script(`create database ${database}`);
  const session = await open(database);
  return {
    ...session,
    close: async () => {
      await session.close();
      await server.script(`drop database ${database}`);
      await server.close();
    },
  };
}

async function targetOf(parts: CommandParts, given: string): Promise<DatabaseTarget> {
  const { cwd, env, reporter } = parts;
  const url = given === '-' ? (await readStdin(parts, 'The database URL')).trim() : given;
  const path = passwordFilePath(env);
  const passwordFile = path === undefined ? null : await readPrivateFile(resolve(cwd, path));
  const resolved = resolveDatabaseTarget(url, {
    env,
    ...(passwordFile !== null && 'text' in passwordFile ? { passwordFile: passwordFile.text } : {}),
  });
  if ('fault' in resolved) throw new ProblemError(badUrl(resolved.fault));
  const authorities = resolved.target.ssl.rootCertificateFile;
  if (authorities !== undefined) await assertReadable(parts, resolve(cwd, authorities));
  for (const warning of resolved.warnings) reporter.emit({ type: 'note', level: 'warning', text: warning });
  return resolved.target;
}

/** @throws ProblemError (exit 2) if the file of `sslrootcert` cannot be read */
async function assertReadable({ adapters }: CommandParts, path: string): Promise<void> {
  try {
    await adapters.filesIn('/').read(path);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new ProblemError({
      code: 'ERP-0122',
      what: `The file of trusted authorities ${path} cannot be read (${error.errno}).`,
      why: 'It is named by sslrootcert in the database URL, or by PGSSLROOTCERT.',
      todo: [{ text: 'Correct the path, or omit it to trust the authorities that Node ships.' }],
      exit: exitCodes.usage,
    });
  }
}

async function reach(target: DatabaseTarget): Promise<Session> {
  try {
    const { connectPostgres } = await import('../../adapters/postgres-session.ts');
    return await connectPostgres(target);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(unreachable(target, error), { cause: error });
  }
}

function badUrl({ what, todo }: { readonly what: string; readonly todo: string }): Problem {
  return {
    code: 'ERP-0120',
    what: `The database URL cannot be used: ${what}.`,
    why: 'Expected: postgres://USER@HOST:PORT/DATABASE. The URL is not shown, because any part may be a password.',
    todo: [{ text: todo }],
    exit: exitCodes.usage,
  };
}

/** Returns whether the server itself refused: its codes are SQLSTATEs, those of a connection are names such as ECONNREFUSED. */
function isRefusedLogIn({ code }: DatabaseError['fault']): boolean {
  return /^[0-9A-Z]{5}$/.test(code);
}

function unreachable({ host, port, database, user }: DatabaseTarget, { fault }: DatabaseError): Problem {
  const isLogIn = isRefusedLogIn(fault);
  return {
    code: 'ERP-0532',
    what: `Could not ${isLogIn ? 'log in' : 'connect'} to ${database} on ${host}:${port} as ${user}.`,
    why: `${systemMessage(fault.code) ?? fault.message} (${fault.code}).`,
    todo: [
      ...(isLogIn
        ? []
        : [{ text: `Check that PostgreSQL runs, and accepts connections on ${host}:${port}.` }]),
      { text: 'Try it with psql', command: ['psql', '-h', host, '-p', String(port), '-U', user, database] },
      ...(isLogIn
        ? [{ text: 'erp-deploy reads the password from PGPASSWORD, PGPASSFILE or ~/.pgpass.' }]
        : []),
    ],
    exit: exitCodes.prerequisite,
  };
}
