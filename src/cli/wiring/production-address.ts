import type { OpenWorkspace } from './workspace.ts';

/**
 * Where production is, in words that tell one from another and hold no secret: `droplet:/srv/erp`, without the user,
 * or `db.example.com:5432/portfolio`. Null where none is configured.
 */
export async function productionAddress({
  config: { production },
  world,
}: Pick<OpenWorkspace, 'config' | 'world'>): Promise<string | null> {
  if (world.production === null) return null;
  const { server } = world.production;
  if (server !== null) return (await server.address()).name;
  return `${(production.host ?? '').replace(/^.*@/, '')}:${production.directory}`;
}
