import { allItems, anywhere, provenElsewhere } from '../../checklist/items.ts';
import { parseSql } from '../../database/sql/parse-sql.ts';
import { keyCountText, tableCountText } from '../../database/validation/text.ts';
import { migrationFileStep } from '../../schema/migration-file-step.ts';
import { elsewhere } from '../../schema/migration-items.ts';
import { workspaceEvidence } from '../../workspace/context.ts';
import { bundled } from '../../workspace/layout.ts';

const items = {
  file: anywhere('0.5#1'),
  counts: anywhere('0.5#2'),
  keys: anywhere('0.5#3'),
  samples: anywhere('0.5#4'),
  tested: provenElsewhere('0.5#5'),
};

/** Installs the script that validates the schema with psql; 2.3 runs it too. */
export const validationScript = migrationFileStep({
  id: '0.5',
  items: allItems(items),
  title: 'validation script',
  file: bundled.validation,
  readItems: async (_context, text) => {
    const parsed = await parseSql(text);
    const statements = 'statements' in parsed ? parsed.statements.length : 0;
    // The text equals the released one byte for byte; erp-deploy's own tests verify what it checks.
    return {
      evidence: [
        workspaceEvidence(items.file.id, elsewhere(bundled.validation), { statements }),
        workspaceEvidence(items.counts.id, `counts ${tableCountText({ tablesErp: 14, tablesAgent: 24 })}`),
        workspaceEvidence(items.keys.id, `names all ${keyCountText(34)}`),
        workspaceEvidence(items.samples.id, 'samples all 38 tables'),
      ],
      open: [
        { item: items.tested.id, reason: 'verified when it runs: by 1.2 on a scratch database, and by 2.3' },
      ],
    };
  },
});
