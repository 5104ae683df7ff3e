import type { Outcome, RolloutEvent, ShownChange } from './events.ts';
import type { PhaseName } from './phase.ts';

type Of<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;

interface Counted {
  readonly name: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

/** Things of one kind that a step checks one by one. */
export interface ProgressGroup extends Counted {
  /** The parts of the group, if they were announced before the check. */
  readonly parts: readonly Counted[];
}

export interface StepState {
  readonly id: string;
  readonly phase: PhaseName;
  readonly title: string;
  readonly state: 'waiting' | 'running' | Outcome;
  readonly summary: string;
  readonly milliseconds: number;
  /** When it started, ISO 8601; null before that. */
  readonly startedAt: string | null;
  /** Its state in the plan; null before there is one. */
  readonly planned: Of<'step.planned'>['state'] | null;
  readonly findings: Of<'step.planned'>['findings'];
  readonly changes: readonly ShownChange[];
  /** The current change, counted from 1. */
  readonly change: { readonly index: number; readonly of: number; readonly summary: string } | null;
  readonly evidence: readonly Of<'evidence'>[];
  readonly progress: readonly ProgressGroup[];
  /** The last results of its checks, at most `outputKept`. */
  readonly checked: readonly Of<'progress'>[];
  readonly open: Of<'step.finished'>['open'];
  /** What a rollback leaves as it is in this step, and why. */
  readonly kept: readonly string[];
  /** Its status compared with the journal; null before it was checked. */
  readonly status: Of<'step.status'> | null;
  /** The last lines of output, at most `outputKept`; very long ones are truncated. */
  readonly output: readonly string[];
}

export interface RolloutState {
  readonly started: Of<'rollout.started'> | null;
  readonly steps: readonly StepState[];
  /** Whether the plan is complete, so that the steps begin. */
  readonly isPlanned: boolean;
  /** Absolute path of the log. */
  readonly log: string | null;
  readonly notes: readonly Of<'note'>[];
  readonly problems: readonly Of<'problem'>[];
  readonly finished: Of<'rollout.finished'> | null;
  /** What erp-deploy is waiting for, as last reported; null after any other event. */
  readonly waitsFor: Of<'waiting'> | null;
  /** Time of the last event, ISO 8601; null before any. */
  readonly lastAt: string | null;
}

/** Number of output lines that the state keeps of a step; the log has all of them. */
export const outputKept = 200;

/** Number of characters that are kept of a line, since programs may print a megabyte without a line end. */
const lineKept = 1_000;

export const initialState: RolloutState = {
  started: null,
  steps: [],
  isPlanned: false,
  log: null,
  notes: [],
  problems: [],
  finished: null,
  waitsFor: null,
  lastAt: null,
};

/** Folds one event into the state. Every view uses this reducer. */
export function reduce(state: RolloutState, event: RolloutEvent): RolloutState {
  const waitsFor = event.type === 'waiting' ? event : event.type === 'note' ? state.waitsFor : null;
  return { ...reduceEvent(state, event), waitsFor, lastAt: event.at };
}

/** The state of another rollout. Notes and the log's path may come before its start. */
function startedState({ log, notes }: RolloutState, started: Of<'rollout.started'>): RolloutState {
  return { ...initialState, log, notes, started, steps: started.steps.map(waitingStep) };
}

function reduceEvent(state: RolloutState, event: RolloutEvent): RolloutState {
  switch (event.type) {
    case 'rollout.started':
      return startedState(state, event);
    case 'note':
      return { ...state, notes: [...state.notes, event] };
    // The results of other commands, which print each event themselves.
    case 'difference':
    case 'behaviour':
    case 'prerequisite':
    case 'hop':
    case 'item':
    case 'rollout.recorded':
    case 'change.recorded':
    case 'log.line':
    case 'waiting':
      return state;
    case 'log.opened':
      return { ...state, log: event.path };
    case 'plan.ready':
      return { ...state, isPlanned: true };
    case 'problem':
      return { ...state, problems: [...state.problems, event] };
    case 'rollout.finished':
      return { ...state, finished: event };
    case 'step.planned':
    case 'step.started':
    case 'change.started':
    case 'change.finished':
    case 'output':
    case 'evidence':
    case 'progress.planned':
    case 'progress':
    case 'step.finished':
    case 'step.status':
      return {
        ...state,
        steps: state.steps.map((step) => (step.id === event.step ? reduceStep(step, event) : step)),
      };
  }
}

type StepEvent = Of<
  | 'step.planned'
  | 'step.started'
  | 'change.started'
  | 'change.finished'
  | 'output'
  | 'evidence'
  | 'progress.planned'
  | 'progress'
  | 'step.finished'
  | 'step.status'
>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table: one case for each kind of event
function reduceStep(step: StepState, event: StepEvent): StepState {
  switch (event.type) {
    case 'step.planned':
      return {
        ...step,
        planned: event.state,
        summary: event.summary,
        findings: event.findings,
        changes: event.changes,
      };
    case 'step.started':
      return {
        ...step,
        state: 'running',
        startedAt: event.at,
        evidence: [],
        output: [],
        progress: [],
        checked: [],
      };
    case 'change.started':
      return { ...step, change: { index: event.index, of: event.of, summary: event.summary } };
    case 'change.finished':
      return { ...step, change: null };
    case 'output':
      return { ...step, output: [...step.output, cut(event.line)].slice(-outputKept) };
    case 'evidence':
      return { ...step, evidence: [...step.evidence, event] };
    case 'progress.planned':
      return { ...step, progress: event.groups.map(plannedGroup), checked: [] };
    case 'progress':
      return {
        ...step,
        progress: counted(step.progress, event),
        checked: [...step.checked, event].slice(-outputKept),
      };
    case 'step.status':
      return { ...step, status: event, summary: event.summary };
    case 'step.finished':
      return {
        ...step,
        state: event.outcome,
        summary: event.summary,
        milliseconds: event.milliseconds,
        change: null,
        open: event.open,
        kept: event.kept ?? [],
      };
  }
}

/** Returns the line; a long one truncated, with the number of characters left out. */
function cut(line: string): string {
  if (line.length <= lineKept) return line;
  // Without half of a surrogate pair at the end.
  const kept = line.slice(0, lineKept).replace(/[\ud800-\udbff]$/, '');
  return `${kept} … ${line.length - kept.length} more characters (all of them are in the log)`;
}

const none = { done: 0, failed: 0 } as const;

function plannedGroup({ parts, ...group }: Of<'progress.planned'>['groups'][number]): ProgressGroup {
  return { ...group, ...none, parts: parts.map((part) => ({ ...part, ...none })) };
}

function counted(groups: readonly ProgressGroup[], event: Of<'progress'>): readonly ProgressGroup[] {
  const known = groups.some(({ name }) => name === event.group);
  const all = known ? groups : [...groups, { name: event.group, total: event.total, ...none, parts: [] }];
  return all.map((group) =>
    group.name === event.group
      ? {
          ...oneMore(group, event),
          // There may be more than were expected.
          total: event.total,
          parts: group.parts.map((part) => (part.name === event.part ? oneMore(part, event) : part)),
        }
      : group,
  );
}

function oneMore<Group extends Counted>(group: Group, { ok }: Of<'progress'>): Group {
  return { ...group, done: group.done + 1, failed: group.failed + (ok ? 0 : 1) };
}

function waitingStep(step: Of<'rollout.started'>['steps'][number]): StepState {
  return {
    id: step.step,
    phase: step.phase,
    title: step.title,
    state: 'waiting',
    summary: '',
    milliseconds: 0,
    startedAt: null,
    planned: null,
    findings: [],
    changes: [],
    change: null,
    evidence: [],
    progress: [],
    checked: [],
    open: [],
    kept: [],
    status: null,
    output: [],
  };
}
