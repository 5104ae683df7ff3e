import { z } from 'zod';
import { phaseNames } from './phase.ts';

/** Version of the event stream's format; a consumer refuses a newer one. */
export const eventVersion = 1;

const base = { v: z.literal(eventVersion), at: z.iso.datetime() };
const place = { phase: z.enum(phaseNames), step: z.string() };
const strings = z.array(z.string()).readonly();
const countedPart = { name: z.string(), total: z.int() };
const findings = z
  .array(z.object({ what: z.string(), wanted: z.string(), found: z.string(), excerpt: strings.optional() }))
  .readonly();

export const shownChangeSchema = z.object({
  status: z.enum(['exact', 'pending']),
  kind: z.enum(['write', 'move', 'command', 'sql', 'request']),
  summary: z.string(),
  /** A diff, a command line, SQL: what a person wants to see before the yes. */
  lines: strings,
  reversible: z.boolean(),
  consent: z.object({ flag: z.string(), why: z.string(), excerpt: strings.optional() }).optional(),
});

/** What was seen, and of whose state. */
const evidence = {
  box: z.string().optional(),
  target: z.enum(['workspace', 'embedded', 'docker', 'production']),
  summary: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
};

const problemSchema = z.object({
  code: z.string(),
  what: z.string(),
  why: z.string(),
  todo: strings,
  exit: z.int(),
  excerpt: strings.optional(),
  /** What was looked at on the way. */
  evidence: z.array(z.object(evidence)).readonly().optional(),
});

const outcomes = ['done', 'already', 'skipped', 'failed', 'stopped'] as const;
/** `done`: changed and seen; `already`: nothing to do, seen; `stopped`: not reached, or interrupted. */
export type Outcome = (typeof outcomes)[number];

const plannedStates = ['satisfied', 'change', 'skipped', 'blocked'] as const;

