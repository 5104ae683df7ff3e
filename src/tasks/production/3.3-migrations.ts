import { holdsDatabase } from '../../containers/env.ts';
import { ledgerHead } from '../../database/ledger/ledger.ts';
import { leftoversIn } from '../../database/leftovers.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Step } from '../../domain/step.ts';
import { dumpChange, dumpToCome } from '../../dumps/dump-change.ts';
import { dumpLocation } from '../../dumps/location.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { serverFit } from '../../host/server-fit.ts';
import { atProduction, envLocation, notConfigured, productionOf } from '../../host/site.ts';
import { lookAtMigrations, readBack } from '../../schema/look-at-migrations.ts';
import { planMigrations } from '../../schema/plan-migrations.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled } from '../../workspace/layout.ts';

const boxes = { [bundled.erp]: ['3.3#1', '3.3#2'], [bundled.agent]: ['3.3#3', '3.3#4'] } as const;

/** The workspace's migrations, applied to production's database: one transaction a file. */
export const productionMigrations: Step<Context> = {
  id: '3.3',
  phase: 'production',
  title: 'migrations',
  wanted: "every migration of the workspace in the ledger of production's database",
  needs: [
    locallyTested,
    {
      step: '3.1',
      what: 'a server that takes migrations',
      holds: async (context) => {
        const { server } = productionOf(context);
        return server === null || !('code' in (await serverFit(context, server)));
      },
    },
    {
      step: '3.2',
      what: "production's database",
      holds: async (context) => (await atProduction(context).database.state()).is === 'present',
    },
  ],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
  check: (context) => lookAtMigrations(atProduction(context), boxes),
  verify: (context) => readBack(atProduction(context), '3.3', boxes),
  preview: changes,
  foresee: changes,
};

/** What an earlier roll-out left behind ends first, for nothing passes it. */
async function changes(context: Context): Promise<readonly PlannedChange[] | Problem> {
  const planned = await migrationChanges(context);
  return 'code' in planned ? planned : [...(await sessionsToEnd(atProduction(context))), ...planned];
}

/** Only on the droplet, whose lock is held: on a server of others, another roll-out may be at work. */
async function sessionsToEnd({ database, stack }: Context): Promise<readonly PlannedChange[]> {
  if (stack === null || (await database.state()).is !== 'present') return [];
  const session = await database.session();
  const leftovers = await leftoversIn(session);
  const head = leftovers.length === 0 ? null : await ledgerHead(session);
  return leftovers.map((leftover) => {
    const operation = { type: 'end-session', leftover } as const;
    return { status: 'exact', change: { kind: 'sql', database: 'production', operation, before: { head } } };
  });
}

/** A database that holds rows is dumped before the first migration touches it. */
async function migrationChanges(context: Context): Promise<readonly PlannedChange[] | Problem> {
  const planned = await planMigrations(atProduction(context), '3.2');
  if ('code' in planned) return planned;
  const populated = planned.some(
    (one) => one.status === 'exact' && one.consent?.flag === '--allow-populated',
  );
  // Whether it holds rows cannot be asked while it does not run: the yes is to be about the dump as well.
  const unseen = planned.some(({ status }) => status === 'pending');
  const { server } = productionOf(context);
  const may = populated || (unseen && server === null && (await holdsDatabase(envLocation(context))));
  if (!may) return planned;
  const location = await dumpLocation(context);
  if (location === null) throw new Error('production has no location for its dumps');
  const dump = await (populated ? dumpChange : dumpToCome)(location, 'before its migration', context.signal);
  return 'code' in dump ? dump : [dump, ...planned];
}
