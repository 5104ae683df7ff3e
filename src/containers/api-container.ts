import { authenticator, authenticatorFaults } from '../database/authenticator.ts';
import { ledgerHead } from '../database/ledger/ledger.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { BoxId } from '../domain/phase.ts';
import type { Problem } from '../domain/problem.ts';
import { type Finding, type Look, missing, satisfied } from '../domain/step.ts';
import { askEndpoints } from './api.ts';
import { soundApiLog } from './api-log.ts';
import { type Container, containerNamed } from './container.ts';
import { serviceFindings, soundTools } from './database-container.ts';
import { authenticatorGetsIn } from './log-in.ts';
import { type ComposeFile, imageOf, serviceChanges } from './service-changes.ts';
import { serviceState, stateToCome } from './service-state.ts';
import { type Stack, secretOf, services } from './stack.ts';
import { assertLimits, untilHealthy } from './until-healthy.ts';

/** Which boxes the API's step proves. */
export interface ApiBoxes {
  readonly started: BoxId;
  /** One for each schema, in the order erp, agent; fewer where the checklist asks for fewer. */
  readonly endpoints: readonly BoxId[];
  readonly json?: BoxId;
  readonly running?: BoxId;
  readonly log?: BoxId;
  /** Of both containers, read off them. */
  readonly limits: BoxId;
}

/** What is missing of PostgREST's log-in and of its container; empty where nothing is. */
export async function apiFindings(
  stack: Stack,
  database: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const tools = await soundTools(stack, signal);
  const [logIn, state] = await Promise.all([
    logInFindings(stack, database),
    serviceState(stack, tools, services.api, signal),
  ]);
  return [...logIn, ...serviceFindings(services.api, state.is)];
}

async function logInFindings(stack: Stack, database: string): Promise<readonly Finding[]> {
  const faults = await authenticatorFaults(await stack.database.session());
  const wanted = 'a role that can log in with the password of .env, and only become erp_anon or erp_api';
  // A log-in that is bound to fail would leave an error in the server's log.
  if (faults.length > 0) return [{ what: `role ${authenticator}`, wanted, found: faults.join('; ') }];
  const getsIn = await authenticatorGetsIn(stack, database);
  return getsIn ? [] : [{ what: `role ${authenticator}`, wanted, found: 'another password' }];
}

/** The log-in where it is not as it should be, and the container as the compose file says. */
export async function apiChanges(
  stack: Stack,
  { composeText, toCome }: ComposeFile,
  database: string,
  signal: AbortSignal,
): Promise<readonly PlannedChange[] | Problem> {
  const tools = await soundTools(stack, signal);
  const state = toCome
    ? await stateToCome(stack, services.api, signal)
    : await serviceState(stack, tools, services.api, signal);
  const image = imageOf(composeText, services.api) ?? services.api.name;
  const up = await serviceChanges(stack, tools, services.api, state, image, signal);
  if ('code' in up) return up;
  return [...(await logInChanges(stack, database)), ...up];
}

async function logInChanges(stack: Stack, database: string): Promise<readonly PlannedChange[]> {
  const scope = `sql:${stack.target}:authenticator`;
  const summary = `let PostgREST log in to the ${stack.target} database as ${authenticator}`;
  const pending: PlannedChange = { status: 'pending', on: '2.2', scope, digest: null, summary };
  if ((await stack.database.state()).is !== 'present') return [pending];
  const password = await secretOf(stack, 'POSTGREST_DB_PASSWORD');
  if (password === null) return [pending];
  if ((await logInFindings(stack, database)).length === 0) return [];
  const head = await ledgerHead(await stack.database.session());
  const operation = { type: 'authenticator', password } as const;
  return [{ status: 'exact', change: { kind: 'sql', database: stack.target, operation, before: { head } } }];
}

/** Waits for the container, holds it against its limits, and asks both endpoints. */
export async function lookAtApi(
  stack: Stack,
  boxes: ApiBoxes,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Look> {
  const container = await untilHealthy(stack, services.api, signal, onLine);
  if (container === null) return missing(...serviceFindings(services.api, 'absent'));
  assertLimits(stack, services.api, container);
  const [seen, database] = await Promise.all([
    askEndpoints(stack, signal),
    containerNamed(stack.host, services.database.name, signal),
  ]);
  if (database !== null) assertLimits(stack, services.database, database);
  const log = boxes.log === undefined ? null : await soundApiLog(stack, container, signal);
  const { target } = stack;
  const limits = [
    ...(database === null ? [] : [limitsOf(services.database.name, database)]),
    limitsOf(services.api.name, container),
  ];
  return satisfied(`${services.api.name} healthy, both endpoints answer`, [
    { box: boxes.started, target, summary: `${services.api.name} runs ${container.image}, healthy` },
    ...(boxes.running === undefined ? [] : [{ box: boxes.running, target, summary: 'running, healthy' }]),
    ...(boxes.log === undefined || log === null ? [] : [{ box: boxes.log, target, summary: log }]),
    ...boxes.endpoints.map((box, index) => ({ box, target, summary: seen[index] ?? '' })),
    ...(boxes.json === undefined ? [] : [{ box: boxes.json, target, summary: seen.join('; ') }]),
    ...(database === null ? [] : [{ box: boxes.limits, target, summary: limits.join('; ') }]),
  ]);
}

const limitsOf = (name: string, { memory, nanoCpus }: Container) =>
  `${name} ${memory / 1024 ** 2} MB, ${nanoCpus / 1e9} CPU`;
