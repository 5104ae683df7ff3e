import { atBorder } from '../domain/border.ts';
import { eventVersion } from '../domain/event-version.ts';
import type { Outcome, Reported, RolloutEvent } from '../domain/events.ts';
import type { ContainerLogs, FrontEnd, Intent, Question, SetupField } from '../domain/front-end.ts';
import type { Clock } from '../domain/ports/system.ts';
import type { Problem } from '../domain/problem.ts';
import { RoundTrips, type Traffic, trafficBetween } from '../domain/round-trips.ts';
import { showPlanned } from '../domain/show-change.ts';
import type { Satisfied, Step } from '../domain/step.ts';
import type { StepPlan } from './plan.ts';

type Place = Pick<Step<never>, 'id' | 'phase'>;
type Counts = Record<Outcome | 'open', number>;

/** Adapts the texts of events and questions to this run. */
export interface Phrasing {
  reported(reported: Reported): Reported;
  asked(question: Question): Question;
}

const unchanged: Phrasing = { reported: (reported) => reported, asked: (question) => question };

/**
 * If the operator takes longer than this to answer (in milliseconds), the inspected state may have changed meanwhile.
 */
const longWait = 5_000;

/** Adds version and time to events, passes them to the front end and the log, and counts outcomes. */
export class Reporter {
  readonly #frontEnd: FrontEnd;
  readonly #clock: Clock;
  readonly #phrasing: Phrasing;
  readonly #traffic: RoundTrips;
  /** The traffic that events have reported. */
  #reported: Traffic;
  #isFinished = false;
  #log: ((event: RolloutEvent) => void) | null = null;
  readonly #observers: ((event: RolloutEvent) => void)[] = [];
  /** By step: if a rollout starts over with other answers, its steps end again, and the last end counts. */
  readonly #ends = new Map<string, Outcome>();

  /** @param traffic what is exchanged with the production host */
  constructor(
    frontEnd: FrontEnd,
    clock: Clock,
    phrasing: Phrasing = unchanged,
    traffic: RoundTrips = new RoundTrips(),
  ) {
    this.#frontEnd = frontEnd;
    this.#clock = clock;
    this.#phrasing = phrasing;
    this.#traffic = traffic;
    this.#reported = traffic.total;
  }

  /** The number of checklist items without evidence; 0 for a command that checks off none. */
  itemsLeft = 0;

  /** The number of steps for each outcome, and of the checklist items left. */
  get counts(): Counts {
    const counts: Counts = { done: 0, already: 0, skipped: 0, failed: 0, stopped: 0, open: this.itemsLeft };
    for (const outcome of this.#ends.values()) counts[outcome] += 1;
    return counts;
  }

  emit(reported: Reported): void {
    // A command that was abandoned after a signal may still report something.
    if (this.#isFinished) return;
    this.#isFinished = reported.type === 'rollout.finished';
    const event: RolloutEvent = atBorder({
      v: eventVersion,
      at: this.#clock(),
      ...this.#withTraffic(this.#phrasing.reported(reported)),
    });
    this.#log?.(event);
    for (const act of this.#observers) act(event);
    this.#frontEnd.show(event);
  }

  /** Adds traffic to the events that end a step or a run: that since the previous step, or that of the whole run. */
  #withTraffic(reported: Reported): Reported {
    const { total } = this.#traffic;
    switch (reported.type) {
      case 'step.planned':
      case 'step.status':
      case 'step.finished': {
        const traffic = trafficBetween(this.#reported, total);
        this.#reported = total;
        return traffic.requests === 0 ? reported : { ...reported, traffic };
      }
      case 'rollout.finished':
        return total.requests === 0 ? reported : { ...reported, traffic: total };
      default:
        return reported;
    }
  }

  /** Passes every event from now on to `act` as well. */
  observe(act: (event: RolloutEvent) => void): void {
    this.#observers.push(act);
  }

  /** Gives the front end the object that reads the logs of containers. */
  offerLogs(logs: ContainerLogs): void {
    this.#frontEnd.offerLogs?.(logs);
  }

  get isLogged(): boolean {
    return this.#log !== null;
  }

  /** Writes every event from now on to the log as well. */
  log(write: (event: RolloutEvent) => void): void {
    this.#log = write;
  }

  /** The operator's last answer, if that answer was to start over with other answers of the setup. */
  edited: Extract<Intent, { type: 'edit' }> | null = null;

  /** Returns the fields of the setup, which are editable when a step fails. */
  setupFields: () => readonly SetupField[] = () => [];

  #waited = 0;
  readonly #onPossibleChange: (() => void)[] = [];

  /** Milliseconds that this run has waited for the operator. They do not count as time of steps and rollouts. */
  get waited(): number {
    return this.#waited;
  }

  /** Calls `act` when the operator retries, or took so long to answer that the actual state may have changed. */
  onPossibleChange(act: () => void): void {
    this.#onPossibleChange.push(act);
  }

  #mayHaveChanged(): void {
    for (const act of this.#onPossibleChange) act();
  }

  async ask(question: Question, signal: AbortSignal): Promise<Intent> {
    const intent = await this.#waiting(() =>
      this.#frontEnd.ask(atBorder(this.#phrasing.asked(this.#withFields(question))), signal),
    );
    this.edited = intent.type === 'edit' ? intent : null;
    // The operator may have removed the cause of the failure.
    if (intent.type === 'retry') this.#mayHaveChanged();
    return intent;
  }

  #withFields(question: Question): Question {
    if (question.type !== 'failure' || !question.editable) return question;
    const fields = this.setupFields();
    return { ...question, editable: fields.length > 0, fields };
  }

  /** Waits while the operator has paused. */
  async beforeStep(signal: AbortSignal): Promise<void> {
    await this.#waiting(async () => this.#frontEnd.beforeStep?.(signal));
  }

  async #waiting<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const since = performance.now();
    try {
      return await act();
    } finally {
      const waited = performance.now() - since;
      this.#waited += waited;
      if (waited > longWait) this.#mayHaveChanged();
    }
  }

  problem(problem: Problem, step?: Place): void {
    const place = step === undefined ? {} : { phase: step.phase, step: step.id };
    this.emit({ type: 'problem', ...place, problem });
  }

  finished(
    step: Place,
    outcome: Outcome,
    summary: string,
    milliseconds: number,
    { open, kept }: Pick<Satisfied, 'open' | 'kept'> = { open: [] },
  ): void {
    this.#ends.set(step.id, outcome);
    this.emit({
      type: 'step.finished',
      phase: step.phase,
      step: step.id,
      outcome,
      summary,
      milliseconds,
      open,
      ...(kept === undefined ? {} : { kept }),
    });
  }
}

/** Returns the event for a step's plan. */
export function plannedEvent<Context>(plan: StepPlan<Context>): Reported {
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
        summary: plan.step.expected,
        findings: plan.check.findings,
        changes: plan.changes.map(showPlanned),
      };
  }
}
