import { SignJWT } from 'jose';
import type { Secret } from '../domain/secret.ts';

/** The database roles that a token can have. */
export const tokenRoles = ['erp_api', 'erp_anon'] as const;

/**
 * Returns a token for PostgREST: a JWT, HS256, with the role that PostgREST switches to. It has no `iat`, because
 * PostgREST rejects one that is more than 30 s ahead of its own clock.
 * @param seconds its lifetime
 * @param now the time on the server, in milliseconds since 1970
 */
export function signedToken(
  key: Secret,
  role: (typeof tokenRoles)[number],
  seconds: number,
  now: number,
): Promise<string> {
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(Math.floor(now / 1000) + seconds)
    .sign(new TextEncoder().encode(key.reveal()));
}
