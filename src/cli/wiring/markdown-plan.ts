import { type PlanEvents, planText } from '../../documents/plan-text.ts';
import { answerUnattended } from '../../headless/answers.ts';
import { problemLines } from '../../headless/problem-text.ts';
import type { OpenFrontEnd } from './open-front-end.ts';

/** Prints a plan as Markdown on stdout when the command ends, and problems as text on stderr. */
export function markdownFrontEnd(
  stdout: (text: string) => void,
  stderr: (text: string) => void,
): OpenFrontEnd {
  let events: PlanEvents = { started: null, notes: [], planned: [], ready: null, problems: [] };
  return {
    show: (event) => {
      if (event.type === 'problem') stderr(`${problemLines(event.problem).join('\n')}\n`);
      events = withEvent(events, event);
    },
    ask: async (question) => answerUnattended(question),
    close: async () => {
      if (events.started !== null) stdout(planText(events));
    },
  };
}

function withEvent(events: PlanEvents, event: Parameters<OpenFrontEnd['show']>[0]): PlanEvents {
  switch (event.type) {
    case 'rollout.started':
      return { ...events, started: event };
    case 'note':
      return { ...events, notes: [...events.notes, event] };
    case 'step.planned':
      return { ...events, planned: [...events.planned, event] };
    case 'plan.ready':
      return { ...events, ready: event };
    case 'problem':
      return { ...events, problems: [...events.problems, event] };
    default:
      return events;
  }
}
