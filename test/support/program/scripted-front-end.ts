import type { RolloutEvent } from '../../../src/domain/events.ts';
import type { FrontEnd, Intent, Question } from '../../../src/domain/front-end.ts';

type Type = RolloutEvent['type'];
type Of<One extends Type> = Extract<RolloutEvent, { type: One }>;

/** Answers by the type of question. The answers of a list are used in turn, and the last one is repeated. */
export type Script = Partial<Record<Question['type'], Intent | readonly Intent[]>>;

export interface ScriptedFrontEnd extends FrontEnd {
  readonly events: readonly RolloutEvent[];
  readonly asked: readonly Question[];
  of<One extends Type>(type: One): readonly Of<One>[];
  /** `0.1 done`, in order. */
  outcomes(): readonly string[];
}

/**
 * A front end that approves the plan, and answers other questions from the script. A question without an answer is an
 * error.
 */
export function scripted(
  script: Script = {},
  onAsk: (question: Question) => void = () => undefined,
): ScriptedFrontEnd {
  const events: RolloutEvent[] = [];
  const asked: Question[] = [];
  const answers: Script = { 'confirm-plan': { type: 'approve' }, ...script };
  const of = <One extends Type>(type: One) => events.filter((event): event is Of<One> => event.type === type);
  return {
    events,
    asked,
    of,
    outcomes: () => of('step.finished').map(({ step, outcome }) => `${step} ${outcome}`),
    show: (event) => events.push(event),
    ask: async (question, signal) => {
      const before = asked.filter(({ type }) => type === question.type).length;
      asked.push(question);
      onAsk(question);
      signal.throwIfAborted();
      const intent = [answers[question.type] ?? []].flat();
      const answer = intent[Math.min(before, intent.length - 1)];
      if (answer === undefined) throw new Error(`an unexpected question: ${JSON.stringify(question)}`);
      return answer;
    },
  };
}

export const yes: Intent = { type: 'approve' };
export const no: Intent = { type: 'decline' };
