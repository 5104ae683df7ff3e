import type { Reported } from '../../domain/events.ts';
import type { Problem } from '../../domain/problem.ts';
import { problemsOf } from '../../engine/faults.ts';
import type { CommandParts } from './command.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** The result of one check of doctor. */
export type Prerequisite = Omit<Extract<Reported, { type: 'prerequisite' }>, 'type'>;

/** Checks one prerequisite, and changes nothing. */
export type PrerequisiteCheck = (parts: CommandParts, ports: WorkspacePorts) => Promise<Prerequisite>;

export function ok(name: string, found: string): Prerequisite {
  return { name, state: 'ok', actual: found, todo: [] };
}

export function lacking(
  name: string,
  problem: Pick<Problem, 'what' | 'todo'>,
  state: 'missing' | 'warning',
): Prerequisite {
  return { name, state, actual: problem.what, todo: problem.todo };
}

/** Runs a check; an error that is not a bug counts as a missing prerequisite. */
export async function orProblem(name: string, check: () => Promise<Prerequisite>): Promise<Prerequisite> {
  try {
    return await check();
  } catch (error) {
    const [first, ...rest] = problemsOf(error);
    const excerpts = [first, ...rest].flatMap(({ excerpt = [] }) => excerpt);
    return lacking(
      name,
      { what: first.what, todo: [...excerpts.map((text) => ({ text })), ...first.todo] },
      'missing',
    );
  }
}
