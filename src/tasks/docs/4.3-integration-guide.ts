import { documentStep } from '../../documents/document-step.ts';
import { type ReadExample, readExamples } from '../../documents/examples.ts';
import { guideText, variables } from '../../documents/guide-text.ts';
import { documentSource } from '../../documents/source.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import type { BoxId } from '../../domain/phase.ts';
import { layout } from '../../workspace/layout.ts';

/** How a service of the business reads and writes the database. */
export const integrationGuide = documentStep({
  id: '4.3',
  title: 'integration guide',
  path: layout.integrationGuide,
  name: 'integration',
  heading: 'How a service uses the database',
  async compose(context, described) {
    const source = await documentSource(context, described);
    const examples = await readExamples(context.assets, source.catalog);
    const { target } = source;
    const told = (box: BoxId, summary: string): Evidence => ({ box, target, summary });
    const seen = examples.flatMap((example) => boxOf(example, target));
    const sound = examples.filter(({ lacking }) => lacking.length === 0).length;
    return {
      body: guideText(source, examples),
      summary: `${layout.integrationGuide}: ${sound} of ${examples.length} examples fit the database`,
      evidence: [
        told('4.3#1', layout.integrationGuide),
        told('4.3#3', variables.join(', ')),
        told('4.3#4', 'every query names its schema, and why it has to'),
        told('4.3#5', `${examples.length} Python files, which tests of erp-deploy run`),
        ...seen.filter((one) => 'target' in one),
      ],
      open: seen.filter((one) => 'reason' in one),
    };
  },
});

/** An example that names what the database does not have would mislead: its box is a person's then. */
function boxOf(
  { box, file, title, lacking }: ReadExample,
  target: Evidence['target'],
): (Evidence | OpenBox)[] {
  if (lacking.length === 0)
    return [{ box, target, summary: `${title}: ${file}, its tables and columns are there` }];
  return [{ box, reason: `${file} uses what the database does not have: ${lacking.join(', ')}` }];
}
