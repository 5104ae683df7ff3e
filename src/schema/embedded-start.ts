import { openOnEmbedded } from '../checklist/items.ts';
import type { DatabaseItems } from '../containers/database-container.ts';
import { ledgerSchema } from '../database/ledger/ledger.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import { removeEmbedded } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { blocked, type CheckResult, missing, satisfied } from '../domain/step.ts';
import type { Target } from '../targets/target.ts';

/** Checks the embedded database: its files and its ledger. */
export async function inspectEmbedded({ database, items }: Target<DatabaseItems>): Promise<CheckResult> {
  const state = await database.state();
  if (state.is === 'foreign') return blocked(otherMajor(state.major, state.ours));
  if (state.is === 'absent')
    return missing({ what: 'embedded database', expected: 'its files', actual: 'missing' });
  if (state.is === 'unfinished') {
    const found = 'incomplete: its creation was interrupted, and it has no data yet';
    return missing({ what: 'embedded database', expected: 'its files', actual: found });
  }
  const session = await database.session();
  const [row] = await session.query(
    `select current_setting('server_version') as version,
              to_regclass('${ledgerSchema}.migrations') is not null as ledger`,
  );
  if (row?.ledger !== true)
    return missing({ what: 'ledger', expected: `schema ${ledgerSchema}`, actual: 'missing' });
  const version = String(row.version);
  return satisfied(
    `PostgreSQL ${version}, embedded`,
    [{ target: database.target, summary: `embedded PostgreSQL ${version} answers`, facts: { version } }],
    openOnEmbedded([items.started, items.running, items.log], database.target),
  );
}

export function createEmbedded({ database: { target } }: Target): readonly PlannedChange[] {
  return [exact(sqlChange(target, { type: 'initialise' }, null))];
}

function otherMajor(actual: string, ours: string): Problem {
  return {
    code: 'ERP-0505',
    what: `The embedded database was created by PostgreSQL ${actual}; this erp-deploy has PostgreSQL ${ours}.`,
    why: 'PostgreSQL cannot read the files of another major version. The embedded database is only for the local test and has no production data.',
    todo: [{ text: 'Start the local test over', command: removeEmbedded }, { text: 'Then run again.' }],
    exit: exitCodes.prerequisite,
  };
}
