import { defaultBackup } from './backup.ts';
import type { Config } from './config.ts';
import { defaultContainers } from './containers.ts';

/** The configuration without a file. `settings-schema.ts` takes its defaults from here. */
export const defaultConfig = {
  engine: 'auto',
  project: 'portfolio',
  production: { directory: '/home/david/services/postgres-erp', ssh: 'auto' },
  publicHost: 'erp-db.bestviable.com',
  cloudflare: { service: 'http://traefik:80', traefik: 'traefik' },
  database: { name: 'portfolio', user: 'erp_admin' },
  containers: defaultContainers,
  givenContainers: { database: {}, api: {} },
  neighbour: { container: 'postgres', database: 'n8n', user: 'n8n' },
  migrations: { milliseconds: 2000, attempts: 5 },
  backup: defaultBackup,
  skip: {},
  starterSchema: 'Coda_to_Postgres/ERP_postgres_starter copy.sql',
} as const satisfies Config;
