import type { Evidence, Item, OpenBox } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { blocked, missing, type Step, satisfied } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { fileObstacle } from '../workspace/obstacles.ts';
import { findingOf, type OwnFile, previewOf } from '../workspace/own-file.ts';

/** Boxes that a look at the installed file proves, and those that it leaves open. */
export interface FileBoxes {
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
}

/** A step that installs one file of ours into the migrations folder, and reads its boxes off the file there. */
export function migrationFileStep(own: {
  readonly id: StepId;
  readonly title: string;
  readonly file: string;
  readonly items: readonly Item[];
  /** @param text of the file as it lies in the workspace */
  boxes(context: Context, text: string): Promise<FileBoxes>;
  /** Where the boxes that say "test locally" are proven at once, on a scratch database. */
  proven?(context: Context, text: string): Promise<FileBoxes>;
}): Step<Context> {
  const path = `${layout.migrations}/${own.file}`;
  const ownFile = async ({ assets }: Context): Promise<OwnFile> => {
    return { path, text: await assets.read(`migrations/${own.file}`) };
  };
  const look = async (context: Context, boxes: typeof own.boxes) => {
    const obstacle = await fileObstacle(context, [path]);
    if (obstacle !== null) return blocked(obstacle);
    const finding = await findingOf(context, await ownFile(context));
    if (finding !== null) return missing(finding);
    const seen = await boxes(context, await context.files.read(path));
    return satisfied(own.file, seen.evidence, seen.open);
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
    wanted: `${path} of this version`,
    needs: [
      {
        step: '0.1',
        what: `the folder ${layout.migrations}`,
        holds: async ({ files }) => (await files.look(layout.migrations)).type === 'directory',
      },
    ],
    check: (context) => look(context, own.boxes),
    preview,
    foresee: preview,
    verify: (context) => look(context, own.proven ?? own.boxes),
  };
}
