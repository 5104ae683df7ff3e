import { checkBehaviour } from '../database/behaviour/check-behaviour.ts';
import { repairScript } from '../database/comparison/difference.ts';
import { validateSchema } from '../database/validation/validate.ts';
import { countWords, notAsMigrated, tableCountWords } from '../database/validation/words.ts';
import { exitCodes, ProblemError } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import type { Context } from '../tasks/context.ts';
import { contractOf } from '../tasks/workspace/contract.ts';
import { soundMigrations } from '../tasks/workspace/migrations.ts';
import type { CommandParts, Execute } from './command.ts';
import { openTarget } from './database-target.ts';
import {
  contextOf,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
  whileLocked,
} from './workspace.ts';

/** The schema checks alone, against the embedded database or any other. Never migrates. */
export const validate: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.world);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const url = open.config.production.databaseUrl;
  if (url === undefined) return whileLocked(parts, open.world, () => validateEmbedded(parts, open, context));
  const session = await openTarget(parts, url);
  try {
    return await validateSession(parts, context, session, 'erp-deploy validate --database-url URL');
  } finally {
    await session.close();
  }
};

async function validateEmbedded(parts: CommandParts, { world, config }: OpenWorkspace, context: Context) {
  if (config.production.host !== undefined) throw new ProblemError(noDroplet);
  const state = await world.database.state();
  if (state.is !== 'present') throw new ProblemError(nothingHere(world.root));
  const text = 'no target was given: this is the embedded database of the workspace';
  parts.teller.tell({ type: 'note', level: 'info', text });
  return validateSession(parts, context, await world.database.session(), 'erp-deploy validate');
}

async function validateSession(parts: CommandParts, context: Context, session: Session, again: string) {
  const { teller, flags } = parts;
  const expected = await context.catalogs.after(await soundMigrations(context));
  const report = await validateSchema(session, expected, await contractOf(context), flags.strict);
  const say = (text: string) => teller.tell({ type: 'note', level: 'info', text });
  if (majorOf(report.serverVersion) !== majorOf(report.expectedVersion)) {
    say(
      `the server is PostgreSQL ${report.serverVersion}; what it should look like was worked out with ${report.expectedVersion}`,
    );
  }
  for (const one of [...report.differences, ...report.notes]) {
    const { kind, name, aspect, wanted, found, repair } = one;
    const severity = report.notes.includes(one) ? 'note' : 'difference';
    const statements = repairScript([{ ...one, repair }]);
    teller.tell({ type: 'difference', severity, kind, name, aspect, wanted, found, repair: statements });
  }
  const failed = flags.behaviour ? await tryBehaviour(parts, session, report.live) : [];
  say(`${tableCountWords(report.counts)}; ${countWords(report.counts)}`);
  if (flags.repairSql && !flags.json) {
    for (const statement of repairScript(report.differences)) parts.terminal.stdout.write(`${statement};\n`);
  }
  if (report.differences.length === 0 && failed.length === 0) {
    say('The database is what its migrations say.');
    return exitCodes.done;
  }
  teller.problem(notAsMigrated(report.differences, failed, again));
  return exitCodes.notAsMigrated;
}

async function tryBehaviour(
  { teller }: CommandParts,
  session: Session,
  live: Parameters<typeof checkBehaviour>[1],
) {
  const behaviour = await checkBehaviour(session, live);
  if ('skipped' in behaviour) {
    teller.tell({ type: 'note', level: 'info', text: `behaviours were not tried: ${behaviour.skipped}` });
    return [];
  }
  for (const { name, ok, wanted, found } of behaviour.results) {
    teller.tell({ type: 'behaviour', name, ok, wanted, found });
  }
  const failed = behaviour.results.filter(({ ok }) => !ok);
  const text = `${behaviour.results.length} behaviours tried and rolled back, ${failed.length} failed`;
  teller.tell({ type: 'note', level: 'info', text });
  return failed;
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

function nothingHere(root: string) {
  return {
    code: 'ERP-0531',
    what: 'There is no database to validate.',
    why: `${root} has no embedded database, and no other was named.`,
    todo: [
      'Make the local one: erp-deploy run --non-interactive',
      'Or name one: erp-deploy validate --database-url postgres://USER@HOST:5432/DATABASE',
    ],
    exit: exitCodes.prerequisite,
  } as const;
}

const noDroplet = {
  code: 'ERP-0313',
  what: 'This version of erp-deploy does not reach a droplet.',
  why: 'A production host is configured.',
  todo: ['Name the database itself: erp-deploy validate --database-url postgres://USER@HOST:5432/DATABASE'],
  exit: exitCodes.prerequisite,
} as const;
