import type { Environment } from '../domain/change.ts';
import type { EnvironmentVariables } from '../domain/ports/own-process.ts';
import { Secret } from '../domain/secret.ts';

/** Names of variables that hold credentials, in whichever program they are for. */
const secret =
  /PASS(?:WORD|WD|PHRASE|FILE)?$|PASSWORD|SECRET|TOKEN|CREDENTIAL|WEBHOOK|NOTIFY.*URL|API_?KEY|PRIVATE_?KEY|DATABASE_URL|_DSN$/i;

/** A URL with a password, such as `redis://:pw@host`. */
const secretUrl = /^[a-z][\w+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i;

/** The variables that may have such a URL and that the programs need: proxies (curl(1)), and Docker's. */
const neededUrl = /_PROXY$|^DOCKER_/i;

/**
 * Returns the environment of a program that erp-deploy starts: the operator's, without credentials. A program that needs
 * one is given it by name.
 */
export function childEnvironment(environment: EnvironmentVariables): EnvironmentVariables {
  return without(
    environment,
    (name, value) => secret.test(name) || (secretUrl.test(value) && !neededUrl.test(name)),
  );
}

/** The variables from which erp-deploy itself takes secrets. */
export const secretVariables = [
  'PGPASSWORD',
  'AWS_SECRET_ACCESS_KEY',
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

/** The key of a bucket for backups stays: the ProxyCommand of a cloud provider takes the same variable. */
const own: ReadonlySet<string> = new Set(secretVariables.filter((name) => name !== 'AWS_SECRET_ACCESS_KEY'));

/**
 * Returns the environment of ssh, without the secrets of erp-deploy. Others stay, since the operator's ProxyCommand may
 * need them, such as those of a cloud provider.
 */
export function sshEnvironment(environment: EnvironmentVariables): EnvironmentVariables {
  return without(environment, (name) => own.has(name));
}

function without(
  environment: EnvironmentVariables,
  isLeftOut: (name: string, value: string) => boolean,
): EnvironmentVariables {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !isLeftOut(name, value ?? '')),
  );
}

/** Returns variables with the values of their secrets, for the program that needs them. */
export function revealed(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
