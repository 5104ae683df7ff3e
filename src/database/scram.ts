import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../domain/ports/system.ts';
import type { Secret } from '../domain/secret.ts';

/** The default of PostgreSQL's `scram_iterations`. */
const rounds = 4096;

/**
 * Returns the SCRAM verifier that PostgreSQL stores for a password (RFC 5802, RFC 7677). It is sent instead of the
 * password, so that neither the network nor the server's log discloses it.
 */
export function scramVerifier(password: Secret, randomBytes: RandomBytes): string {
  return verifierWith(password, Buffer.from(randomBytes(16)), rounds);
}

/** Returns whether a stored verifier is of this password; false for one of another kind, such as MD5. */
export function isVerifierOf(stored: string, password: Secret): boolean {
  const [, iterations, salt] = /^SCRAM-SHA-256\$(\d{1,9}):([^$]+)\$/.exec(stored) ?? [];
  if (iterations === undefined || salt === undefined) return false;
  const expected = Buffer.from(verifierWith(password, Buffer.from(salt, 'base64'), Number(iterations)));
  const actual = Buffer.from(stored);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function verifierWith(password: Secret, salt: Buffer, iterations: number): string {
  // For the characters that we accept in .env, SASLprep (RFC 4013) is NFKC.
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, iterations, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
