import { type Problem, ProblemError } from '../domain/problem.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { containerNamed } from './container.ts';
import { imageOn } from './image.ts';
import { imageOf } from './service-changes.ts';
import type { Stack } from './stack.ts';
import { databaseStopped, dataElsewhere, notNewer, otherDatabases } from './upgrade-problems.ts';

/** What an upgrade of a database is to do. */
export interface UpgradePlan {
  /** The images, as the container and the new compose file name them. */
  readonly from: string;
  readonly to: string;
  /** The major versions; the new one is null until its image is on the host. */
  readonly before: string;
  readonly after: string | null;
}

/** The folder in which the compose file mounts `data/`. */
const mounted = '/var/lib/postgresql/data';

/**
 * Plans the upgrade of a running database to the image of a compose file. Changes nothing.
 * @throws ProblemError if it does not run, has other databases beside ours, or if the image is not of a newer version
 */
export async function upgradePlan(
  { stack, database }: ContainerTarget,
  composeText: string,
  databaseName: string,
  signal: AbortSignal,
): Promise<UpgradePlan> {
  const container = await containerNamed(stack.host, stack.containers.database.name, signal);
  if (container?.status !== 'running') throw new ProblemError(databaseStopped(stack));
  const session = await database.session();
  const [row] = await session.query(
    "select (current_setting('server_version_num')::int / 10000)::text as major",
  );
  const rows = await session.query(
    `select datname as name from pg_catalog.pg_database
      where not datistemplate and datname not in ('postgres', $1) order by 1`,
    [databaseName],
  );
  if (rows.length > 0)
    throw new ProblemError(
      otherDatabases(
        stack,
        rows.map(({ name }) => String(name)),
      ),
    );
  const before = String(row?.major);
  const to = imageOf(composeText, stack.containers.database);
  const image = await imageOn(stack, to, signal);
  if (image !== null) {
    const problem = unfit(to, image, before, composeText);
    if (problem !== null) throw new ProblemError(problem);
  }
  return { from: container.image, to, before, after: image?.major ?? null };
}

function unfit(
  to: string,
  { major, data }: { readonly major: string | null; readonly data: string | null },
  before: string,
  composeText: string,
): Problem | null {
  if (major === null || Number(major) <= Number(before)) return notNewer(to, major, before);
  const isSet = new RegExp(`PGDATA\\s*[:=]\\s*["']?${mounted}["']?\\s*$`, 'm').test(composeText);
  return data === null || data === mounted || isSet ? null : dataElsewhere(to, data);
}

/** Returns the plan in lines, for the operator. */
export function upgradeLines(
  { host, containers }: Stack,
  { from, to, before, after }: UpgradePlan,
  kept: string,
): readonly string[] {
  return [
    `upgrade PostgreSQL ${before} → ${after ?? 'the version of the image'} in ${containers.database.name} on ${host.name}: image ${from} → ${to}`,
    ...(after === null ? [`pull ${to}`] : []),
    'dump the database, and read the dump back',
    'copy it into a new server on a folder of its own; meanwhile it can be read, and nothing can write to it',
    'compare the catalog, and the rows of every table',
    `switch: stop the old server, keep its folder as ${kept}, write docker-compose.yml, and start the new one`,
  ];
}
