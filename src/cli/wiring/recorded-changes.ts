import { type RecordedChange, readChanges } from '../../database/ledger/recorded-changes.ts';
import type { Database } from '../../domain/ports/database.ts';
import { asProblem } from '../../engine/faults.ts';
import type { CommandParts } from './command.ts';
import { type OpenWorkspace, whileLocked } from './workspace.ts';

/** The changes that a database records. */
export interface ChangesInDatabase {
  readonly name: Database['target'];
  /** Oldest first. */
  readonly changes: readonly RecordedChange[];
}

/**
 * Reads the changes that production's database records, or the local test's if no production is configured, and closes
 * the connection. Null if the database does not run, or cannot be read now, which is reported as a warning.
 */
export async function changesInDatabase(
  parts: CommandParts,
  { ports }: OpenWorkspace,
): Promise<ChangesInDatabase | null> {
  const { production, local } = ports;
  try {
    return production === null
      ? await whileLocked(parts, ports, () => changesOf(local.database))
      : await changesOf(production.database);
  } catch (error) {
    parts.signal.throwIfAborted();
    const name = production === null ? local.database.target : 'production';
    const text = `The changes that the ${name} database records cannot be read now: ${asProblem(error).what}`;
    parts.reporter.emit({ type: 'note', level: 'warning', text });
    return null;
  } finally {
    await ports.close();
  }
}

async function changesOf(database: Database): Promise<ChangesInDatabase | null> {
  if ((await database.state()).is !== 'present') return null;
  return { name: database.target, changes: await readChanges(await database.session()) };
}
