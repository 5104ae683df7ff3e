import { hostAddress } from './known-address.ts';
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
  return server === null ? hostAddress({ production }) : (await server.address()).name;
}
