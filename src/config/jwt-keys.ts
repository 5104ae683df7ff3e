import * as z from 'zod';
import { Secret } from '../domain/secret.ts';

const setSchema = z.object({ keys: z.array(z.object({ kty: z.literal('oct'), k: z.string() })) });

/**
 * Returns the keys in a value of POSTGREST_JWT_SECRET: the text itself, or those of a JWK set (RFC 7517), the one that
 * signs first.
 */
export function keysIn(value: Secret): readonly [Secret, ...Secret[]] {
  const text = value.reveal();
  const set = text.startsWith('{') ? setSchema.safeParse(jsonIn(text)) : null;
  const [first, ...rest] = set?.success === true ? set.data.keys.map(({ k }) => keyOf(k)) : [value];
  return first === undefined ? [value] : [first, ...rest];
}

/**
 * Returns a JWK set of keys. PostgREST tries each key for a token without `kid`, as ours are.
 * Source: https://docs.postgrest.org/en/stable/references/auth.html#jwt-secret
 */
export function keySet(keys: readonly Secret[]): Secret {
  const jwks = keys.map((key) => ({
    kty: 'oct',
    alg: 'HS256',
    k: Buffer.from(key.reveal()).toString('base64url'),
  }));
  return new Secret(JSON.stringify({ keys: jwks }));
}

const keyOf = (k: string) => new Secret(Buffer.from(k, 'base64url').toString());

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
