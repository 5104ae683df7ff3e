import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { blocked, missing, type Step, satisfied } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { fileObstacle } from '../workspace/obstacles.ts';
import { findingOf, type OwnFile, previewOf } from '../workspace/own-file.ts';

/** Checklist items that the installed file verifies, and those that stay open. */
export interface FileItems {
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenItem[];
}

/** Returns a step that installs a bundled file into the migrations folder, and checks its items against the installed file. */
export function migrationFileStep(own: {
  readonly id: StepId;
  readonly title: string;
  readonly file: string;
  readonly items: readonly Item[];
  /** @param text of the file in the workspace */
  readItems(context: Context, text: string): Promise<FileItems>;
  /** Also verifies the items "test locally", on a scratch database; used after the file was installed. */
  proven?(context: Context, text: string): Promise<FileItems>;
}): Step<Context> {
  const path = `${layout.migrations}/${own.file}`;
  const ownFile = async ({ assets }: Context): Promise<OwnFile> => {
    return { path, text: await assets.read(`migrations/${own.file}`) };
  };
  const inspect = async (context: Context, read: typeof own.readItems) => {
    const obstacle = await fileObstacle(context, [path]);
    if (obstacle !== null) return blocked(obstacle);
    const finding = await findingOf(context, await ownFile(context));
    if (finding !== null) return missing(finding);
    const { evidence, open } = await read(context, await context.files.read(path));
    return satisfied(own.file, evidence, open);
  };
  const preview = async (context: Context) => {
    const change = await previewOf(context, await ownFile(context));
    return change === null ? [] : [change];
  };
  return {
    id: own.id,
    phase: 'prepare',
    title: own.title,
    items: own.items,
    expected: `${path} of this version`,
    needs: [
      {
        step: '0.1',
        what: `the folder ${layout.migrations}`,
        holds: async ({ files }) => (await files.inspect(layout.migrations)).type === 'directory',
      },
    ],
    check: (context) => inspect(context, own.readItems),
    preview,
    foresee: preview,
    verify: (context) => inspect(context, own.proven ?? own.readItems),
  };
}
