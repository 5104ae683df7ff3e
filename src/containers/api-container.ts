import { evidenceFor } from '../checklist/items.ts';
import { authenticator, loginFaults } from '../database/authenticator.ts';
import { ledgerHead } from '../database/ledger/ledger.ts';
import { readonly } from '../database/readonly.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Item } from '../domain/evidence.ts';
import type { Problem } from '../domain/problem.ts';
import { type CheckResult, type Finding, missing, satisfied } from '../domain/step.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { assertNoApiErrors } from './api-log.ts';
import { askEndpoints, endpoints } from './ask-endpoints.ts';
import { type Container, containerNamed } from './container.ts';
import { requireTools, serviceFindings } from './database-container.ts';
import { imageOn, imageRecord } from './image.ts';
import { authenticatorCanLogIn } from './log-in.ts';
import { imageOf, serviceChanges } from './service-changes.ts';
import { type ComposeFile, serviceState, stateFor } from './service-state.ts';
import { type Stack, secretOf } from './stack.ts';
import { assertLimits } from './until-healthy.ts';
import { untilReconnected } from './until-reconnected.ts';

/** The checklist items about the API. */
export interface ApiItems {
  readonly started?: Item;
  /** One for each schema, in the order erp, agent; the checklist may ask for the first only. */
  readonly endpoints?: readonly Item[];
  readonly json?: Item;
  readonly running?: Item;
  /** The log is only read if there is an item about it. */
  readonly log?: Item;
  /** The limits of both running containers. */
  readonly limits?: Item;
}

/**
 * Returns what is missing of PostgREST's login and of its container.
 * @param name of the database
 */
export async function apiFindings(
  target: ContainerTarget,
  name: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { stack } = target;
  const tools = await requireTools(stack, signal);
  const [logIn, state] = await Promise.all([
    logInFindings(target, name, signal),
    serviceState(stack, tools, stack.containers.api, signal),
  ]);
  return [...logIn, ...serviceFindings(stack.containers.api, state.is)];
}

async function logInFindings(
  { stack, database }: ContainerTarget,
  name: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const password = await secretOf(stack, 'POSTGREST_DB_PASSWORD');
  const faults = await loginFaults(await database.session(), password);
  // A login that cannot succeed would leave an error in the server's log.
  const own =
    faults.authenticator.length > 0 || (await authenticatorCanLogIn(stack, name, signal))
      ? faults.authenticator
      : ['another password'];
  return [
    ...roleFinding(authenticator, 'only switch to erp_anon or erp_api', own),
    ...roleFinding(readonly, 'only read both schemas', faults.readonly),
  ];
}

function roleFinding(role: string, may: string, faults: readonly string[]): readonly Finding[] {
  const expected = `a role that can log in with the password from .env, and ${may}`;
  return faults.length === 0 ? [] : [{ what: `role ${role}`, expected, actual: faults.join('; ') }];
}

/** Returns what corrects PostgREST's login, and brings the container up as the compose file says. */
export async function apiChanges(
  target: ContainerTarget,
  file: ComposeFile,
  name: string,
  signal: AbortSignal,
): Promise<readonly PlannedChange[] | Problem> {
  const { stack } = target;
  const tools = await requireTools(stack, signal);
  const state = await stateFor(stack, tools, stack.containers.api, file, signal);
  const image = imageOf(file.composeText, stack.containers.api);
  const up = await serviceChanges(stack, tools, stack.containers.api, state, image, signal);
  if ('code' in up) return up;
  return [...(await logInChanges(target, name, signal)), ...up];
}

async function logInChanges(
  target: ContainerTarget,
  name: string,
  signal: AbortSignal,
): Promise<readonly PlannedChange[]> {
  const { stack, database } = target;
  const subject = { kind: 'sql', database: database.target, operation: 'authenticator' } as const;
  const summary = `let PostgREST log in to the ${database.target} database as ${authenticator}, and psql as ${readonly}`;
  const pending: PlannedChange = { status: 'pending', on: '2.2', subject, digest: null, summary };
  if ((await database.state()).is !== 'present') return [pending];
  const password = await secretOf(stack, 'POSTGREST_DB_PASSWORD');
  if (password === null) return [pending];
  if ((await logInFindings(target, name, signal)).length === 0) return [];
  const head = await ledgerHead(await database.session());
  const operation = { type: 'authenticator', password } as const;
  return [exact(sqlChange(database.target, operation, head))];
}

/** Waits until the container is ready, checks its limits, and asks both endpoints. */
export async function inspectApi(
  { stack, items, database: { target } }: ContainerTarget<ApiItems>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<CheckResult> {
  const container = await untilReconnected(stack, signal, onLine);
  if (container === null) return missing(...serviceFindings(stack.containers.api, 'absent'));
  assertLimits(stack, stack.containers.api, container);
  const [answers, database, image] = await Promise.all([
    askEndpoints(stack, signal),
    containerNamed(stack.host, stack.containers.database.name, signal),
    imageOn(stack, container.imageId, signal),
  ]);
  if (database !== null) assertLimits(stack, stack.containers.database, database);
  const log = items.log === undefined ? null : await assertNoApiErrors(stack, container, signal);
  const limits = [
    ...(database === null ? [] : [limitsOf(stack.containers.database.name, database)]),
    limitsOf(stack.containers.api.name, container),
  ];
  return satisfied(`${stack.containers.api.name} healthy, both endpoints answer`, [
    evidenceFor(items.started, {
      target,
      summary: `${stack.containers.api.name} runs ${imageRecord(container.image, image)}, healthy`,
    }),
    ...(items.running === undefined
      ? []
      : [evidenceFor(items.running, { target, summary: 'running, its health check succeeds' })]),
    ...(log === null ? [] : [evidenceFor(items.log, { target, summary: log })]),
    ...(items.endpoints ?? []).map((item, index) =>
      evidenceFor(item, { target, summary: `${answers[index] ?? ''}. ${howToAsk(stack, index)}` }),
    ),
    ...(items.json === undefined ? [] : [evidenceFor(items.json, { target, summary: answers.join('; ') })]),
    ...(database === null ? [] : [evidenceFor(items.limits, { target, summary: limits.join('; ') })]),
  ]);
}

/**
 * Returns why the checklist's command cannot work, and the one that does. PostgREST looks for a table of the path's whole
 * name in the schema of the header (https://docs.postgrest.org/en/v14/references/api/schemas.html).
 * @param index of the endpoint
 */
function howToAsk({ host, containers: { api } }: Stack, index: number): string {
  const { schema, table } = endpoints[index] ?? endpoints[0];
  const of = host.id === 'here' ? '' : ` --production-host ${host.name}`;
  const curl = `curl -H 'Accept-Profile: ${schema}' -H 'Authorization: Bearer TOKEN' http://localhost:${api.port}/${table}`;
  return `The checklist's curl of /${schema}/${table} gets 404 (PGRST125) from PostgREST itself, which selects the schema by a header: ${curl}, with TOKEN from erp-deploy token${of}`;
}

const limitsOf = (name: string, { memory, nanoCpus }: Container) =>
  `${name} ${memory / 1024 ** 2} MB, ${nanoCpus / 1e9} CPU`;
