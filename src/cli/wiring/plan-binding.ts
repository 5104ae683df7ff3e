import { isAbsolute } from 'node:path';
import type { Files } from '../../domain/ports/files.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { SavedPlan } from '../../engine/saved-plan/format.ts';
import { planMoved } from '../../engine/saved-plan/problems.ts';
import { layout } from '../../workspace/layout.ts';
import { starterPath } from '../../workspace/starter.ts';
import type { CommandParts } from './command.ts';
import { configFile, relativeTo } from './configuration.ts';
import { productionAddress } from './production-address.ts';
import type { OpenWorkspace } from './workspace.ts';

export type BoundFile = SavedPlan['files'][number];

/**
 * Compares what a saved plan is bound to, apart from its steps, with this run.
 * @param resumes whether the last rollout did not finish
 * @throws ProblemError (exit 3) that names everything that moved
 */
export async function assertHolds(
  parts: CommandParts,
  open: OpenWorkspace,
  saved: SavedPlan,
  resumes: boolean,
): Promise<void> {
  const now = parts.adapters.clock();
  const address = await productionAddress(open);
  const moved = [
    ...(Date.parse(saved.expires) <= Date.parse(now) ? [`the plan expired at ${saved.expires}`] : []),
    ...difference('erp-deploy', saved.program, parts.version),
    ...difference('engine', saved.engine, open.choice.engine),
    ...difference('production', saved.production?.address ?? 'none', address ?? 'none'),
    ...movedFiles(saved.files, await boundFiles(parts, open)),
  ];
  if (moved.length > 0) throw new ProblemError(planMoved(moved, resumes));
}

function difference(what: string, before: string, now: string): readonly string[] {
  return before === now ? [] : [`${what}: was ${before}, is ${now}`];
}

function movedFiles(before: readonly BoundFile[], now: readonly BoundFile[]): readonly string[] {
  const shaOf = (files: readonly BoundFile[], path: string) => files.find((one) => one.path === path)?.sha256;
  return [
    ...before.flatMap(({ path, sha256 }) => {
      const current = shaOf(now, path);
      if (current === undefined) return [`${path}: does not exist any more`];
      return current === sha256 ? [] : [`${path}: has changed`];
    }),
    ...now.filter(({ path }) => shaOf(before, path) === undefined).map(({ path }) => `${path}: is new`),
  ];
}

/** Returns the SHA-256 of each file that a plan is made from. Call it before the plan is made. */
export async function boundFiles(parts: CommandParts, open: OpenWorkspace): Promise<readonly BoundFile[]> {
  const { files } = open.ports;
  const { config, lessons } = parts.flags;
  const names = (await files.list(layout.migrations)).filter((name) => name.endsWith('.sql'));
  const own = [
    ...(config === undefined ? [configFile] : []),
    starterPath({ config: open.config, files }),
    ...names.map((name) => `${layout.migrations}/${name}`),
  ];
  const named: [string, string | undefined][] = [
    ['--config', config],
    ['--lessons', lessons],
  ];
  const hashes = await Promise.all([
    ...own.map((path) => hashOf(files, path, path)),
    ...named.map(async ([label, path]) =>
      path === undefined ? null : hashOf(parts.here, pathFrom(parts.here, path), label),
    ),
  ]);
  return hashes.filter((one) => one !== null);
}

/** Returns null if it is not a regular file: a pipe can be read only once. */
async function hashOf(files: Files, path: string, label: string): Promise<BoundFile | null> {
  if ((await files.inspect(path)).type !== 'file') return null;
  return { path: label, sha256: await files.hash(path) };
}

/** Returns a path of the command line relative to the current directory. */
export function pathFrom(here: Files, given: string): string {
  return isAbsolute(given) ? relativeTo(here, given) : given;
}
