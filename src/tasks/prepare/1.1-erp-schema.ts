import { sectionItems } from '../../checklist/items.ts';
import { migrationFileStep } from '../../schema/migration-file-step.ts';
import { fileFacts, sorted } from '../../schema/migration-items.ts';
import { starterIndexItem } from '../../schema/starter-indexes.ts';
import { bundled } from '../../workspace/layout.ts';

/** The checklist's groups of tables, by the item that heads each. */
const groups = { '1.1#4': 'core', '1.1#11': 'pattern 8' } as const;

export const erpSchema = migrationFileStep({
  id: '1.1',
  title: 'migration 001',
  items: sectionItems('1.1'),
  file: bundled.erp,
  readItems: async (context, text) => {
    const facts = await fileFacts(context, '1.1', 'erp', text, groups);
    const indexes = await starterIndexItem(context, '1.1#20', 'erp');
    const keys = sorted([facts.foreignKeys('1.1#21')]);
    return {
      evidence: [...facts.evidence, ...keys.evidence, ...indexes.evidence],
      open: [
        ...facts.open,
        ...keys.open,
        ...indexes.open,
        { item: '1.1#22', reason: 'verified when it runs: by 1.2 on a scratch database, and by 2.2' },
      ],
    };
  },
});
