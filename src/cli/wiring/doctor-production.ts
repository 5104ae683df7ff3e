import { toolsOf } from '../../containers/tools.ts';
import { dumpLocation } from '../../dumps/location.ts';
import { oldProgram } from '../../dumps/old-program.ts';
import { recordedOf } from '../../engine/journal.ts';
import { serverFit } from '../../host/server-fit.ts';
import { notConfigured, productionOf } from '../../targets/production.ts';
import { readToken, tokenPath } from './cloudflare-access.ts';
import type { CommandParts } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from './prerequisite.ts';
import { contextOf, type OpenWorkspace, openWorkspace } from './workspace.ts';
import type { World } from './world.ts';

type Tell = (seen: Prerequisite) => void;

/** What production needs, where one is configured: a droplet, or the server of a URL. One connection for all of it. */
export async function lookAtProduction(parts: CommandParts, world: World, tell: Tell): Promise<void> {
  const name = 'production';
  const there = await orProblem(name, async () => {
    const { production } = await configured(parts, world);
    const named = production.host ?? (production.databaseUrl === undefined ? undefined : 'a database URL');
    return named === undefined ? unused(name, notConfigured) : ok(name, named);
  });
  if (there.state !== 'ok') return tell(there);
  // The journal and the engine of the local test are prerequisites of their own; nothing here asks them.
  const flags = { ...parts.flags, engine: 'embedded' } as const;
  const open = await openWorkspace({ ...parts, flags }, recordedOf([]));
  try {
    if (open.world.production?.stack == null) await lookAtServer(parts, open, tell);
    else await lookAtDroplet(parts, open, tell);
  } finally {
    await open.world.close();
  }
}

async function lookAtDroplet({ signal }: CommandParts, { world }: OpenWorkspace, tell: Tell): Promise<void> {
  const host = world.hostOf('droplet');
  const reached = await orProblem('droplet', async () => {
    await host.processes.run(['true'], null, signal);
    return ok('droplet', `${host.name}: its host key is known, and it lets you in`);
  });
  tell(reached);
  const name = 'Docker there';
  if (reached.state !== 'ok') return tell(unused(name, 'the droplet is not reached'));
  tell(
    await orProblem(name, async () => {
      const tools = await toolsOf(host, signal);
      if ('code' in tools) return lacking(name, tools, 'missing');
      return ok(name, `engine ${tools.engine}, Compose ${tools.compose} (${tools.composeVersion})`);
    }),
  );
}

async function lookAtServer(parts: CommandParts, open: OpenWorkspace, tell: Tell): Promise<void> {
  const context = contextOf(parts, open, () => recordedOf([]));
  const server = open.world.production?.server;
  if (server == null) return;
  const reached = await orProblem('database URL', async () => {
    const fit = await serverFit(context, server);
    if ('code' in fit) return lacking('database URL', withSql(fit), 'missing');
    const { address, fitness } = fit;
    return ok('database URL', `PostgreSQL ${fitness.version} at ${address.name}, ${address.protection}`);
  });
  tell(reached);
  if (reached.state !== 'ok') return tell(unused('pg_dump', 'the server is not looked at, or does not fit'));
  tell(
    await orProblem('pg_dump', async () => {
      const location = await dumpLocation(context.config, productionOf(context));
      const old = location === null ? null : await oldProgram(location, 'pg_dump', parts.signal);
      // Only a database that holds rows is dumped before a migration touches it.
      return old === null
        ? ok('pg_dump', "of the server's version or newer")
        : lacking('pg_dump', old, 'warning');
    }),
  );
}

function withSql({
  what,
  todo,
  excerpt = [],
}: {
  what: string;
  todo: readonly string[];
  excerpt?: readonly string[];
}) {
  return { what, todo: [...todo, ...excerpt] };
}

/** The token for Cloudflare's API, where one is configured: read, and shown to nobody. */
export const tokenFile: PrerequisiteCheck = (parts, world) =>
  orProblem('Cloudflare token', async () => {
    const path = tokenPath(parts, (await configured(parts, world)).cloudflare);
    if (path === null) return unused('Cloudflare token', 'no token file is configured');
    if (path === '-') return unused('Cloudflare token', 'comes on stdin when it is needed');
    await readToken(path);
    return ok('Cloudflare token', `${path} is its owner's alone`);
  });

function configured({ flags, here }: CommandParts, { files }: World) {
  return readConfiguration(flags, here, files);
}

function unused(name: string, found: string): Prerequisite {
  return { name, state: 'unused', found, todo: [] };
}
