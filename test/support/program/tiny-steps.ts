import type { Change, PlannedChange } from '../../../src/domain/change.ts';
import type { StepId } from '../../../src/domain/phase.ts';
import { missing, type Need, type Step, satisfied } from '../../../src/domain/step.ts';
import type { MemoryFiles } from '../disk/memory-files.ts';
import { absent, fileOf, writeOf } from '../workspace/changes.ts';

/** The context of tiny steps. */
export interface Tiny {
  readonly files: MemoryFiles;
}

export type TinyStep = Step<Tiny>;

/** Returns a step that requires a file to contain a text, and checks nothing else. */
export function fileStep(id: StepId, path: string, text: string, rest: Partial<TinyStep> = {}): TinyStep {
  return {
    id,
    phase: 'prepare',
    title: `file ${path}`,
    expected: `${path} holds ${text}`,
    needs: [],
    check: async ({ files }) => {
      const found = files.text(path);
      if (found === text) return satisfied(`${path} is there`, [{ target: 'workspace', summary: path }]);
      return missing({ what: path, expected: text, actual: found ?? 'nothing' });
    },
    preview: async ({ files }) => [exact(fileChange(files, path, text))],
    ...rest,
  };
}

/** Returns the write that changes the file from its present to the required text. */
export function fileChange(files: MemoryFiles, path: string, text: string): Change {
  const now = files.text(path);
  return { ...writeOf(path, text), before: now === undefined ? absent : fileOf(now) };
}

export function exact(
  change: Change,
  consent?: Extract<PlannedChange, { status: 'exact' }>['consent'],
): PlannedChange {
  return consent === undefined ? { status: 'exact', change } : { status: 'exact', change, consent };
}

/** A prerequisite that is met while a file exists. */
export function needsFile(step: StepId, path: string): Need<Tiny> {
  return { step, what: path, holds: async ({ files }) => files.text(path) !== undefined };
}
