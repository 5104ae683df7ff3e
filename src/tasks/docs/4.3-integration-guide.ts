import { allItems, anywhere, evidenceFor } from '../../checklist/items.ts';
import { documentStep } from '../../documents/document-step.ts';
import { type ReadExample, readExamples } from '../../documents/examples.ts';
import { guideText, variables } from '../../documents/guide-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence, Item, OpenItem } from '../../domain/evidence.ts';
import { layout } from '../../workspace/layout.ts';

const items = {
  file: anywhere('4.3#1'),
  /** In the order of the examples. */
  examples: [2, 6, 7, 8, 9, 10].map((number) => anywhere(`4.3#${number}`)),
  variables: anywhere('4.3#3'),
  qualified: anywhere('4.3#4'),
  python: anywhere('4.3#5'),
};

/** Documents how a service reads and writes the database. */
export const integrationGuide = documentStep({
  id: '4.3',
  items: allItems(items),
  title: 'integration guide',
  path: layout.integrationGuide,
  name: 'integration',
  heading: 'How a service uses the database',
  async compose(context, described) {
    const source = await documentSource(context, described);
    const examples = await readExamples(context.assets, source.catalog);
    const { target } = source;
    const evidence = (item: Item, summary: string) => evidenceFor(item, { target, summary });
    const checked = examples.flatMap((example, index) =>
      evidenceOrOpen(example, items.examples[index], target),
    );
    const fitting = examples.filter(({ lacking }) => lacking.length === 0).length;
    return {
      body: guideText(source, examples),
      summary: `${layout.integrationGuide}: ${fitting} of ${examples.length} examples fit the database`,
      evidence: [
        evidence(items.file, layout.integrationGuide),
        evidence(items.variables, variables.join(', ')),
        evidence(items.qualified, 'every query qualifies its tables with the schema, with the reason'),
        evidence(items.python, `${examples.length} Python files, run by the tests of erp-deploy`),
        ...checked.filter((one) => 'target' in one),
      ],
      open: checked.filter((one) => 'reason' in one),
    };
  },
});

/** If the database lacks what an example uses, the operator decides about the example's item. */
function evidenceOrOpen(
  { file, title, lacking }: ReadExample,
  item: Item | undefined,
  target: Evidence['target'],
): readonly (Evidence | OpenItem)[] {
  if (item === undefined) return [];
  if (lacking.length === 0)
    return [evidenceFor(item, { target, summary: `${title}: ${file}, its tables and columns exist` })];
  return [{ item: item.id, reason: `${file} uses what the database does not have: ${lacking.join(', ')}` }];
}
