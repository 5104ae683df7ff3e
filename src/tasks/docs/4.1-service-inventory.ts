import { allItems, anywhere, inAnyContainer } from '../../checklist/items.ts';
import { tableCountText } from '../../database/validation/text.ts';
import { deployedMigrations } from '../../documents/deployed.ts';
import { documentStep } from '../../documents/document-step.ts';
import { inventoryText } from '../../documents/inventory-text.ts';
import { measuredMemory, memoryFacts, memoryWords } from '../../documents/measured-memory.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { layout } from '../../workspace/layout.ts';

const whyNotMeasured = {
  embedded: 'needs Docker',
  docker: 'the memory of the container could not be read',
  production: 'not measured: the database runs in no container of ours, see the console of its provider',
};

const items = {
  section: anywhere('4.1#1'),
  counts: anywhere('4.1#2'),
  memory: inAnyContainer('4.1#3'),
  state: anywhere('4.1#4'),
};

/** Writes the database's section of the service inventory: where it runs, its size and its state. */
export const serviceInventory = documentStep({
  id: '4.1',
  items: allItems(items),
  title: 'service inventory',
  path: layout.inventory,
  name: 'postgres',
  heading: 'Service inventory',
  replaces: [/^[\W\d]*postgres(?:ql)?(?![\w-])/i, /^[\W\d]*current database state\b/i],
  async compose(context, described, before) {
    const source = await documentSource(context, described);
    const memory = await measuredMemory({ ...context, stack: described.stack }, before);
    const deployed = deployedMigrations(context);
    const { target, counts } = source;
    const production = deployed.length === 0 ? 'not deployed' : `${deployed.length} migrations in production`;
    const taken: readonly Evidence[] =
      memory === null
        ? []
        : [
            {
              item: items.memory.id,
              target,
              summary: `the container ${memoryWords(memory)}`,
              facts: { ...memoryFacts(memory) },
            },
          ];
    return {
      body: inventoryText({ source, memory, deployed }),
      summary: `${layout.inventory}: ${tableCountText(counts)}`,
      evidence: [
        { item: items.section.id, target, summary: `Postgres section of ${layout.inventory}` },
        { item: items.counts.id, target, summary: tableCountText(counts), facts: { ...counts } },
        ...taken,
        {
          item: items.state.id,
          target,
          summary: `Current Database State: ${source.ledger.length} migrations, ${production}`,
        },
      ],
      open: memory === null ? [{ item: items.memory.id, reason: whyNotMeasured[target] }] : [],
    };
  },
});
