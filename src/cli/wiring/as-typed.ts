import type { Reported } from '../../domain/events.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { Phrasing } from '../../engine/reporter.ts';
import { completed, type Invocation, isRunning } from './invocation.ts';

/** Returns functions that complete the commands in events and questions, so that this operator can paste them. */
export function phrasingOf(invocation: Invocation): Phrasing {
  return {
    reported: (event) => eventAsTyped(event, invocation),
    asked: (question) =>
      question.type === 'failure'
        ? { ...question, problem: problemAsTyped(question.problem, invocation) }
        : question,
  };
}

/** Completes the commands of a problem. */
export function problemAsTyped<Some extends Pick<Problem, 'todo'>>(
  problem: Some,
  invocation: Invocation,
): Some {
  return { ...problem, todo: remediesAsTyped(problem.todo, invocation) };
}

/** Completes the commands, and leaves out the one that is running, unless nothing else would be left. */
function remediesAsTyped(todo: readonly Remedy[], invocation: Invocation): readonly Remedy[] {
  const others = todo.filter(({ command }) => command === undefined || !isRunning(command, invocation));
  return (others.length === 0 ? todo : others).map((one) => withCommandAsTyped(one, invocation));
}

function withCommandAsTyped<Some extends { readonly command?: readonly string[] | undefined }>(
  one: Some,
  invocation: Invocation,
): Some {
  return one.command === undefined ? one : { ...one, command: completed(one.command, invocation) };
}

function eventAsTyped(event: Reported, invocation: Invocation): Reported {
  switch (event.type) {
    case 'note':
    case 'item':
      return withCommandAsTyped(event, invocation);
    case 'problem':
      return { ...event, problem: problemAsTyped(event.problem, invocation) };
    case 'prerequisite':
    case 'hop':
      return { ...event, todo: remediesAsTyped(event.todo, invocation) };
    case 'step.finished':
      return { ...event, open: event.open.map((one) => withCommandAsTyped(one, invocation)) };
    case 'step.status':
      return event.problem === undefined
        ? event
        : { ...event, problem: problemAsTyped(event.problem, invocation) };
    default:
      return event;
  }
}
