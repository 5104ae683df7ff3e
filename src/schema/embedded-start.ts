import { openOnEmbedded } from '../checklist/items.ts';
import type { DatabaseItems } from '../containers/database-container.ts';
import { ledgerSchema } from '../database/ledger/ledger.ts';
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
    return missing({ what: 'embedded database', wanted: 'its files', found: 'nothing' });
  if (state.is === 'unfinished') {
    const found = 'files that were cut off while they were made; nothing is in them yet';
    return missing({ what: 'embedded database', wanted: 'whole files', found });
  }
  const session = await database.session();
  const [row] = await session.query(
    `select current_setting('server_version') as version,
              to_regclass('${ledgerSchema}.migrations') is not null as ledger`,
  );
  if (row?.ledger !== true)
    return missing({ what: 'ledger', wanted: `schema ${ledgerSchema}`, found: 'not there' });
  const version = String(row.version);
  return satisfied(
    `PostgreSQL ${version}, embedded`,
    [{ target: database.target, summary: `embedded PostgreSQL ${version} answers`, facts: { version } }],
    openOnEmbedded([items.started, items.running, items.log], database.target),
  );
}

export function createEmbedded({ database: { target } }: Target): readonly PlannedChange[] {
  const operation = { type: 'initialise' } as const;
  return [{ status: 'exact', change: { kind: 'sql', database: target, operation, before: { head: null } } }];
}

function otherMajor(found: string, ours: string): Problem {
  return {
    code: 'ERP-0503',
    what: `The embedded database here is of PostgreSQL ${found}; this erp-deploy brings ${ours}.`,
    why: 'PostgreSQL does not read the files of another major version. It is a local test: nothing of production lies there.',
    todo: [`Begin the local test anew: ${removeEmbedded}`, 'Then start again.'],
    exit: exitCodes.prerequisite,
  };
}
