import { missing, type Step, satisfied } from '../../domain/step.ts';
import { appliedAtTheEnd } from '../../host/end-needs.ts';
import { atTheEnd } from '../../host/site.ts';
import { ledgerOf } from '../../schema/ledger-of.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';
import { archiveIsExplained, legacyArchived, legacyLeft } from '../../workspace/legacy.ts';

/** The legacy migrations are out of the way, and ours are the ones that the database was made with. */
export const archiveCheck: Step<Context> = {
  id: '5.1',
  phase: 'finalize',
  title: 'archive check',
  wanted: 'legacy migrations archived and explained; 001 and 002 the active ones',
  needs: [
    {
      step: '0.3',
      what: `an archive with a README, and no legacy migration left in ${layout.legacy}`,
      holds: async (context) =>
        (await legacyLeft(context)).length === 0 && (await archiveIsExplained(context)),
    },
    ...appliedAtTheEnd,
  ],
  async check(local) {
    const context = atTheEnd(local);
    const archived = await legacyArchived(context);
    const active = (await ledgerOf(context)).map(({ name }) => name);
    const lacking = [bundled.erp, bundled.agent].filter((name) => !active.includes(name));
    if (lacking.length > 0) {
      return missing(...lacking.map((what) => ({ what, wanted: 'in the ledger', found: 'not applied' })));
    }
    const { target } = context.database;
    return satisfied(`${archived.length} archived, ${active.length} active`, [
      workspaceEvidence('5.1#1', `${archived.length} in ${layout.archive}, none left outside`, {
        archived: archived.length,
      }),
      workspaceEvidence('5.1#2', `${layout.archiveReadme} says why`),
      { box: '5.1#3', target, summary: `the ledger has ${active.join(', ')}` },
    ]);
  },
  preview: async () => [],
};
