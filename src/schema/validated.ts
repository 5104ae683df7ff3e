import { pendingMigrations } from '../database/ledger/order.ts';
import { validateSchema } from '../database/validation/validate.ts';
import type { Need } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { layout } from '../workspace/layout.ts';
import { soundMigrations, workspaceMigrations } from '../workspace/migrations.ts';
import { ledgerOf } from './ledger-of.ts';

/** The files can be read, and the ledger has each of them, unchanged, and no other. */
export const allApplied: Need<Context> = {
  step: '2.2',
  what: 'every migration applied',
  holds: async (context) => {
    const found = await workspaceMigrations(context);
    if ('problem' in found) return false;
    const order = pendingMigrations(found.files, await ledgerOf(context), layout.migrations);
    return !('problem' in order) && order.pending.length === 0;
  },
};

/** The local database is there, has every migration, and is what they say, looked at now. */
export const validated: Need<Context> = {
  step: '2.3',
  what: 'a validated local database',
  holds: async (context) => {
    if ((await context.database.state()).is !== 'present' || !(await allApplied.holds(context))) return false;
    const expected = await context.catalogs.after(await soundMigrations(context));
    const session = await context.database.session();
    const contract = await contractOf(context);
    const { differences } = await validateSchema(session, expected, contract, false);
    return differences.length === 0;
  },
};
