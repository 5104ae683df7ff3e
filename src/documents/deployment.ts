import { createHash } from 'node:crypto';
import { reasonWithoutTest } from '../host/locally-tested.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import type { OwnFile } from '../workspace/own-file.ts';
import { type Deployment, deploymentText, untestedLine } from './deployment-text.ts';

/** Returns the record of the deployment as it is verified now. */
export async function recordToWrite(context: Context): Promise<OwnFile> {
  const deployment = await deploymentOf(context);
  const completed = context.clock();
  return { path: layout.deploymentRecord, text: deploymentText(deployment, completed, markOf(deployment)) };
}

/** Returns when the deployment was completed, from its record; null without a record, or if it describes another one. */
export async function currentRecord(
  context: Context,
): Promise<{ readonly host: string; readonly completed: string } | null> {
  const { files } = context;
  if ((await files.inspect(layout.deploymentRecord)).type !== 'file') return null;
  const text = await files.read(layout.deploymentRecord);
  const deployment = await deploymentOf(context);
  const { host, untested } = deployment;
  if (/<!-- erp-deploy deployment ([0-9a-f]{64}) -->/.exec(text)?.[1] !== markOf(deployment)) return null;
  // If the local test has passed since, there is no reason any more: the record stays as it is.
  if (untested !== null && !text.includes(untestedLine(untested))) return null;
  const completed = /Completed and verified (\S+), by erp-deploy/.exec(text)?.[1];
  return { host, completed: completed ?? 'at an unknown time (not in its record)' };
}

async function deploymentOf(context: Context): Promise<Deployment> {
  const { memory } = context;
  const files = await soundMigrations(context);
  const { stack } = productionOf(context);
  // The other steps need containers: their evidence may come from an earlier production host.
  const steps =
    stack === null ? (['3.1', '3.3', '3.4'] as const) : (['3.1', '3.2', '3.3', '3.4', '3.5'] as const);
  const evidence = steps
    .filter((step) => memory.leftOut(step) === undefined)
    .flatMap((step) => memory.lastVerified(step)?.evidence ?? []);
  return {
    ...(await addressOf(context)),
    migrations: files.map(({ name, checksum }) => ({ name, checksum })),
    untested: await reasonWithoutTest(context),
    results: [...new Set(evidence.map(({ summary }) => summary))],
  };
}

async function addressOf(context: Context): Promise<Pick<Deployment, 'host' | 'folder'>> {
  const { server } = productionOf(context);
  if (server !== null) return { host: (await server.address()).name, folder: null };
  const { host } = productionStack(context);
  return { host: host.name, folder: host.files.root };
}

/** Identifies a deployment by its host, folder and files; the time and the wording of its results do not count. */
function markOf({ host, folder, migrations }: Deployment): string {
  return createHash('sha256').update(JSON.stringify({ host, folder, migrations })).digest('hex');
}
