import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { type Config, keysOf } from './config.ts';

/** The unchanged claims of a token. */
type Claims = Readonly<Record<string, unknown>>;

/** The role to switch to, and the value of request.jwt.claims in the database. */
export interface Caller {
  readonly role: string;
  readonly claims: Claims;
  /** Whether the role is not the anonymous one: then 42501 is 403, otherwise 401. */
  readonly authenticated: boolean;
}

/**
 * Determines the role of a request from its Authorization header.
 * Sources: PostgREST/postgrest, src/PostgREST/Auth.hs, Auth/Jwt.hs and Error.hs.
 * @throws ApiError 401 (PGRST301 for an invalid token, PGRST302 for a missing one, PGRST303 for its claims)
 */
export function identify(config: Config, authorization: string | undefined, now = Date.now()): Caller {
  const token = /^bearer(?:\s+(.*))?$/i.exec((authorization ?? '').trim());
  const claims = token === null ? {} : claimsOf(config, (token[1] ?? '').trim(), Math.floor(now / 1000));
  const named = claims.role;
  const role =
    named === undefined ? config.dbAnonRole : typeof named === 'string' ? named : JSON.stringify(named);
  if (role === undefined)
    throw new ApiError(401, 'PGRST302', 'Anonymous access is disabled', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  return { role, claims: { ...claims, role }, authenticated: role !== config.dbAnonRole };
}

function claimsOf(config: Config, token: string, now: number): Claims {
  if (config.jwtSecret === undefined) throw new ApiError(500, 'PGRST300', 'Server lacks JWT secret');
  const claims = verified(config.jwtSecret, token);
  checkClaims(claims, config.jwtAud, now);
  return claims;
}

function verified(secret: string, token: string): Claims {
  if (token === '') throw invalid('PGRST301', 'Empty JWT is sent in Authorization header');
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3) throw invalid('PGRST301', `Expected 3 parts in JWT; got ${parts.length}`);
  const algorithm = z.object({ alg: z.string() }).safeParse(decoded(header)).data?.alg;
  if (algorithm === undefined) throw invalid('PGRST301', "JWT couldn't be decoded");
  if (algorithm === 'none')
    throw invalid(
      'PGRST301',
      'Wrong or unsupported encoding algorithm',
      "JWT is unsecured but expected 'alg' was not 'none'",
    );
  const unsuitable = 'No suitable key or wrong key type';
  if (algorithm !== 'HS256')
    throw invalid('PGRST301', unsuitable, 'No suitable key was found to decode the JWT');
  const given = Buffer.from(signature, 'base64url');
  // A token without `kid` is checked with every key (Jose.Jwt, decode).
  const signed = (keysOf(secret) ?? [secret]).some((key) => {
    const wanted = createHmac('sha256', key).update(`${header}.${payload}`).digest();
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!signed) throw invalid('PGRST301', unsuitable, 'None of the keys was able to decode the JWT');
  const claims = z.record(z.string(), z.unknown()).safeParse(decoded(payload)).data;
  if (claims === undefined) throw invalid('PGRST303', 'Parsing claims failed');
  return claims;
}

/** Allowed difference between the clocks of issuer and server, in seconds. */
const skew = 30;

function checkClaims(claims: Claims, audience: string | undefined, now: number): void {
  const time = (name: string, wrong: (at: number) => boolean, message: string) => {
    const value = claims[name];
    if (value === undefined || value === null) return;
    if (typeof value !== 'number') throw invalid('PGRST303', `The JWT '${name}' claim must be a number`);
    if (wrong(value)) throw invalid('PGRST303', message);
  };
  time('exp', (at) => now - skew > at, 'JWT expired');
  time('nbf', (at) => now + skew < at, 'JWT not yet valid');
  time('iat', (at) => now + skew < at, 'JWT issued at future');
  const aud = z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .safeParse(claims.aud);
  if (!aud.success) throw invalid('PGRST303', "The JWT 'aud' claim must be a string or an array of strings");
  const named = aud.data === undefined || aud.data === null ? [] : [aud.data].flat();
  if (audience !== undefined && named.length > 0 && !named.includes(audience))
    throw invalid('PGRST303', 'JWT not in audience');
}

function invalid(code: 'PGRST301' | 'PGRST303', message: string, details?: string): ApiError {
  const header = `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`;
  return new ApiError(401, code, message, { details, headers: { 'WWW-Authenticate': header } });
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
