import * as z from 'zod';
import { commandNames } from './command-names.ts';
import { findingSchema, remedySchema, trafficSchema } from './event-parts.ts';
import { eventVersion } from './event-version.ts';
import { evidenceSchema } from './evidence.ts';
import { hazardSchema } from './hazard.ts';
import { phaseNames } from './phase.ts';

const base = { v: z.literal(eventVersion), at: z.iso.datetime() };
const place = { phase: z.enum(phaseNames), step: z.string() };
const strings = z.array(z.string()).readonly();
/** Left out if nothing was exchanged. */
const traffic = trafficSchema.optional();
const remedies = z.array(remedySchema).readonly();
const countedPart = { name: z.string(), total: z.int() };
const findings = z.array(findingSchema).readonly();

const consentSchema = z.object({ flag: z.string(), why: z.string(), excerpt: strings.optional() });

export const shownChangeSchema = z.object({
  status: z.enum(['exact', 'pending']),
  kind: z.enum(['write', 'move', 'command', 'sql', 'request']),
  /** What it does to what exists. Earlier versions leave it out. */
  effect: z.enum(['adds', 'changes', 'removes']).optional(),
  summary: z.string(),
  /** A diff, a command line or SQL, to be read before approval. */
  lines: strings,
  reversible: z.boolean(),
  consent: consentSchema.optional(),
  /** Further explicit approvals that it needs. */
  alsoNeeds: z.array(consentSchema).readonly().optional(),
  /** Of a migration, if the database contains rows: what each statement does to others. */
  hazards: z.array(hazardSchema).readonly().optional(),
});

/** The id is any text here, since logs of every version are read, and the published schema has no own types. */
const evidence = { ...evidenceSchema.shape, item: z.string().optional() };

const problemSchema = z.object({
  code: z.string(),
  what: z.string(),
  why: z.string(),
  todo: remedies,
  exit: z.int(),
  excerpt: strings.optional(),
  /** Evidence collected before the failure. */
  evidence: z.array(z.object(evidence)).readonly().optional(),
});

const outcomes = ['done', 'already', 'skipped', 'failed', 'stopped'] as const;
/** `done`: changed and verified; `already`: verified without changes; `stopped`: not started, or interrupted. */
export type Outcome = (typeof outcomes)[number];

const plannedStates = ['satisfied', 'change', 'skipped', 'blocked'] as const;

/** How a rollout of the journal ended; `unfinished` if it was killed, or is still running. */
export const rolloutResults = [
  'finished',
  'failed',
  'interrupted',
  'unfinished',
  'rolled back',
  'partly rolled back',
] as const;

