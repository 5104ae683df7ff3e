import { hazardsIn } from '../database/hazards/hazards-in.ts';
import type { ExactChange } from '../domain/build-change.ts';
import type { Consent } from '../domain/change.ts';
import type { Hazard } from '../domain/hazard.ts';
import { hazardLines } from '../domain/hazard-text.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';

/** A planned migration. */
export interface PlannedFile {
  readonly file: MigrationFile;
  readonly planned: ExactChange;
}

/** How many tables of a database have rows, and the name of one. */
interface PopulatedTables {
  readonly tables: number;
  readonly example: string;
}

/**
 * Adds to the migrations of a database that contains rows what each of them does to others, and the approvals that it
 * needs: `--allow-populated`, and `--force` if rows or values can be lost.
 * @param freeDisk bytes; null if that is not known
 */
export async function onPopulated(
  session: Session,
  migrations: readonly PlannedFile[],
  rows: PopulatedTables,
  freeDisk: () => Promise<number | null>,
): Promise<readonly ExactChange[]> {
  const files = migrations.map(({ file }) => file);
  const hazards = files.length === 0 ? [] : await hazardsIn(session, files, freeDisk);
  return migrations.map(({ file, planned }, index) => {
    const own = hazards[index] ?? [];
    const losing = own.filter(({ losesData }) => losesData);
    return {
      ...planned,
      consent: populated(
        rows,
        own.filter(({ losesData }) => !losesData),
      ),
      ...(own.length === 0 ? {} : { hazards: own }),
      ...(losing.length === 0 ? {} : { alsoNeeds: [losesRows(file, losing)] }),
    };
  });
}

function populated({ tables, example }: PopulatedTables, hazards: readonly Hazard[]): Consent {
  return {
    flag: '--allow-populated',
    why: `${tables} ${tables === 1 ? 'table has' : 'tables have'} rows (such as ${example}); the migration changes a database in use.`,
    ...(hazards.length === 0 ? {} : { excerpt: hazards.flatMap(hazardLines) }),
  };
}

function losesRows({ name }: MigrationFile, hazards: readonly Hazard[]): Consent {
  const kinds = [...new Set(hazards.map(({ what, line }) => `${what} (line ${line})`))];
  return {
    flag: '--force',
    why: `${name} can lose data: ${kinds.join(', ')}.`,
    excerpt: hazards.flatMap(hazardLines),
  };
}
