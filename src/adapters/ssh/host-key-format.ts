import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';

/** A host's public key, in the wire format of RFC 4253, 6.6. */
export interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** Parses the wire format, which begins with the length and text of the type. */
export function hostKey(blob: Buffer): HostKey {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return { type: blob.subarray(4, 4 + length).toString('latin1'), blob };
}

/** Returns whether a key in the wire format consists of whole fields, that is, was not truncated. */
export function isWhole(blob: Buffer): boolean {
  let at = 0;
  while (at + 4 <= blob.length) at += 4 + blob.readUInt32BE(at);
  return at === blob.length;
}

/** Returns the fingerprint as `ssh-keygen -l` prints it. */
export function fingerprint({ blob }: Pick<HostKey, 'blob'>): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Returns a key as problems and questions show it. */
export const shownOf = (key: HostKey) => ({ type: key.type, fingerprint: fingerprint(key) });

/** The signature algorithms that ssh2 can verify, without SHA-1, in OpenSSH's order of preference. */
const algorithmsOf: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * Returns the algorithms to request: those of the known keys, or all for an unknown host. If more were requested, the
 * server might present another of its keys than the known one.
 */
export function algorithmsFor(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const all = Object.entries(algorithmsOf);
  const known = all.filter(([type]) => knownTypes.includes(type));
  return (known.length > 0 ? known : all).flatMap(([, algorithms]) => [...algorithms]);
}
