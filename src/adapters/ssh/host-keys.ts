import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';

/** A host's public key, in the wire format of RFC 4253, 6.6. */
export interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

export function hostKey(blob: Buffer): HostKey {
  // It begins with its type, as a string after its length.
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return { type: blob.subarray(4, 4 + length).toString('latin1'), blob };
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint({ blob }: Pick<HostKey, 'blob'>): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What ssh2 can verify, and is not of SHA-1; in OpenSSH's order of preference. */
const algorithmsOf: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * The algorithms to ask a server for: those of the keys that are known, or all of them for a host that is not.
 * Asked for more, a server shows its favourite key, which need not be the one that is known.
 */
export function algorithmsFor(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const all = Object.entries(algorithmsOf);
  const known = all.filter(([type]) => knownTypes.includes(type));
  return (known.length > 0 ? known : all).flatMap(([, algorithms]) => [...algorithms]);
}
