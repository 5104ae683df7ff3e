import { SignJWT } from 'jose';
import type { Secret } from '../domain/secret.ts';

/** What a token may let its holder be. */
export const tokenRoles = ['erp_api', 'erp_anon'] as const;

/**
 * A token that PostgREST takes: a JWT, HS256, with the role that it switches to.
 * @param seconds how long it is good for
 */
export function signedToken(
  key: Secret,
  role: (typeof tokenRoles)[number],
  seconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(key.reveal()));
}
