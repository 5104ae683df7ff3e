import { inOrder } from '../database/ledger/order.ts';
import { migrationEffects } from '../database/rehearsal/effects.ts';
import { rehearsalObstacle } from '../database/rehearsal/problems.ts';
import { rehearsalRequirements } from '../database/rehearsal/requirements.ts';
import { scratchNameFor } from '../database/rehearsal/scratch.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import { type Consent, type PlannedChange, subjectOfPlanned } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import type { ChangeSubject } from '../domain/change-subject.ts';
import { embeddedMajor } from '../domain/embedded-major.ts';
import type { StepId } from '../domain/phase.ts';
import type { Problem } from '../domain/problem.ts';
import type { MigrationFile, Rehearsal, ScratchDatabase, SqlChange } from '../domain/sql-change.ts';
import { freeDiskOf } from '../host/free-disk.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { bundled } from '../workspace/layout.ts';
import { markOfFiles, soundMigrations } from '../workspace/migrations.ts';
import { abandonedIn, ledgerOf } from './ledger-of.ts';

type Changes = readonly PlannedChange[];

/**
 * Puts a rehearsal before the user's own migrations if their local test did not run on production's major version, or the
 * approval to do without one. What an interrupted rehearsal left behind is removed in any case.
 * @param step the step that applies the migrations
 * @param startedBy the step that starts the database
 */
export async function withRehearsal(
  context: Context,
  target: Target,
  planned: Changes,
  step: StepId,
  startedBy: StepId,
): Promise<Changes | Problem> {
  const own = planned.filter((one) => isOwnMigration(one));
  if (own.length === 0) return [...(await removal(target)), ...planned];
  const files = await soundMigrations(context);
  const testedMajor = localMajor(context, files);
  if (own.some(({ status }) => status === 'pending')) {
    return [...pendingRehearsal(context, files, testedMajor, startedBy), ...planned];
  }
  const session = await target.database.session();
  const { leftOut, extensions } = await migrationEffects(files, Object.values(bundled));
  const found = await rehearsalRequirements(session, extensions);
  const { database, major } = found;
  const rest = async () => [...(await removal(target)), ...planned];
  if (testedMajor === major) return rest();
  if (context.withoutRehearsal !== null) {
    const consent = unrehearsed(context.withoutRehearsal, major, testedMajor);
    return (await rest()).map((one) => (one === own[0] ? withConsent(one, consent) : one));
  }
  const rehearsal = { scratch: scratchOf(target, database), files, leftOut, major, testedMajor };
  const change = changeOf(rehearsal, target, planned);
  const isDone = context.memory
    .applied(step)
    .some(({ subject, digest }) => isRehearsal(subject) && digest === digestOf(change));
  if (isDone) return rest();
  const obstacle = rehearsalObstacle(found, await freeDiskOf(target, context.signal));
  return obstacle ?? [exact(change), ...planned];
}

function isRehearsal(subject: ChangeSubject | undefined): boolean {
  return subject?.kind === 'sql' && subject.database === 'production' && subject.operation === 'rehearse';
}

function isOwnMigration(planned: PlannedChange): boolean {
  const subject = subjectOfPlanned(planned);
  if (subject.kind !== 'sql' || subject.database !== 'production' || subject.migration === undefined)
    return false;
  return !Object.values<string>(bundled).includes(subject.migration);
}

/**
 * Returns PostgreSQL's major version in the local test of these files; null if they did not pass one yet, and it is
 * unknown or will not be made.
 */
function localMajor(context: Context, files: readonly MigrationFile[]): number | null {
  const mark = markOfFiles(files);
  const evidence = context.memory.lastVerified('2.3')?.evidence ?? [];
  const version = evidence.find(({ facts }) => facts?.files === mark)?.facts?.serverVersion;
  if (version !== undefined) return Number.parseInt(String(version), 10);
  return context.withoutLocalTest === null && context.engine === 'embedded' ? embeddedMajor : null;
}

/**
 * Returns the rehearsal as it is known before the database runs. The containers of both targets use one image, so after a
 * local test in a container there is none.
 */
function pendingRehearsal(
  context: Context,
  files: readonly MigrationFile[],
  testedMajor: number | null,
  startedBy: StepId,
): Changes {
  if (context.withoutRehearsal !== null) return [];
  const sameImage = context.engine === 'docker' && context.withoutLocalTest === null;
  if (sameImage && testedMajor !== embeddedMajor) return [];
  const summary = `rehearse ${files.length} migrations in a scratch database on the production server, if the local test ran on another PostgreSQL version`;
  const subject = { kind: 'sql', database: 'production', operation: 'rehearse' } as const;
  return [{ status: 'pending', on: startedBy, subject, digest: null, summary, reversible: false }];
}

function unrehearsed(reason: string, major: number, testedMajor: number | null): Consent {
  const tested =
    testedMajor === null ? 'did not pass a local test' : `were tested on PostgreSQL ${testedMajor}`;
  return {
    flag: '--without-rehearsal',
    value: reason,
    why: `The migrations ${tested}, and production runs ${major}: what this version does not know fails there.`,
  };
}

function withConsent(planned: PlannedChange, consent: Consent): PlannedChange {
  if (planned.status === 'pending' || planned.consent === undefined) return { ...planned, consent };
  return { ...planned, alsoNeeds: [...(planned.alsoNeeds ?? []), consent] };
}

function scratchOf({ stack }: Target, database: string): ScratchDatabase {
  return { name: scratchNameFor(database), database, alone: stack !== null };
}

/** The rehearsal comes first, so its precondition is that of the first change. */
function changeOf(rehearsal: Rehearsal, { database }: Target, planned: Changes): SqlChange {
  const [head = null] = planned.flatMap((one) =>
    one.status === 'exact' && one.change.kind === 'sql' ? [one.change.before.head] : [],
  );
  return sqlChange(database.target, { type: 'rehearse', rehearsal }, head);
}

/** Removes what an interrupted rehearsal left behind. */
async function removal(target: Target): Promise<Changes> {
  const { database } = target;
  if ((await abandonedIn(database)) === null) return [];
  const session = await database.session();
  const [row] = await session.query('select current_database()::text as name');
  const operation = { type: 'end-rehearsal', scratch: scratchOf(target, String(row?.name)) } as const;
  const head = inOrder(await ledgerOf(database)).at(-1)?.name ?? null;
  return [exact(sqlChange(database.target, operation, head))];
}
