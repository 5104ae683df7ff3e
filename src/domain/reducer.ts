import type { Outcome, RolloutEvent, ShownChange } from './events.ts';
import type { PhaseName } from './phase.ts';

type Of<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;

interface Counted {
  readonly name: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

/** Things of one kind that a step looks at one by one. */
export interface ProgressGroup extends Counted {
  /** What the group is made of, where that was told before the look. */
  readonly parts: readonly Counted[];
}

export interface StepState {
  readonly id: string;
  readonly phase: PhaseName;
  readonly title: string;
  readonly state: 'waiting' | 'running' | Outcome;
  readonly summary: string;
  readonly milliseconds: number;
  /** When it began, ISO 8601; null before that. */
  readonly startedAt: string | null;
  /** What the plan said of it; null before there is one. */
  readonly planned: Of<'step.planned'>['state'] | null;
  readonly findings: Of<'step.planned'>['findings'];
  readonly changes: readonly ShownChange[];
  /** The change that is under way, counted from 1. */
  readonly change: { readonly index: number; readonly of: number; readonly summary: string } | null;
  readonly evidence: readonly Of<'evidence'>[];
  readonly progress: readonly ProgressGroup[];
  /** The things that were looked at last; at most `outputKept`. */
  readonly looked: readonly Of<'progress'>[];
  readonly open: Of<'step.finished'>['open'];
  /** What a look at the world said of a step that the journal knows. */
  readonly status: Of<'step.status'> | null;
  /** The last lines of output, at most `outputKept`, each cut where it is very long. */
  readonly output: readonly string[];
}

export interface RolloutState {
  readonly started: Of<'rollout.started'> | null;
  readonly steps: readonly StepState[];
  readonly plan: Of<'plan.ready'> | null;
  /** Absolute path of the log. */
  readonly log: string | null;
  readonly notes: readonly Of<'note'>[];
  readonly problems: readonly Of<'problem'>[];
  /** Differences and behaviours, as validation finds them. */
  readonly schema: readonly (Of<'difference'> | Of<'behaviour'>)[];
  readonly prerequisites: readonly Of<'prerequisite'>[];
  /** Hops of the public way in, from the database outward. */
  readonly hops: readonly Of<'hop'>[];
  /** Boxes of a checklist, as they were judged. */
  readonly boxes: readonly Of<'box'>[];
  readonly finished: Of<'rollout.finished'> | null;
}

/** Lines of a step's output that the state keeps; all of them are in the log. */
export const outputKept = 200;

/** Characters that are kept of each: a megabyte without a line end is no rarity. */
const lineKept = 1_000;

export const initialState: RolloutState = {
  started: null,
  steps: [],
  plan: null,
  log: null,
  notes: [],
  problems: [],
  schema: [],
  prerequisites: [],
  hops: [],
  boxes: [],
  finished: null,
};

/** Folds one event into what a view shows. Every view, whatever it draws, uses this one. */
export function reduce(state: RolloutState, event: RolloutEvent): RolloutState {
  switch (event.type) {
    case 'rollout.started':
      return {
        ...initialState,
        log: state.log,
        notes: state.notes,
        started: event,
        steps: event.steps.map(waitingStep),
      };
    case 'note':
      return { ...state, notes: [...state.notes, event] };
    case 'log.opened':
      return { ...state, log: event.path };
    case 'plan.ready':
      return { ...state, plan: event };
    case 'problem':
      return { ...state, problems: [...state.problems, event] };
    case 'rollout.finished':
      return { ...state, finished: event };
    case 'difference':
    case 'behaviour':
      return { ...state, schema: [...state.schema, event] };
    case 'prerequisite':
      return { ...state, prerequisites: [...state.prerequisites, event] };
    case 'hop':
      return { ...state, hops: [...state.hops, event] };
    case 'box':
      return { ...state, boxes: [...state.boxes, event] };
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
        looked: [],
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
      return { ...step, progress: event.groups.map(plannedGroup), looked: [] };
    case 'progress':
      return {
        ...step,
        progress: counted(step.progress, event),
        looked: [...step.looked, event].slice(-outputKept),
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
      };
  }
}

/** The line, or as much of it as is kept, with how much was left out. */
function cut(line: string): string {
  if (line.length <= lineKept) return line;
  // Half a character is none.
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
          // As many as there are, where more turn up than was expected.
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
    looked: [],
    open: [],
    status: null,
    output: [],
  };
}
