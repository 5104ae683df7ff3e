import { secretVariables } from '../../adapters/child-environment.ts';
import { credentialsIn } from '../../domain/credentials.ts';
import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';
import { Secret } from '../../domain/secret.ts';

/** Makes the secrets of a command line and of the environment known, so that no text shows them, wherever they appear. */
export function rememberSecrets(argv: readonly string[], environment: EnvironmentVariables): void {
  const values = [...argv.flatMap(credentialsIn), ...secretVariables.map((name) => environment[name] ?? '')];
  for (const value of values) if (value !== '') new Secret(value);
}
