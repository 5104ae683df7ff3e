import { inWorkspace } from '../../domain/command-text.ts';
import type { Database } from '../../domain/ports/database.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import { contentsOf } from './table-contents.ts';

/**
 * Dumps the embedded database into a file and reads the file back: every table of every schema must have the same rows.
 * @throws ProblemError if a table has other rows
 */
export async function dumpDatabase(database: Database, path: string): Promise<void> {
  if (database.dump === undefined || database.openDump === undefined) {
    throw new Error(`${database.target} is dumped by a program of its server`);
  }
  const session = await database.session();
  await database.dump(path);
  const dumped = await database.openDump(path);
  try {
    const [original, copy] = [await allContents(session), await allContents(dumped)];
    if (original !== copy) throw new ProblemError(dumpDiffers(path));
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

function dumpDiffers(path: string): Problem {
  return {
    code: 'ERP-0843',
    what: `The dump ${path} does not match the database.`,
    why: 'It was read back, and its rows differ. Nothing was dropped.',
    todo: [
      { text: 'Check the free disk space', command: ['df', '-h', inWorkspace('.')] },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}
