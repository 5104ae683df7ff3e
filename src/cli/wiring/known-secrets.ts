import { credentialsIn } from '../../domain/credentials.ts';
import type { EnvironmentVariables } from '../../domain/ports.ts';
import { Secret } from '../../domain/secret.ts';

/** Environment variables whose values are secrets. */
const secretVariables = [
  'PGPASSWORD',
  'ERP_DEPLOY_NOTIFY_URL',
  'ERP_DEPLOY_NOTIFY_ROLLOUT_URL',
  'NOTIFY_WEBHOOK_URL',
  'CLOUDFLARE_API_TOKEN',
  'CF_API_TOKEN',
  'TUNNEL_TOKEN',
  'POSTGRES_PASSWORD',
  'POSTGREST_JWT_SECRET',
  'POSTGREST_DB_PASSWORD',
] as const;

/** Makes the secrets of a command line and of the environment known, so that no text shows them, wherever they appear. */
export function rememberSecrets(argv: readonly string[], environment: EnvironmentVariables): void {
  const values = [...argv.flatMap(credentialsIn), ...secretVariables.map((name) => environment[name] ?? '')];
  for (const value of values) if (value !== '') new Secret(value);
}
