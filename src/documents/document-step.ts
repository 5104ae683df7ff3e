import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { blocked, missing, type Need, type Step, satisfied } from '../domain/step.ts';
import { validatedAtLast } from '../targets/needs.ts';
import { lastTarget } from '../targets/production.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { sectionFile } from './section-file.ts';

/** The contents of a document, and the evidence that it is for checklist items. */
interface Composed {
  /** The Markdown of the managed section. */
  readonly body: string;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenItem[];
}

interface DocumentSpec {
  readonly id: StepId;
  readonly title: string;
  readonly items: readonly Item[];
  /** Relative to the workspace. */
  readonly path: string;
  /** The name of the managed section. */
  readonly name: string;
  /** The first line of a new file. */
  readonly heading: string;
  /** Headings of sections of the user's own that the managed section takes the place of. */
  readonly replaces?: readonly RegExp[];
  /** What the document needs besides a validated database. */
  readonly needs?: readonly Need<Context>[];
  /**
   * Writes the section about the database of a target.
   * @param before the section as erp-deploy wrote it last; empty if there is none
   */
  compose(context: Context, target: Target, before: string): Promise<Composed>;
}

/** Makes a step that keeps one managed section of a Markdown file up to date; the rest of the file is the user's. */
export function documentStep(spec: DocumentSpec): Step<Context> {
  const { id, title, path, items } = spec;
  return {
    id,
    phase: 'docs',
    title,
    items,
    expected: `${path} up to date with the live catalog, the ledger and the journal`,
    needs: [...validatedAtLast, ...(spec.needs ?? [])],
    reports: 'changes',
    async check(context) {
      const file = await sectionFile(context, spec);
      if ('code' in file) return blocked(file);
      const { body, summary, evidence, open } = await spec.compose(
        context,
        lastTarget(context),
        file.written,
      );
      return file.holds(body)
        ? satisfied(summary, evidence, open)
        : missing({ what: path, expected: 'an up-to-date section', actual: file.description });
    },
    async preview(context) {
      const file = await sectionFile(context, spec);
      if ('code' in file) return file;
      return file.changes((await spec.compose(context, lastTarget(context), file.written)).body);
    },
    async foresee(context) {
      const file = await sectionFile(context, spec);
      return 'code' in file ? file : file.pending(context.production === null ? '2.3' : '3.4');
    },
  };
}
