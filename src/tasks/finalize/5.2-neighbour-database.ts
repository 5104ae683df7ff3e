import { shownDocker } from '../../argv/shown-docker.ts';
import { allItems, inAnyContainer } from '../../checklist/items.ts';
import { containerNamed } from '../../containers/container.ts';
import { searchesStdoutOnly } from '../../containers/container-log.ts';
import { commandOn } from '../../domain/command-text.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import type { ItemId } from '../../domain/phase.ts';
import type { Host } from '../../domain/ports/host.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import { blocked, type CheckResult, missing, type Step, satisfied } from '../../domain/step.ts';
import { inspectOtherPostgres, logLines, type OtherPostgres, sizeText } from '../../host/other-postgres.ts';
import { lastTarget } from '../../targets/production.ts';
import type { ContainerTarget } from '../../targets/target.ts';
import type { Context } from '../../workspace/context.ts';

const noEngine = 'needs Docker';
const noMachine = 'needs the containers of the host, and production is a database URL';

const items = {
  healthy: inAnyContainer('5.2#1'),
  log: inAnyContainer('5.2#2'),
  size: inAnyContainer('5.2#3'),
  schemas: inAnyContainer('5.2#4'),
};

/** Checks that the other PostgreSQL on the host is still healthy. Changes nothing in it. */
export const neighbourDatabase: Step<Context> = {
  id: '5.2',
  phase: 'finalize',
  title: 'other PostgreSQL',
  expected: 'the other PostgreSQL on the host healthy, no errors in its log, its schemas readable',
  items: allItems(items),
  needs: [],
  async skipReason(context) {
    const { stack } = lastTarget(context);
    if (stack === null) return context.production === null ? noEngine : noMachine;
    const { container } = context.config.neighbour;
    const found = await containerNamed(stack.host, container, context.signal);
    return found === null ? `no container ${container} on ${stack.host.name}` : undefined;
  },
  check: inspect,
  preview: async () => [],
  async verify(context) {
    const result = await inspect(context);
    if (result.state !== 'missing') return result;
    const found = result.findings.map((one) => one.actual).join();
    return blocked(
      notHealthy(context.config.neighbour.container, lastTarget(context).stack?.host ?? null, found),
    );
  },
};

/** Satisfied only if the container is healthy: the remaining items may be left for the operator to judge. */
async function inspect(context: Context): Promise<CheckResult> {
  const { neighbour } = context.config;
  const target = lastTarget(context);
  const found =
    target.stack === null ? null : await inspectOtherPostgres(target.stack.host, neighbour, context.signal);
  if (target.stack === null || found === null || !found.isHealthy) {
    return missing({
      what: `container ${neighbour.container}`,
      expected: 'running and healthy',
      actual: found?.health ?? 'missing',
    });
  }
  const outcomes = itemsOf(target, found, neighbour);
  return satisfied(
    `${neighbour.container}: ${found.health}`,
    outcomes.filter((one) => 'target' in one),
    outcomes.filter((one) => 'reason' in one),
  );
}

type NamedHost = Pick<Host, 'id' | 'name'>;

const logCommand = (host: NamedHost, container: string, lines: number) =>
  commandOn(host, shownDocker.logs(container, lines));

function notHealthy(container: string, host: NamedHost | null, found: string): Problem {
  return {
    code: 'ERP-0306',
    what: `The other database on the host is not healthy: container ${container} on ${host?.name ?? 'the host'} is ${found}.`,
    why: 'It shares the machine with the database that was just rolled out, so the rollout may have affected it. erp-deploy changes nothing in it.',
    todo: [
      ...(host === null ? [] : [{ text: 'See why', command: logCommand(host, container, logLines) }]),
      { text: 'When it is healthy again, resume', command: ['erp-deploy', 'run'] },
      { text: 'Or skip this check', command: ['erp-deploy', 'run', '--skip', '5.2'] },
    ],
    exit: exitCodes.stepFailed,
  };
}

/** Bytes. From this size on, the operator decides whether the database may be this large. */
const large = 10 * 1024 ** 3;

type Config = Context['config']['neighbour'];

function itemsOf(
  { database: { target }, stack: { host } }: ContainerTarget,
  found: OtherPostgres,
  { container, database: name }: Config,
): readonly (Evidence | OpenItem)[] {
  const evidenceIf = (
    id: ItemId,
    good: boolean,
    summary: string,
    left: Omit<OpenItem, 'item'>,
  ): Evidence | OpenItem => (good ? { item: id, target, summary } : { item: id, ...left });
  const { health, errors, lines, answer } = found;
  const grep = `${searchesStdoutOnly}; docker logs --tail ${lines} ${container} 2>&1 | grep -i error finds them`;
  const silent = {
    reason: `${name} in ${container} does not answer psql`,
    command: commandOn(host, shownDocker.psql(container, '-d', name)),
  };
  return [
    { item: items.healthy.id, target, summary: `${container} is ${health}` },
    evidenceIf(items.log.id, errors === 0, `no errors in the last ${lines} lines of its log. ${grep}`, {
      reason:
        errors === null
          ? 'its log cannot be read'
          : `${errors} errors in the last ${lines} lines of its log; check them`,
      command: logCommand(host, container, lines),
    }),
    evidenceIf(
      items.size.id,
      answer !== null && answer.bytes < large,
      `${name} takes ${sizeText(answer?.bytes ?? 0)}`,
      answer === null
        ? silent
        : { reason: `${name} takes ${sizeText(answer.bytes)}: check whether that is expected` },
    ),
    evidenceIf(items.schemas.id, answer !== null, `schemas ${answer?.schemas.join(', ') ?? ''}`, silent),
  ];
}
