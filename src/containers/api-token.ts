import { signedToken, type tokenRoles } from '../config/api-token.ts';
import { keysIn } from '../config/jwt-keys.ts';
import { clockAhead, clockSkew } from './host-clock.ts';
import { type Stack, secretOf } from './stack.ts';

export interface ApiToken {
  readonly token: string;
  /** A line about the clock of the host, if it differs noticeably from this machine's. */
  readonly skew: string | null;
}

/**
 * Returns a token for the API of a stack, valid by the clock of its host; null if the stack has no key to sign one.
 * @param seconds its lifetime: a minute is enough for what erp-deploy itself asks
 */
export async function tokenFor(
  { host, folder }: Pick<Stack, 'host' | 'folder'>,
  signal: AbortSignal,
  role: (typeof tokenRoles)[number] = 'erp_api',
  seconds = 60,
): Promise<ApiToken | null> {
  const key = await secretOf({ host, folder }, 'POSTGREST_JWT_SECRET');
  if (key === null) return null;
  const ahead = await clockAhead(host, signal);
  const token = await signedToken(keysIn(key)[0], role, seconds, Date.now() + ahead);
  return { token, skew: clockSkew(host, ahead) };
}