/** The events of the engine: views fold them through the reducer, `--json` prints them unchanged. */
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
  z.object({
    ...base,
    type: z.literal('note'),
    level: z.enum(['info', 'warning']),
    text: z.string(),
    /** The command that the text names, complete as in `todo`. */
    command: strings.optional(),
  }),
  /** What erp-deploy waits for from now on, until the next event other than a note. */
  z.object({ ...base, type: z.literal('waiting'), text: z.string() }),
  z.object({
    ...base,
    ...place,
    type: z.literal('step.planned'),
    state: z.enum(plannedStates),
    summary: z.string(),
    findings,
    changes: z.array(shownChangeSchema).readonly(),
    traffic,
  }),
  /** The log, which contains every event of this run; an absolute path. */
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
  /** A check starts: the kinds of things that it will check one by one, and the expected number of each. */
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
    /** Kind of the checked thing, such as `tables`; `total` is their number. */
    group: z.string(),
    total: z.int(),
    /** Part of the group, such as `erp core`. */
    part: z.string().optional(),
    name: z.string(),
    ok: z.boolean(),
    note: z.string(),
    /** Of a difference: the expected state, the actual state, and what would restore it. */
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
    /** What a rollback leaves as it is in this step, and why; left out if nothing. */
    kept: strings.optional(),
    open: z.array(z.object({ item: z.string(), reason: z.string(), command: strings.optional() })).readonly(),
    traffic,
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
    /**
     * `blocked`: done once, but a step that it depends on has drifted; `unseen`: done once, but could not be checked now;
     * `recorded`: from the journal only, not checked.
     */
    state: z.enum(['true', 'drifted', 'blocked', 'unseen', 'open', 'skipped', 'recorded']),
    summary: z.string(),
    /** The differences that the check found. */
    findings: findings.optional(),
    /** The earliest step that has to be done again before a blocked one can be checked. */
    blockedBy: z.string().optional(),
    /** Why the check failed. */
    problem: problemSchema.optional(),
    traffic,
  }),
  z.object({
    ...base,
    type: z.literal('difference'),
    severity: z.enum(['difference', 'note']),
    kind: z.string(),
    name: z.string(),
    aspect: z.string(),
    expected: z.string().nullable(),
    actual: z.string().nullable(),
    /** SQL that restores it, in order; empty if the operator has to decide. */
    repair: strings,
  }),
  z.object({
    ...base,
    type: z.literal('behaviour'),
    name: z.string(),
    /** False for a fault only: a test that could not be set up is not a fault. */
    ok: z.boolean(),
    expected: z.string(),
    actual: z.string(),
    /** Why the test could not be set up; left out if it ran. */
    notTested: z.string().optional(),
  }),
  z.object({
    ...base,
    type: z.literal('prerequisite'),
    name: z.string(),
    state: z.enum(['ok', 'missing', 'warning', 'unused']),
    actual: z.string(),
    todo: remedies,
  }),
  /** A hop of the public route, from the database outward. */
  z.object({
    ...base,
    type: z.literal('hop'),
    name: z.string(),
    verdict: z.enum(['ok', 'broken', 'unknown']),
    actual: z.string(),
    todo: remedies,
  }),
  z.object({
    ...base,
    type: z.literal('item'),
    phase: z.enum(phaseNames).optional(),
    step: z.string().optional(),
    /** Item id, such as `2.3#2`; left out if erp-deploy does not know the item. */
    item: z.string().optional(),
    /** Line of the checklist, from 1. */
    line: z.int(),
    text: z.string(),
    /**
     * `claimed`: ticked before, but erp-deploy has no evidence for it; `unknown`: erp-deploy does not know the item.
     */
    state: z.enum(['ticked', 'open', 'claimed', 'unknown']),
    /** The evidence, or why there is none and what the operator needs to decide. */
    summary: z.string(),
    command: strings.optional(),
  }),
  /** A rollout of the journal, for `history`: oldest first. */
  z.object({
    ...base,
    type: z.literal('rollout.recorded'),
    rollout: z.string(),
    /** Times of its first and last record; ISO 8601 in UTC. */
    started: z.string(),
    until: z.string(),
    /** `user@machine` of each operator. */
    by: strings,
    /** Null if the workspace was not in a repository, or an earlier version recorded it. */
    commit: z.string().nullable(),
    program: z.string(),
    /** The engine of the local test, and each production target. */
    targets: strings,
    /** The number of applied changes, by step. */
    changed: z.array(z.object({ step: z.string(), changes: z.int() })).readonly(),
    result: z.enum(rolloutResults),
    failure: z.object({ step: z.string(), code: z.string(), what: z.string() }).nullable(),
  }),
  /** A change that a database records, whichever workspace made it, for `history`: oldest first. */
  z.object({
    ...base,
    type: z.literal('change.recorded'),
    database: z.enum(['embedded', 'docker', 'production']),
    /** ISO 8601 in UTC. */
    changed: z.string(),
    /** `user@machine`. */
    operator: z.string(),
    commit: z.string().nullable(),
    program: z.string(),
    command: z.string(),
    /** Null if the command belongs to no rollout. */
    rollout: z.string().nullable(),
    change: z.string(),
  }),
  /** A line of a container's log, for `logs`. */
  z.object({ ...base, type: z.literal('log.line'), service: z.string(), line: z.string() }),
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
    /** Time of the work, in milliseconds: without the time that erp-deploy waited for answers. */
    milliseconds: z.number(),
    /** Milliseconds for which it waited for answers; left out if it asked nothing. */
    waited: z.number().optional(),
    traffic,
    /** Path of the journal, relative to the workspace. */
    journal: z.string(),
  }),
]);

export type RolloutEvent = z.infer<typeof eventSchema>;
export type ShownChange = z.infer<typeof shownChangeSchema>;

type Unstamped<Event> = Event extends RolloutEvent ? Omit<Event, 'v' | 'at'> : never;
/** An event without version and time, which the `Reporter` adds. */
export type Reported = Unstamped<RolloutEvent>;

type OfType<Type extends Reported['type']> = Extract<Reported, { type: Type }>;

/** The checks that a step is about to make, and their numbers. */
export type PlannedProgress = Readonly<Pick<OfType<'progress.planned'>, 'groups'>>;

/** The result of one check within a step, for display. */
export type Progress = Readonly<Omit<OfType<'progress'>, 'type' | 'phase' | 'step'>>;
