import { desiredCompose } from '../containers/compose/desired-compose.ts';
import { isReady } from '../containers/compose-ready.ts';
import { hasAllKeys } from '../containers/env.ts';
import type { Need } from '../domain/step.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { type FileLocation, type OwnFile, stateOf } from '../workspace/own-file.ts';

/** Folders of the deployment, relative to it; `.` is the deployment's own. */
export const deployedFolders = ['.', 'migrations', '.env-example', 'data'] as const;

/** The workspace's compose file, and an `.env` with every key that it needs, are on the production host. */
export const deployed: Need<Context> = {
  step: '3.1',
  what: "the deployment's files on the production host",
  holds: async (context) => {
    if (!(await isReady(context))) return false;
    if (!(await hasAllKeys(productionOf(context).files))) return false;
    const text = await context.files.read(layout.compose);
    return (await stateOf(hostFiles(context), { path: 'docker-compose.yml', text })) === 'same';
  },
};

/** Returns the deployment's files on the production host, and which of them erp-deploy wrote. */
export function hostFiles(context: Context): FileLocation {
  const { host } = productionStack(context);
  const wrote = (path: string, sha256: string) => context.memory.wrote(`production:${path}`, sha256);
  const copyOf = (path: string) => `${layout.stack}/${path}`;
  return { files: host.files, memory: { wrote }, host: 'production', copyOf };
}

/**
 * Returns the files to deploy, as they are in the workspace, with changes by the operator: never data/, never .env.
 * @param willBeWritten whether this rollout is going to write them into the workspace
 */
export async function deployedFiles(context: Context, willBeWritten: boolean): Promise<readonly OwnFile[]> {
  const { files, assets } = context;
  const migrations = await soundMigrations(context);
  const read = (path: string, asset: string) =>
    willBeWritten ? assets.read(asset) : files.read(`${layout.stack}/${path}`);
  const script = `migrations/${bundled.validation}`;
  const [compose, template, validation] = await Promise.all([
    willBeWritten ? desiredCompose(context) : files.read(`${layout.stack}/docker-compose.yml`),
    read('.env-example/.env', 'compose/env.template'),
    read(script, script),
  ]);
  return [
    { path: 'docker-compose.yml', text: typeof compose === 'string' ? compose : compose.text },
    { path: '.env-example/.env', text: template },
    ...migrations.map(({ name, text }) => ({ path: `migrations/${name}`, text })),
    { path: script, text: validation },
  ];
}
