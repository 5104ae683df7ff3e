import { dumps } from '../argv/dump.ts';
import { ledgerSchema } from '../database/ledger/ledger.ts';
import { dependentsOutside } from '../database/outside.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Command } from '../domain/shell-script.ts';
import type { Context } from '../workspace/context.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { type Archive, isOurs, readArchive } from './archive.ts';
import { keptDumps } from './kept-dumps.ts';
import type { DumpLocation } from './location.ts';
import { oldProgram } from './old-program.ts';
import { notOurs, othersDepend, unknownDump, unreadable } from './problems.ts';

/** A dump that can be restored, and what it would replace. */
export interface RestorableDump {
  readonly name: string;
  readonly archive: Archive;
  /** The schemas that are dropped, and restored if the dump contains them. */
  readonly schemas: readonly string[];
}

/**
 * Finds a dump by its name, reads all of it, and checks that it may replace the database. Changes nothing.
 * @param given its name, with or without `.dump`
 * @throws ProblemError
 */
export async function restorableDump(
  context: Context,
  location: DumpLocation,
  given: string,
): Promise<RestorableDump> {
  const kept = await keptDumps(location);
  const name = kept.find((one) => one.name === given || one.name === `${given}.dump`)?.name;
  if (name === undefined) throw new ProblemError(unknownDump(location, given, kept));
  const old = await oldProgram(location, 'pg_restore', context.signal);
  if (old !== null) throw new ProblemError(old);
  const archive = await readWhole(context, location, name);
  if (archive.database !== location.databaseName || !isOurs(archive)) {
    throw new ProblemError(notOurs(location, name, archive));
  }
  const schemas = await ourSchemas(context);
  const outside = await dependentsOutside(await location.database.session(), schemas);
  if (outside.length > 0) throw new ProblemError(othersDepend(location.name, schemas, outside));
  return { name, archive, schemas };
}

async function readWhole({ signal }: Context, location: DumpLocation, name: string): Promise<Archive> {
  const { programs, host, folder, environment } = location;
  const file = `${folder}/${name}`;
  const run = ({ argv, input }: Command) =>
    // The listener lifts the time limit that a command on a server has otherwise.
    host.processes.run(argv, '.', signal, () => undefined, { environment, input });
  const listed = await run(dumps.list(programs, file));
  const archive = listed.exitCode === 0 ? readArchive(listed.stdout) : null;
  if (archive === null) throw new ProblemError(unreadable(location, name, listed.stderr));
  const read = await run(dumps.readBack(programs, file));
  if (read.exitCode !== 0) throw new ProblemError(unreadable(location, name, read.stderr));
  return archive;
}

/** Returns the schemas that the migrations create, and the ledger's; never `public`, which others use. */
async function ourSchemas(context: Context): Promise<readonly string[]> {
  const { objects } = await context.catalogs.after(await soundMigrations(context));
  const made = objects
    .filter(({ kind, name }) => kind === 'schema' && name !== 'public')
    .map(({ name }) => name);
  return [...new Set(['agent', 'erp', ...made, ledgerSchema])];
}
