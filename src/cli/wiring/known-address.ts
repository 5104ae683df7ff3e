import type { Config } from '../../config/config.ts';
import type { Production } from '../../targets/target.ts';

/**
 * Returns the address of production as far as it is known yet: a database URL is resolved when something connects. Null if
 * none is configured, or known.
 */
export function knownAddress(
  config: Pick<Config, 'production'>,
  production: Production | null,
): string | null {
  if (production === null) return null;
  return production.server === null ? hostAddress(config) : production.server.knownName();
}

/** Returns the address of a production host. */
export function hostAddress({ production }: Pick<Config, 'production'>): string {
  return `${(production.host ?? '').replace(/^.*@/, '')}:${production.directory}`;
}
