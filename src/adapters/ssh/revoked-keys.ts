import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, systemReason } from '../errno.ts';
import { type HostKey, hostKey, isWhole } from './host-key-format.ts';
import { askOpenSsh } from './local-program.ts';

/** What the files of `RevokedHostKeys` say about a key. */
export type Revocation =
  | { readonly is: 'valid' }
  | { readonly is: 'revoked'; readonly file: string }
  | { readonly is: 'unknown'; readonly file: string; readonly reason: string };

/**
 * Checks a key against every file of `RevokedHostKeys`: a list of public keys, or a key revocation list (KRL).
 * A file that cannot be read or understood gives `unknown`; OpenSSH then trusts no key at all (ssh_config(5)).
 */
export async function revocationOf(key: HostKey, files: readonly string[]): Promise<Revocation> {
  for (const file of files) {
    const found = await revocationIn(file, key);
    if (found.is !== 'valid') return found;
  }
  return { is: 'valid' };
}

/** The first bytes of a KRL (openssh-portable, PROTOCOL.krl). */
const krlMagic = Buffer.from('SSHKRL\n\0', 'latin1');

async function revocationIn(file: string, key: HostKey): Promise<Revocation> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return { is: 'unknown', file, reason: `it cannot be read: ${systemReason(error)}` };
  }
  return content.subarray(0, krlMagic.length).equals(krlMagic)
    ? revocationInKrl(file, key)
    : revocationInList(file, content.toString('latin1'), key);
}

/**
 * Reads one public key a line; blank lines and comments are ignored. A line that is not a key makes the whole list
 * invalid.
 */
function revocationInList(file: string, text: string, key: HostKey): Revocation {
  for (const [index, line] of text.split('\n').entries()) {
    const [type = '', encoded = ''] = line.trim().split(/[ \t]+/);
    if (type === '' || type.startsWith('#')) continue;
    const blob = Buffer.from(encoded, 'base64');
    if (hostKey(blob).type !== type || !isWhole(blob))
      return { is: 'unknown', file, reason: `line ${index + 1} is not a public key` };
    if (blob.equals(key.blob)) return { is: 'revoked', file };
  }
  return { is: 'valid' };
}

/** Asks `ssh-keygen -Q`, which exits 0 for a valid key, 1 for a revoked one, and 255 for a KRL that is damaged. */
async function revocationInKrl(file: string, key: HostKey): Promise<Revocation> {
  // ssh-keygen opens the key by its name, which fails for the socket that Node gives a child as its stdin.
  const folder = await mkdtemp(join(tmpdir(), 'erp-deploy-'));
  try {
    const publicKey = join(folder, 'host_key.pub');
    await writeFile(publicKey, `${key.type} ${key.blob.toString('base64')}\n`, { mode: 0o600 });
    const { exitCode, stderr } = await askOpenSsh('ssh-keygen', ['-Q', '-f', file, publicKey]);
    if (exitCode === 0) return { is: 'valid' };
    if (exitCode === 1) return { is: 'revoked', file };
    return { is: 'unknown', file, reason: `ssh-keygen rejected it: ${stderr.trim()}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
