import { eventVersion, type Outcome, type RolloutEvent, type Told } from '../domain/events.ts';
import type { OpenBox } from '../domain/evidence.ts';
import type { FrontEnd, Intent, Question } from '../domain/front-end.ts';
import type { Clock } from '../domain/ports.ts';
import type { Problem } from '../domain/problem.ts';
import { showPlanned } from '../domain/show-change.ts';
import type { Step } from '../domain/step.ts';
import type { StepPlan } from './plan.ts';

type Place = Pick<Step<never>, 'id' | 'phase'>;
type Counts = Record<Outcome | 'open', number>;

/** How what is told and asked is put to this person. */
export interface Words {
  told(told: Told): Told;
  asked(question: Question): Question;
}

const asTheyAre: Words = { told: (told) => told, asked: (question) => question };

/** Puts version and time on events, hands them to the front end, and counts outcomes. */
export class Teller {
  readonly #frontEnd: FrontEnd;
  readonly #clock: Clock;
  readonly #words: Words;
  #log: ((event: RolloutEvent) => void) | null = null;
  /** A roll-out that was begun again with other answers ends every step a second time: the last end counts. */
  readonly #ends = new Map<string, { readonly outcome: Outcome; readonly open: number }>();

  constructor(frontEnd: FrontEnd, clock: Clock, words: Words = asTheyAre) {
    this.#frontEnd = frontEnd;
    this.#clock = clock;
    this.#words = words;
  }

  /** Steps for each outcome, and the boxes that they leave open. */
  get counts(): Counts {
    const counts: Counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 };
    for (const { outcome, open } of this.#ends.values()) {
      counts[outcome] += 1;
      counts.open += open;
    }
    return counts;
  }

  tell(told: Told): void {
    const event: RolloutEvent = { v: eventVersion, at: this.#clock(), ...this.#words.told(told) };
    this.#log?.(event);
    this.#frontEnd.tell(event);
  }

  get isLogged(): boolean {
    return this.#log !== null;
  }

  /** Hands every event from now on to the log as well. */
  log(write: (event: RolloutEvent) => void): void {
    this.#log = write;
  }

  /** Whether the last answer asked to go back to the set-up, and to begin again with other answers. */
  wantsEdit = false;

  async ask(question: Question, signal: AbortSignal): Promise<Intent> {
    const intent = await this.#frontEnd.ask(this.#words.asked(question), signal);
    this.wantsEdit = intent.type === 'edit';
    return intent;
  }

  /** Waits where somebody paused. */
  async beforeStep(signal: AbortSignal): Promise<void> {
    await this.#frontEnd.beforeStep?.(signal);
  }

  problem(problem: Problem, step?: Place): void {
    const place = step === undefined ? {} : { phase: step.phase, step: step.id };
    this.tell({ type: 'problem', ...place, problem });
  }

  finished(
    step: Place,
    outcome: Outcome,
    summary: string,
    milliseconds: number,
    open: readonly OpenBox[] = [],
  ): void {
    this.#ends.set(step.id, { outcome, open: open.length });
    this.tell({
      type: 'step.finished',
      phase: step.phase,
      step: step.id,
      outcome,
      summary,
      milliseconds,
      open,
    });
  }
}

/** A step's plan as views show it. */
export function plannedEvent<Context>(plan: StepPlan<Context>): Told {
  const place = { type: 'step.planned', phase: plan.step.phase, step: plan.step.id } as const;
  switch (plan.state) {
    case 'satisfied':
      return { ...place, state: 'satisfied', summary: plan.summary, findings: [], changes: [] };
    case 'skipped':
      return { ...place, state: 'skipped', summary: plan.reason, findings: [], changes: [] };
    case 'blocked':
      return { ...place, state: 'blocked', summary: plan.problem.what, findings: [], changes: [] };
    case 'change':
      return {
        ...place,
        state: 'change',
        summary: plan.step.wanted,
        findings: plan.check.findings,
        changes: plan.changes.map(showPlanned),
      };
  }
}
