import type { LedgerRow } from '../../database/ledger/ledger-row.ts';
import { pendingMigrations } from '../../database/ledger/order.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import { blocked, missing, type Step, satisfied } from '../../domain/step.ts';
import type { Context } from '../context.ts';
import { bundled, layout } from '../layout.ts';
import { workspaceMigrations } from '../workspace/migrations.ts';
import { ledgerOf } from './ledger-of.ts';
import { planMigrations } from './plan-migrations.ts';

/** Applies what the ledger lacks: one transaction a file. */
export const migrations: Step<Context> = {
  id: '2.2',
  phase: 'local-test',
  title: 'migrations',
  wanted: 'every migration of the workspace in the ledger, unchanged and in order',
  needs: [
    {
      step: '2.1',
      what: 'a local database',
      holds: async ({ database }) => (await database.state()).is === 'present',
    },
    fileNeed('1.1', bundled.erp),
    fileNeed('1.2', bundled.agent),
  ],
  async check(context) {
    const found = await workspaceMigrations(context);
    if ('problem' in found) return blocked(found.problem);
    const ledger = await ledgerOf(context);
    const order = pendingMigrations(found.files, ledger, layout.migrations);
    if ('problem' in order) return blocked(order.problem);
    if (order.pending.length > 0) {
      return missing(
        ...order.pending.map(({ name }) => ({ what: name, wanted: 'applied', found: 'not in the ledger' })),
      );
    }
    return satisfied(
      `${ledger.length} applied`,
      ledger.flatMap((row) => evidenceOf(row)),
      containerBoxes,
    );
  },
  preview: planMigrations,
  foresee: planMigrations,
};

function fileNeed(step: '1.1' | '1.2', name: string): Step<Context>['needs'][number] {
  const path = `${layout.migrations}/${name}`;
  return { step, what: path, holds: async ({ files }) => (await files.look(path)).type === 'file' };
}

/** An applied file also proves the "test locally" of the step that brought it. */
function evidenceOf(row: LedgerRow): Evidence[] {
  const facts = { checksum: row.checksum, appliedAt: row.appliedAt };
  const told = {
    target: 'embedded',
    summary: `${row.name} applied ${row.appliedAt}, no error`,
    facts,
  } as const;
  if (row.name === bundled.erp)
    return [
      { box: '2.2#2', ...told },
      { box: '1.1#22', ...told },
    ];
  if (row.name === bundled.agent)
    return [
      { box: '2.2#4', ...told },
      { box: '1.2#39', ...told },
    ];
  return [told];
}

const containerBoxes: readonly OpenBox[] = (['2.2#1', '2.2#3'] as const).map((box) => ({
  box,
  reason: 'speaks of a container: proven where a Docker engine runs it',
}));
