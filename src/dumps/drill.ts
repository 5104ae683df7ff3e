import * as z from 'zod';
import { drills } from '../argv/drill.ts';
import type { Host } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import type { Command } from '../domain/shell-script.ts';
import type { BackupManifest } from './backup-manifest.ts';
import { drillFailed, drillNotStarted } from './backup-problems.ts';

/** A server in a fresh container of this machine, into which a backup is restored. */
export interface DrillServer {
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
}

/** Where the files of the backup are, relative to the workspace. */
export interface DrillFiles {
  readonly roles: string;
  readonly dump: string;
}

/**
 * Starts the container, restores the backup into it, and passes a session to `act`; then removes the container.
 * @throws ProblemError if the container does not start, or if the dump cannot be restored
 */
export async function inDrill<Answer>(
  here: Host,
  server: DrillServer,
  { roles, dump }: DrillFiles,
  signal: AbortSignal,
  report: (line: string) => void,
  act: (session: Session) => Promise<Answer>,
): Promise<Answer> {
  const { name, image, user, password, database } = server;
  const environment = { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database };
  const run = ({ argv, input }: Command, until = signal, onLine?: (line: string) => void) =>
    here.processes.run(argv, '.', until, onLine, { environment, input });
  try {
    const started = await run(drills.start(name, image));
    if (started.exitCode !== 0) throw new ProblemError(drillNotStarted(image, started.stderr));
    const restored = await run(drills.restore(name, database, roles, dump), signal, report);
    if (restored.exitCode !== 0) throw new ProblemError(drillFailed(linesOf(restored.stderr)));
    const container = { name, port: 5432 };
    const login = { port: Number(started.stdout), container, database, user, password };
    const session = await here.openServer(login);
    try {
      return await act(session);
    } finally {
      await session.close();
    }
  } finally {
    // Not with the signal of the drill: it may be what ended it.
    await run(drills.remove(name), new AbortController().signal);
  }
}

const linesOf = (text: string) => text.trim().split('\n').slice(-5);

const counted = z.object({ rows: z.coerce.number() });

/** Returns a line for each table whose number of rows is not the one in the manifest. */
export async function wrongCounts(session: Session, { rows }: BackupManifest): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [table, expected] of Object.entries(rows)) {
    // The names are quoted as pg_dump quotes them.
    const [row] = await session.query(`select count(*)::text as rows from only ${table}`);
    const actual = counted.parse(row).rows;
    if (actual !== expected) wrong.push(`${table}: expected ${expected} rows, actual ${actual}`);
  }
  return wrong;
}
