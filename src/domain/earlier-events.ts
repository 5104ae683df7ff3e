import * as z from 'zod';

const versioned = z.looseObject({ v: z.int() });
const withTodo = z.looseObject({ todo: z.array(z.string()) });
const withProblem = z.looseObject({ problem: withTodo });

/**
 * Returns an event of any earlier version in the form of this version: logs of earlier versions are read for the report.
 * Anything else is returned unchanged. Version 1 had a list of texts in `todo`.
 */
export function upgradedEvent(event: unknown): unknown {
  const read = versioned.safeParse(event);
  if (!read.success || read.data.v !== 1) return event;
  const now = { ...read.data, v: 2 };
  const own = withTodo.safeParse(now);
  if (own.success) return { ...own.data, todo: remediesOf(own.data.todo) };
  const carried = withProblem.safeParse(now);
  if (!carried.success) return now;
  const { problem } = carried.data;
  return { ...carried.data, problem: { ...problem, todo: remediesOf(problem.todo) } };
}

const remediesOf = (todo: readonly string[]) => todo.map((text) => ({ text }));