/** The commands that tell events. */
export const commandNames = [
  'run',
  'plan',
  'status',
  'validate',
  'doctor',
  'init',
  'unlock',
  'restore',
  'token',
  'docs',
  'checklist',
  'report',
  'probe',
  'rollback',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Everything that the engine tells: views fold it through the reducer, `--json` prints it as it is. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('rollout.started'),
    command: z.enum(commandNames),
    program: z.string(),
    workspace: z.string(),
    engine: z.string(),
    engineReason: z.string(),
    resumes: z.boolean(),
    steps: z.array(z.object({ ...place, title: z.string() })).readonly(),
  }),
  z.object({ ...base, type: z.literal('note'), level: z.enum(['info', 'warning']), text: z.string() }),
  z.object({
    ...base,
    ...place,
    type: z.literal('step.planned'),
    state: z.enum(plannedStates),
    summary: z.string(),
    findings,
    changes: z.array(shownChangeSchema).readonly(),
  }),
  /** Every event of this run is in this file as well; absolute. */
  z.object({ ...base, type: z.literal('log.opened'), path: z.string() }),
  z.object({ ...base, type: z.literal('plan.ready'), changes: z.int(), consents: strings }),
  z.object({ ...base, ...place, type: z.literal('step.started') }),
  z.object({
    ...base,
    ...place,
    type: z.literal('change.started'),
    index: z.int(),
    of: z.int(),
    summary: z.string(),
  }),
  z.object({ ...base, ...place, type: z.literal('change.finished'), index: z.int(), of: z.int() }),
  z.object({ ...base, ...place, type: z.literal('output'), line: z.string() }),
  /** A look begins: the kinds of things that it will look at one by one, and how many there should be. */
  z.object({
    ...base,
    ...place,
    type: z.literal('progress.planned'),
    groups: z
      .array(z.object({ ...countedPart, parts: z.array(z.object(countedPart)).readonly() }))
      .readonly(),
  }),
  z.object({
    ...base,
    ...place,
    type: z.literal('progress'),
    /** What kind of thing was looked at, such as `tables`; how many there are of it. */
    group: z.string(),
    total: z.int(),
    /** Where in its group it belongs, such as `erp core`. */
    part: z.string().optional(),
    name: z.string(),
    ok: z.boolean(),
    note: z.string(),
    /** Of what is not as it should be: what was wanted, what was found, what would restore it. */
    lines: strings.optional(),
  }),
  z.object({ ...base, ...place, type: z.literal('evidence'), ...evidence }),
  z.object({
    ...base,
    ...place,
    type: z.literal('step.finished'),
    outcome: z.enum(outcomes),
    summary: z.string(),
    milliseconds: z.number(),
    open: z.array(z.object({ box: z.string(), reason: z.string() })).readonly(),
  }),
  z.object({
    ...base,
    type: z.literal('problem'),
    phase: z.enum(phaseNames).optional(),
    step: z.string().optional(),
    problem: problemSchema,
  }),
  z.object({
    ...base,
    ...place,
    type: z.literal('step.status'),
    /** `unseen`: done once, and nobody could look now; `recorded`: told by the journal alone, and not looked at. */
    state: z.enum(['true', 'drifted', 'unseen', 'open', 'skipped', 'recorded']),
    summary: z.string(),
    /** What a look at a step that is not done, or not any more, found missing. */
    findings: findings.optional(),
    /** What stands in its way. */
    problem: problemSchema.optional(),
  }),
  z.object({
    ...base,
    type: z.literal('difference'),
    severity: z.enum(['difference', 'note']),
    kind: z.string(),
    name: z.string(),
    aspect: z.string(),
    wanted: z.string().nullable(),
    found: z.string().nullable(),
    /** SQL that restores it, in order; empty where a person must decide. */
    repair: strings,
  }),
  z.object({
    ...base,
    type: z.literal('behaviour'),
    name: z.string(),
    /** False for a fault only: a test that could not be set up is not a fault. */
    ok: z.boolean(),
    wanted: z.string(),
    found: z.string(),
    /** Why the test could not be set up; left out if it ran. */
    notTested: z.string().optional(),
  }),
  z.object({
    ...base,
    type: z.literal('prerequisite'),
    name: z.string(),
    state: z.enum(['ok', 'missing', 'warning', 'unused']),
    found: z.string(),
    todo: strings,
  }),
  /** A part of the public way in, from the database outward. */
  z.object({
    ...base,
    type: z.literal('hop'),
    name: z.string(),
    verdict: z.enum(['ok', 'broken', 'unknown']),
    found: z.string(),
    todo: strings,
  }),
  z.object({
    ...base,
    type: z.literal('box'),
    phase: z.enum(phaseNames).optional(),
    step: z.string().optional(),
    /** Its id, such as `2.3#2`; left out where the checklist that erp-deploy knows has no such box. */
    box: z.string().optional(),
    /** Where it stands, from 1. */
    line: z.int(),
    text: z.string(),
    /** `claimed`: ticked before, and erp-deploy has no evidence for it; `unknown`: none of its boxes. */
    state: z.enum(['ticked', 'open', 'claimed', 'unknown']),
    /** The evidence, or why there is none and what a person needs in order to decide. */
    summary: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('rollout.finished'),
    counts: z.object({
      done: z.int(),
      already: z.int(),
      skipped: z.int(),
      failed: z.int(),
      stopped: z.int(),
      open: z.int(),
    }),
    exit: z.int(),
    milliseconds: z.number(),
    /** Where the journal lies, relative to the workspace. */
    journal: z.string(),
  }),
]);

export type RolloutEvent = z.infer<typeof eventSchema>;
export type ShownChange = z.infer<typeof shownChangeSchema>;

type Unstamped<Event> = Event extends RolloutEvent ? Omit<Event, 'v' | 'at'> : never;
/** An event before the engine has put the version and the time on it. */
export type Told = Unstamped<RolloutEvent>;
