import type { Environment } from '../domain/change.ts';
import type { EnvironmentVariables } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';

/** Names of variables that hold credentials, in whichever program they are for. */
const secret =
  /PASS(?:WORD|WD|PHRASE|FILE)?$|PASSWORD|SECRET|TOKEN|CREDENTIAL|WEBHOOK|NOTIFY.*URL|API_?KEY|PRIVATE_?KEY|DATABASE_URL|_DSN$/i;

/**
 * Returns the environment of a program that erp-deploy starts: the operator's, without credentials. A program that needs
 * one is given it by name.
 */
export function childEnvironment(environment: EnvironmentVariables): EnvironmentVariables {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secret.test(name)));
}

/** Returns variables with the values of their secrets, for the program that needs them. */
export function revealed(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
