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

/** Puts version and time on events, hands them to the front end, and counts outcomes. */
export class Teller {
  readonly #frontEnd: FrontEnd;
  readonly #clock: Clock;
  #log: ((event: RolloutEvent) => void) | null = null;
  readonly counts: Counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 };

  constructor(frontEnd: FrontEnd, clock: Clock) {
    this.#frontEnd = frontEnd;
    this.#clock = clock;
  }

  tell(told: Told): void {
    const event: RolloutEvent = { v: eventVersion, at: this.#clock(), ...told };
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
    const intent = await this.#frontEnd.ask(question, signal);
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
    this.counts[outcome] += 1;
    this.counts.open += open.length;
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
        findings: plan.look.findings,
        changes: plan.changes.map(showPlanned),
      };
  }
}
