import { toolsOf } from '../../containers/tools.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { dumpLocation } from '../../dumps/location.ts';
import { oldProgram } from '../../dumps/old-program.ts';
import { recordedOf } from '../../engine/journal.ts';
import { serverFit } from '../../host/server-fit.ts';
import { notConfigured, productionOf } from '../../targets/production.ts';
import { backupCheck } from './backup-check.ts';
import { readToken, tokenPath } from './cloudflare-access.ts';
import type { CommandParts } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from './prerequisite.ts';
import { contextOf, type OpenWorkspace, openWorkspace } from './workspace.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

type Report = (prerequisite: Prerequisite) => void;

/** Checks what production (a host, or the server of a URL) needs, if it is configured. All checks share a connection. */
export async function checkProduction(
  parts: CommandParts,
  ports: WorkspacePorts,
  report: Report,
): Promise<void> {
  const name = 'production';
  const configuredAs = await orProblem(name, async () => {
    const { production } = await configured(parts, ports);
    const named = production.host ?? (production.databaseUrl === undefined ? undefined : 'a database URL');
    return named === undefined ? unused(name, notConfigured) : ok(name, named);
  });
  if (configuredAs.state !== 'ok') return report(configuredAs);
  // Other checks cover the journal and the engine of the local test, so that neither is read here.
  const flags = { ...parts.flags, engine: 'embedded' } as const;
  const open = await openWorkspace({ ...parts, flags }, recordedOf([]));
  try {
    if (open.ports.production?.stack == null) await checkServer(parts, open, report);
    else await checkHost(parts, open, report);
    report(
      await backupCheck(
        parts,
        contextOf(parts, open, () => recordedOf([])),
      ),
    );
  } finally {
    await open.ports.close();
  }
}

async function checkHost({ signal }: CommandParts, { ports }: OpenWorkspace, report: Report): Promise<void> {
  const host = ports.hostOf('production');
  const reached = await orProblem('production host', async () => {
    await host.processes.run(['true'], null, signal);
    return ok('production host', `${host.name}: its host key is known, and the login works`);
  });
  report(reached);
  const name = 'Docker on the host';
  if (reached.state !== 'ok') return report(unused(name, 'the production host cannot be reached'));
  report(
    await orProblem(name, async () => {
      const tools = await toolsOf(host, signal);
      if ('code' in tools) return lacking(name, tools, 'missing');
      return ok(name, `engine ${tools.engine}, Compose ${tools.compose} (${tools.composeVersion})`);
    }),
  );
}

async function checkServer(parts: CommandParts, open: OpenWorkspace, report: Report): Promise<void> {
  const context = contextOf(parts, open, () => recordedOf([]));
  const server = open.ports.production?.server;
  if (server == null) return;
  const reached = await orProblem('database URL', async () => {
    const fit = await serverFit(context, server);
    if ('code' in fit) return lacking('database URL', withSql(fit), 'missing');
    const { address, fitness } = fit;
    return ok('database URL', `PostgreSQL ${fitness.version} at ${address.name}, ${address.protection}`);
  });
  report(reached);
  if (reached.state !== 'ok') return report(unused('pg_dump', 'the server cannot be used'));
  report(
    await orProblem('pg_dump', async () => {
      const location = await dumpLocation(context.config, productionOf(context));
      const old = location === null ? null : await oldProgram(location, 'pg_dump', parts.signal);
      // Only a warning, because erp-deploy dumps only a database that contains rows.
      return old === null
        ? ok('pg_dump', 'as new as the server, or newer')
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
  todo: readonly Remedy[];
  excerpt?: readonly string[];
}) {
  return { what, todo: [...todo, ...excerpt.map((text) => ({ text }))] };
}

/** Checks that the configured Cloudflare token can be read; never shows it. */
export const tokenFile: PrerequisiteCheck = (parts, ports) =>
  orProblem('Cloudflare token', async () => {
    const path = tokenPath(parts, (await configured(parts, ports)).cloudflare);
    if (path === null) return unused('Cloudflare token', 'no token file is configured');
    if (path === '-') return unused('Cloudflare token', 'will be read from stdin when it is needed');
    await readToken(path);
    return ok('Cloudflare token', `only its owner can read ${path}`);
  });

function configured({ flags, here }: CommandParts, { files }: WorkspacePorts) {
  return readConfiguration(flags, here, files);
}

function unused(name: string, found: string): Prerequisite {
  return { name, state: 'unused', actual: found, todo: [] };
}
