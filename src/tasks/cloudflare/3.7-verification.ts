import { docker } from '../../argv/docker.ts';
import { allItems, inProduction } from '../../checklist/items.ts';
import { containerNamed } from '../../containers/container.ts';
import { networkName, services } from '../../containers/stack.ts';
import { currentRecord, recordToWrite } from '../../documents/deployment.ts';
import { apiHealthy, healthEvidence, healthText } from '../../documents/deployment-health.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
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
 * The deployment as a whole: both containers healthy, the database reached from inside, and the record of it. Of a
 * database URL, the record alone.
 */
export const verification: Step<Context> = {
  id: '3.7',
  phase: 'cloudflare',
  title: 'verification',
  wanted: `on a droplet both containers healthy, the database reached from ${networkName}; ${layout.deploymentRecord} written`,
  items: allItems(items),
  needs: [validatedInProduction, apiHealthy],
  reports: 'looks',
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
  check: (context) => look(context, false),
  verify: (context) => look(context, true),
  async preview(context): Promise<readonly PlannedChange[] | Problem> {
    // The record says when all of it was verified, so the public route is verified first.
    const outside = await outsideBox(context);
    if ('code' in outside) return outside;
    if ((await currentRecord(context)) !== null) return [];
    const change = await previewOf(context, await recordToWrite(context));
    return change === null ? [] : [change];
  },
  async foresee(context): Promise<readonly PlannedChange[]> {
    if ((await currentRecord(context)) !== null) return [];
    const summary = `write ${layout.deploymentRecord}`;
    const scope = `write:${layout.deploymentRecord}`;
    return [{ status: 'pending', on: '3.5', scope, digest: null, summary }];
  },
};

/** @param trying whether a client of its own is started in the network */
async function look(context: Context, trying: boolean): Promise<CheckResult> {
  const obstacle = await fileObstacle(context, [layout.deploymentRecord]);
  if (obstacle !== null) return blocked(obstacle);
  const health = await healthEvidence(context, items);
  const record = await currentRecord(context);
  if (record === null) {
    return missing({
      what: layout.deploymentRecord,
      wanted: 'the record of this deployment',
      found: 'missing, or the record of another one',
    });
  }
  const onDroplet = productionOf(context).stack !== null;
  const inside = trying && onDroplet ? await insideEvidence(context) : [];
  const outside = await outsideBox(context);
  if ('code' in outside) {
    if (trying) throw new ProblemError(outside);
    // In a plan, 3.6 may be what brings it about.
    return missing({ what: 'the public way in', wanted: 'answers from outside', found: outside.what });
  }
  const target = 'production';
  return satisfied(
    onDroplet ? `${healthText(health)}, the database reached from inside` : `${record.host} is deployed`,
    [
      ...health.filter((one) => 'target' in one),
      ...inside,
      ...outside.filter((one) => 'target' in one),
      { box: items.completed.id, target, summary: `completed ${record.completed}` },
      { box: items.recorded.id, target, summary: `${layout.deploymentRecord} says so` },
    ],
    [...health.filter((one) => 'reason' in one), ...outside.filter((one) => 'reason' in one)],
  );
}

/** The public way in, where there is one; the problem that names the hop that is broken, where one is. */
async function outsideBox(context: Context): Promise<readonly (Evidence | OpenBox)[] | Problem> {
  const box = items.outside.id;
  // The tunnel leads to the droplet: what answers there says nothing of this database.
  const elsewhere = withoutContainers(context);
  if (elsewhere !== undefined) return [{ box, reason: elsewhere }];
  if (context.config.cloudflare.container === undefined) return [{ box, reason: noTunnel }];
  const { asked, hops, problem } = await probe(context, 0);
  if (problem !== null) return { ...problem, evidence: hopEvidence(hops, context.config.cloudflare) };
  return [{ box, target: 'production', summary: asked.join('; ') }];
}

/** A client in the network, gone when it has asked. @throws ProblemError where it reaches nothing */
async function insideEvidence(context: Context): Promise<readonly Evidence[]> {
  const { host } = productionStack(context);
  const { name, user } = context.config.database;
  const container = await containerNamed(host, services.database.name, context.signal);
  const argv = docker.clientIn(networkName, container?.image ?? '', services.database.name, user, name);
  // A container is started, however briefly: with somebody to tell lines to, it is checked as a change is.
  const asked = await host.processes.run(argv, null, context.signal, () => undefined);
  if (asked.exitCode !== 0) throw new ProblemError(unreachableInside(host.name, argv, asked.stderr));
  return [
    {
      box: items.network.id,
      target: 'production',
      summary: `a client on ${networkName} reached ${services.database.name}`,
    },
  ];
}

function unreachableInside(host: string, argv: readonly string[], said: string): Problem {
  return {
    code: 'ERP-0641',
    what: `A client in the network of the stack on ${host} does not reach the database.`,
    why: 'The services there would not either; what it said is below.',
    todo: [`Try it by hand on ${host}: ${argv.map(quoted).join(' ')}`],
    exit: exitCodes.stepFailed,
    excerpt: said.trim().split('\n').slice(-5),
  };
}
