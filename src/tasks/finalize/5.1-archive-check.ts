import { allItems, anywhere } from '../../checklist/items.ts';
import { missing, type Step, satisfied } from '../../domain/step.ts';
import { ledgerOf } from '../../schema/ledger-of.ts';
import { appliedAtLast } from '../../targets/needs.ts';
import { lastTarget } from '../../targets/production.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';
import { archiveIsExplained, legacyArchived, legacyLeft } from '../../workspace/legacy.ts';

const items = {
  archived: anywhere('5.1#1'),
  explained: anywhere('5.1#2'),
  active: anywhere('5.1#3'),
};

/** Checks that the legacy migrations are archived, and that the database was created with ours. */
export const archiveCheck: Step<Context> = {
  id: '5.1',
  phase: 'finalize',
  title: 'archive check',
  expected: 'legacy migrations archived with a README; 001 and 002 are the active ones',
  items: allItems(items),
  needs: [
    {
      step: '0.3',
      what: `an archive with a README, and no legacy migration left in ${layout.legacy}`,
      holds: async (context) =>
        (await legacyLeft(context)).length === 0 && (await archiveIsExplained(context)),
    },
    ...appliedAtLast,
  ],
  async check(context) {
    const { database } = lastTarget(context);
    const archived = await legacyArchived(context);
    const active = (await ledgerOf(database)).map(({ name }) => name);
    const unapplied = [bundled.erp, bundled.agent].filter((name) => !active.includes(name));
    if (unapplied.length > 0) {
      return missing(
        ...unapplied.map((what) => ({ what, expected: 'in the ledger', actual: 'not applied' })),
      );
    }
    const { target } = database;
    return satisfied(`${archived.length} archived, ${active.length} active`, [
      workspaceEvidence(items.archived.id, `${archived.length} in ${layout.archive}, none left outside`, {
        archived: archived.length,
      }),
      workspaceEvidence(items.explained.id, `${layout.archiveReadme} explains why`),
      { item: items.active.id, target, summary: `the ledger has ${active.join(', ')}` },
    ]);
  },
  preview: async () => [],
};
