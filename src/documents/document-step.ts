import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { blocked, missing, type Need, type Step, satisfied } from '../domain/step.ts';
import { validatedAtTheEnd } from '../host/end-needs.ts';
import { atTheEnd } from '../host/site.ts';
import type { Context } from '../workspace/context.ts';
import { sectionFile } from './section-file.ts';

/** What a document says, and the boxes that are true once it does. */
interface Composed {
  /** Markdown between the marks. */
  readonly body: string;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
}

interface DocumentSpec {
  readonly id: StepId;
  readonly title: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** In the marks. */
  readonly name: string;
  /** First line of a file that is not there yet. */
  readonly heading: string;
  /** What the document tells besides the database, and who makes it. */
  readonly needs?: readonly Need<Context>[];
  /** @param before what stands between the marks now, as erp-deploy wrote it; empty where nothing does */
  compose(context: Context, before: string): Promise<Composed>;
}

/** A step that keeps one marked section of a Markdown file true; the rest of the file is a person's. */
export function documentStep(spec: DocumentSpec): Step<Context> {
  const { id, title, path } = spec;
  return {
    id,
    phase: 'docs',
    title,
    wanted: `${path} as the live catalog, the ledger and the journal have it`,
    needs: [...validatedAtTheEnd, ...(spec.needs ?? [])],
    reports: 'changes',
    async check(context) {
      const file = await sectionFile(context, spec);
      if ('code' in file) return blocked(file);
      const { body, summary, evidence, open } = await spec.compose(atTheEnd(context), file.written);
      return file.holds(body)
        ? satisfied(summary, evidence, open)
        : missing({ what: path, wanted: 'a section with what is so now', found: file.words });
    },
    async preview(context) {
      const file = await sectionFile(context, spec);
      if ('code' in file) return file;
      return file.changes((await spec.compose(atTheEnd(context), file.written)).body);
    },
    async foresee(context) {
      const file = await sectionFile(context, spec);
      return 'code' in file ? file : file.pending(context.production === null ? '2.3' : '3.4');
    },
  };
}
