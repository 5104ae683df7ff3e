import type { RolloutEvent } from '../../../src/domain/events.ts';
import type { FrontEnd, Intent, Question } from '../../../src/domain/front-end.ts';

type Type = RolloutEvent['type'];
type Of<One extends Type> = Extract<RolloutEvent, { type: One }>;

/** Answers by the kind of question; a list is answered one by one, and its last answer stays. */
export type Script = Partial<Record<Question['type'], Intent | readonly Intent[]>>;

export interface ScriptedFrontEnd extends FrontEnd {
  readonly events: readonly RolloutEvent[];
  readonly asked: readonly Question[];
  of<One extends Type>(type: One): readonly Of<One>[];
  /** `0.1 done`, in order. */
  outcomes(): readonly string[];
}

/** A person who says yes to the plan, and otherwise what the script says; what is not in it is a fault. */
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
