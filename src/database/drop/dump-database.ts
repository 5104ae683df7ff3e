import type { Database } from '../../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import { contentsOf } from './table-contents.ts';

/**
 * Writes the embedded database into a file, and reads that back: every table of every schema must hold the same rows.
 * @throws ProblemError where it does not
 */
export async function dumpDatabase(database: Database, path: string): Promise<void> {
  if (database.dump === undefined || database.openDump === undefined) {
    throw new Error(`${database.target} is dumped by a program of its server`);
  }
  const session = await database.session();
  await database.dump(path);
  const dumped = await database.openDump(path);
  try {
    const [wanted, found] = [await allContents(session), await allContents(dumped)];
    if (wanted !== found) throw new ProblemError(notTheSame(path));
  } finally {
    await dumped.close();
  }
}

async function allContents(session: Session): Promise<string> {
  const rows = await session.query(
    "select nspname as name from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  const names = rows.map(({ name }) => String(name));
  return JSON.stringify(await contentsOf(session, names));
}

function notTheSame(path: string): Problem {
  return {
    code: 'ERP-0843',
    what: `The dump ${path} does not hold what the database holds.`,
    why: 'It was read back, and its rows are others. Nothing was dropped.',
    todo: ['Look whether there is room on the disk (df -h .), and start again.'],
    exit: exitCodes.stepFailed,
  };
}
