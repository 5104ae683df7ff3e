import { sectionItems } from '../../checklist/items.ts';
import { migrationFileStep } from '../../schema/migration-file-step.ts';
import { fileFacts, sorted } from '../../schema/migration-items.ts';
import { applyMigrationsProof } from '../../schema/scratch-proof.ts';
import { starterIndexItem } from '../../schema/starter-indexes.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled } from '../../workspace/layout.ts';

/** The checklist's groups of tables, by the item that heads each. */
const groups = {
  '1.2#4': 'memory',
  '1.2#11': 'operations',
  '1.2#19': 'configuration',
  '1.2#24': 'graph and blocks',
  '1.2#29': 'planning',
} as const;

async function readItems(context: Context, text: string) {
  const facts = await fileFacts(context, '1.2', 'agent', text, groups);
  const indexes = await starterIndexItem(context, '1.2#33', 'agent');
  const made = sorted([
    facts.foreignKeys('1.2#34'),
    facts.functions('1.2#35'),
    facts.functions('1.2#36', 'get_graph_neighbors(node_id)'),
    facts.functions('1.2#37', 'update_updated_at_column()'),
    facts.triggers('1.2#38'),
  ]);
  return {
    evidence: [...facts.evidence, ...made.evidence, ...indexes.evidence],
    open: [
      ...facts.open,
      ...made.open,
      ...indexes.open,
      { item: '1.2#39', reason: 'verified when it runs: by 2.2' } as const,
    ],
  };
}

export const agentSchema = migrationFileStep({
  id: '1.2',
  title: 'migration 002',
  items: sectionItems('1.2'),
  file: bundled.agent,
  readItems,
  proven: async (context, text) => {
    const [read, proof] = [await readItems(context, text), await applyMigrationsProof(context)];
    const proven = proof.map(({ item }) => item);
    return {
      evidence: [...read.evidence, ...proof],
      open: read.open.filter(({ item }) => !proven.includes(item)),
    };
  },
});
