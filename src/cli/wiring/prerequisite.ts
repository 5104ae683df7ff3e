import type { Told } from '../../domain/events.ts';
import type { Problem } from '../../domain/problem.ts';
import { problemsOf } from '../../engine/faults.ts';
import type { CommandParts } from './command.ts';
import type { World } from './world.ts';

/** One prerequisite, as doctor found it. */
export type Prerequisite = Omit<Extract<Told, { type: 'prerequisite' }>, 'type'>;

/** One check of doctor; it changes nothing. */
export type PrerequisiteCheck = (parts: CommandParts, world: World) => Promise<Prerequisite>;

export function ok(name: string, found: string): Prerequisite {
  return { name, state: 'ok', found, todo: [] };
}

export function lacking(
  name: string,
  problem: Pick<Problem, 'what' | 'todo'>,
  state: 'missing' | 'warning',
): Prerequisite {
  return { name, state, found: problem.what, todo: problem.todo };
}

/** What a look came to, with a fault of the world told as a missing prerequisite. */
export async function orProblem(name: string, look: () => Promise<Prerequisite>): Promise<Prerequisite> {
  try {
    return await look();
  } catch (error) {
    const [first, ...rest] = problemsOf(error);
    const places = [first, ...rest].flatMap(({ excerpt = [] }) => excerpt);
    return lacking(name, { what: first.what, todo: [...places, ...first.todo] }, 'missing');
  }
}
