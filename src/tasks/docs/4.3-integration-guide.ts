import { allItems, anywhere, evidenceFor } from '../../checklist/items.ts';
import { documentStep } from '../../documents/document-step.ts';
import { type ReadExample, readExamples } from '../../documents/examples.ts';
import { guideText, variables } from '../../documents/guide-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence, Item, OpenBox } from '../../domain/evidence.ts';
import { layout } from '../../workspace/layout.ts';

const items = {
  file: anywhere('4.3#1'),
  /** In the order of the examples. */
  examples: [2, 6, 7, 8, 9, 10].map((number) => anywhere(`4.3#${number}`)),
  variables: anywhere('4.3#3'),
  qualified: anywhere('4.3#4'),
  python: anywhere('4.3#5'),
};

/** How a service of the business reads and writes the database. */
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
    const told = (item: Item, summary: string) => evidenceFor(item, { target, summary });
    const seen = examples.flatMap((example, index) => provenBy(example, items.examples[index], target));
    const sound = examples.filter(({ lacking }) => lacking.length === 0).length;
    return {
      body: guideText(source, examples),
      summary: `${layout.integrationGuide}: ${sound} of ${examples.length} examples fit the database`,
      evidence: [
        told(items.file, layout.integrationGuide),
        told(items.variables, variables.join(', ')),
        told(items.qualified, 'every query names its schema, and why it has to'),
        told(items.python, `${examples.length} Python files, which tests of erp-deploy run`),
        ...seen.filter((one) => 'target' in one),
      ],
      open: seen.filter((one) => 'reason' in one),
    };
  },
});

/** An example that uses what the database does not have would mislead: the operator decides about its item. */
function provenBy(
  { file, title, lacking }: ReadExample,
  item: Item | undefined,
  target: Evidence['target'],
): readonly (Evidence | OpenBox)[] {
  if (item === undefined) return [];
  if (lacking.length === 0)
    return [evidenceFor(item, { target, summary: `${title}: ${file}, its tables and columns are there` })];
  return [{ box: item.id, reason: `${file} uses what the database does not have: ${lacking.join(', ')}` }];
}
