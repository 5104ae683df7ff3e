import { catalogNow } from '../../database/catalog/catalog-now.ts';
import { checksumOf } from '../../database/checksum.ts';
import { pause } from '../../domain/pause.ts';
import type { Files } from '../../domain/ports/files.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import { layout } from '../../workspace/layout.ts';
import { type CommandParts, journalPath } from './command.ts';

/** Milliseconds between two inspections. Of the database, each is one short query unless something was written to it. */
const pollInterval = 2_000;

/** What decides about the result of a validation. */
interface Watched {
  readonly files: Files;
  /** Null if the database cannot be read while another erp-deploy may use it: then the journal shows what that did. */
  readonly session: Session | null;
}

/**
 * Validates again whenever a migration, the journal or the schema of the database changes, until a signal. A problem is
 * reported, and watching continues: the next change may fix it.
 * @param validate runs the validation once
 * @throws the reason of the signal
 */
export async function watch(
  { reporter, signal }: Pick<CommandParts, 'reporter' | 'signal'>,
  watched: Watched,
  validate: () => Promise<ExitCode>,
): Promise<never> {
  let isWaiting = false;
  for (;;) {
    const before = await stateOf(watched);
    const isLocked = await isLockedDuring(validate, reporter);
    if (!isLocked) note(`${clockTime()}  watching the migrations and the database; Ctrl-C ends it`);
    else if (!isWaiting) note('another erp-deploy works in this workspace; waiting until it ends');
    isWaiting = isLocked;
    do await pause(pollInterval, signal);
    while (!isLocked && (await stateOf(watched)) === before);
  }
  function note(text: string): void {
    reporter.emit({ type: 'note', level: 'info', text });
  }
}

/** Returns whether another erp-deploy holds the lock. */
async function isLockedDuring(
  validate: () => Promise<ExitCode>,
  reporter: CommandParts['reporter'],
): Promise<boolean> {
  try {
    await validate();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.problems[0].exit === exitCodes.locked) return true;
    for (const problem of error.problems) reporter.problem(problem);
  }
  return false;
}

async function stateOf({ files, session }: Watched): Promise<string> {
  const names = (await files.list(layout.migrations)).filter((name) => name.endsWith('.sql'));
  const migrations = await Promise.all(
    names.map(async (name) => `${name} ${checksumOf(await files.read(`${layout.migrations}/${name}`))}`),
  );
  const journal = session === null ? await files.inspect(journalPath) : null;
  const catalog = session === null ? null : await catalogNow(session);
  return JSON.stringify([migrations, journal, catalog]);
}

function clockTime(): string {
  return new Date().toLocaleTimeString('en-GB');
}
