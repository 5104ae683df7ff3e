import { docker } from '../../argv/docker.ts';
import { allItems, inProduction } from '../../checklist/items.ts';
import { containerNamed } from '../../containers/container.ts';
import { currentRecord, recordToWrite } from '../../documents/deployment.ts';
import { apiHealthy, healthEvidence, healthText } from '../../documents/deployment-health.ts';
import type { PlannedChange } from '../../domain/change.ts';
import { commandOn } from '../../domain/command-text.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import type { Host } from '../../domain/ports/host.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { blocked, type CheckResult, missing, type Step, satisfied } from '../../domain/step.ts';
import { validatedInProduction } from '../../targets/needs.ts';
import { notConfigured, productionOf, productionStack, withoutContainers } from '../../targets/production.ts';
import { hopEvidence } from '../../tunnel/probe/hop.ts';
import { probe } from '../../tunnel/probe/probe.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { fileObstacle } from '../../workspace/obstacles.ts';
import { previewOf } from '../../workspace/own-file.ts';
import { noTunnel } from './3.6-tunnel-and-route.ts';

const items = {
  database: inProduction('3.7#1'),
  api: inProduction('3.7#2'),
  network: inProduction('3.7#3'),
  outside: inProduction('3.7#4'),
  completed: inProduction('3.7#5'),
  recorded: inProduction('3.7#6'),
};

/**
 * Verifies the deployment as a whole (both containers healthy, the database reachable from the network of the
 * containers, the public URL), and writes its record. For a database URL, only writes the record.
 */
export const verification: Step<Context> = {
  id: '3.7',
  phase: 'cloudflare',
  title: 'verification',
  expected: `both containers healthy, the database reachable from their network (not for a database URL); ${layout.deploymentRecord} written`,
  items: allItems(items),
  needs: [validatedInProduction, apiHealthy],
  reports: 'checks',
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
  check: (context) => inspect(context, false),
  verify: (context) => inspect(context, true),
  async preview(context): Promise<readonly PlannedChange[] | Problem> {
    // The record says when all of it was verified, so the public route is verified first.
    const outside = await publicRoute(context);
    if ('code' in outside) return outside;
    if ((await currentRecord(context)) !== null) return [];
    const change = await previewOf(context, await recordToWrite(context));
    return change === null ? [] : [change];
  },
  async foresee(context): Promise<readonly PlannedChange[]> {
    if ((await currentRecord(context)) !== null) return [];
    const summary = `write ${layout.deploymentRecord}`;
    const subject = { kind: 'write', host: 'here', path: layout.deploymentRecord } as const;
    return [{ status: 'pending', on: '3.5', subject, digest: null, summary }];
  },
};

/** @param startsClient whether to connect to the database with a client container in the network */
async function inspect(context: Context, startsClient: boolean): Promise<CheckResult> {
  const obstacle = await fileObstacle(context, [layout.deploymentRecord]);
  if (obstacle !== null) return blocked(obstacle);
  const health = await healthEvidence(context, items);
  const record = await currentRecord(context);
  if (record === null) {
    return missing({
      what: layout.deploymentRecord,
      expected: 'the record of this deployment',
      actual: 'missing, or the record of another one',
    });
  }
  const hasContainers = productionOf(context).stack !== null;
  const inside = startsClient && hasContainers ? await insideEvidence(context) : [];
  const outside = await publicRoute(context);
  if ('code' in outside) {
    if (startsClient) throw new ProblemError(outside);
    // In a plan, 3.6 may still create the route.
    return missing({ what: 'the public URL', expected: 'answers end to end', actual: outside.what });
  }
  const target = 'production';
  return satisfied(
    hasContainers
      ? `${healthText(health)}, the database reached from ${context.config.containers.network}`
      : `${record.host} is deployed`,
    [
      ...health.filter((one) => 'target' in one),
      ...inside,
      ...outside.filter((one) => 'target' in one),
      { item: items.completed.id, target, summary: `completed ${record.completed}` },
      { item: items.recorded.id, target, summary: layout.deploymentRecord },
    ],
    [...health.filter((one) => 'reason' in one), ...outside.filter((one) => 'reason' in one)],
  );
}

/** Returns evidence that the public URL answers, or why that was not checked; the problem names the broken hop. */
async function publicRoute(context: Context): Promise<readonly (Evidence | OpenItem)[] | Problem> {
  const item = items.outside.id;
  // The tunnel leads to the containers of a production host: what answers there says nothing about this database.
  const elsewhere = withoutContainers(context);
  if (elsewhere !== undefined) return [{ item, reason: elsewhere }];
  if (context.config.cloudflare.container === undefined) return [{ item, reason: noTunnel }];
  const { asked, url, hops, problem } = await probe(context, 0);
  if (problem !== null) return { ...problem, evidence: hopEvidence(hops, context.config.cloudflare) };
  return [{ item, target: 'production', summary: asked.join('; '), facts: { url } }];
}

/**
 * Connects to the database with a client container in the network; Docker removes the container afterwards.
 * @throws ProblemError if it does not reach the database
 */
async function insideEvidence(context: Context): Promise<readonly Evidence[]> {
  const {
    host,
    containers: { database, network },
  } = productionStack(context);
  const { name, user } = context.config.database;
  const container = await containerNamed(host, database.name, context.signal);
  const argv = docker.clientIn(network, container?.image ?? '', database.name, user, name);
  // This starts a container, although a short-lived one: with an output callback, the call is checked like a change.
  const result = await host.processes.run(argv, null, context.signal, () => undefined);
  if (result.exitCode !== 0) throw new ProblemError(unreachableInside(host, network, argv, result.stderr));
  return [
    {
      item: items.network.id,
      target: 'production',
      summary: `a client on ${network} reached ${database.name}`,
    },
  ];
}

function unreachableInside(host: Host, network: string, argv: readonly string[], stderr: string): Problem {
  return {
    code: 'ERP-0641',
    what: `A client in the network ${network} on ${host.name} cannot reach the database.`,
    why: 'Other services in that network could not reach it either. The output of the client is below.',
    todo: [{ text: 'Try it yourself', command: commandOn(host, argv) }],
    exit: exitCodes.stepFailed,
    excerpt: stderr.trim().split('\n').slice(-5),
  };
}
