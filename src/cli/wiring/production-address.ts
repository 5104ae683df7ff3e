import type { OpenWorkspace } from './workspace.ts';

/**
 * Returns an address that identifies production and contains no secret: `host:/srv/erp`, without the user, or
 * `db.example.com:5432/portfolio`. Null if none is configured.
 */
export async function productionAddress({
  config: { production },
  ports,
}: Pick<OpenWorkspace, 'config' | 'ports'>): Promise<string | null> {
  if (ports.production === null) return null;
  const { server } = ports.production;
  if (server !== null) return (await server.address()).name;
  return `${(production.host ?? '').replace(/^.*@/, '')}:${production.directory}`;
}
