import { composeAsset } from '../containers/compose-asset.ts';
import type { Location } from '../containers/env.ts';
import type { Stack } from '../containers/stack.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import type { FileLocation, OwnFile } from '../workspace/own-file.ts';
import type { Production } from './production.ts';

/** Why the phase is left out where nothing is configured for it. */
export const notConfigured = 'no production host or database URL is configured';

/** Why a step leaves production out that is about its containers; undefined where there are some. */
export function withoutContainers({ production }: Context): string | undefined {
  if (production === null) return notConfigured;
  return production.stack === null ? noContainers : undefined;
}

const noContainers = 'production is a database URL: its server is run by others, in no container of ours';

/** Where production is. Only where it is configured: the steps are left out where it is not. */
export function productionOf({ production }: Context): Production {
  if (production === null) throw new Error('a step of production was asked without one');
  return production;
}

/** The droplet's containers. Only where there is a droplet. */
export function productionStack(context: Context): Stack {
  const { stack } = productionOf(context);
  if (stack === null) throw new Error('a step of the droplet was asked without one');
  return stack;
}

/** The same looks, at production's database and its containers; the migrations are the workspace's. */
export function atProduction(context: Context): Context {
  const { database, stack } = productionOf(context);
  return { ...context, database, stack };
}

/** Where the roll-out ends: at production's database where there is one, else at the local test's. */
export function atTheEnd(context: Context): Context {
  return context.production === null ? context : atProduction(context);
}

/** Where the deployment's files lie on the droplet, and what erp-deploy left there before. */
export function hostFiles(context: Context): FileLocation {
  const { host } = productionStack(context);
  const wrote = (path: string, sha256: string) => context.memory.wrote(`droplet:${path}`, sha256);
  return { files: host.files, memory: { wrote }, host: 'droplet' };
}

/** Where the deployment's own `.env` lies, beside its `data/`. */
export function envLocation(context: Context): Location {
  return { files: productionStack(context).host.files, folder: '.', host: 'droplet' };
}

/**
 * What is deployed: never data/, never .env. The bytes are the workspace's, a person's changes included.
 * @param toCome whether this very roll-out is still to write them there
 */
export async function deployedFiles(context: Context, toCome: boolean): Promise<readonly OwnFile[]> {
  const { files, assets } = context;
  const migrations = await soundMigrations(context);
  const read = (path: string, asset: string) =>
    toCome ? assets.read(asset) : files.read(`${layout.stack}/${path}`);
  const script = `migrations/${bundled.validation}`;
  const [compose, template, validation] = await Promise.all([
    read('docker-compose.yml', composeAsset),
    read('.env-example/.env', 'compose/env.template'),
    read(script, script),
  ]);
  return [
    { path: 'docker-compose.yml', text: compose },
    { path: '.env-example/.env', text: template },
    ...migrations.map(({ name, text }) => ({ path: `migrations/${name}`, text })),
    { path: script, text: validation },
  ];
}

/** Folders of the deployment, relative to it; `.` is itself. */
export const deployedFolders = ['.', 'migrations', '.env-example', 'data'] as const;
