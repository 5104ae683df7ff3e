import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { quoted } from '../../domain/show-change.ts';
import { errnoOf, systemReason } from '../errno.ts';

/** What an identity file contains. If its public key is known, an agent may have the private key. */
export type KeyFile =
  | { readonly is: 'absent'; readonly publicKey: ParsedKey | null }
  | {
      readonly is: 'unusable';
      readonly publicKey: ParsedKey | null;
      readonly why: string;
      /** Whether OpenSSH may still be able to use it. */
      readonly readByOpenSsh: boolean;
      /** Whether it needs a security key (FIDO) that is connected to this machine. */
      readonly isOfToken?: true;
    }
  /** The public key is known without a passphrase. */
  | { readonly is: 'key'; readonly publicKey: ParsedKey; readonly content: string; readonly locked: boolean };

/**
 * Reads a private key as far as that is possible without its passphrase. ssh2 1.17 reads what ssh-keygen writes by
 * default, but not PKCS #8, keys encrypted with chacha20-poly1305, or keys of hardware tokens (tried).
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const publicKeyFile = async () => keyIn((await textOf(`${path}.pub`)) ?? '');
  let content: string | null;
  try {
    content = await textOf(path);
  } catch (error) {
    const why = `${systemReason(error)}; ${checkMode(path)}`;
    return { is: 'unusable', publicKey: await publicKeyFile(), why, readByOpenSsh: false };
  }
  if (content === null) return { is: 'absent', publicKey: await publicKeyFile() };
  const opened = keyIn(content);
  if (opened !== null) return { is: 'key', publicKey: opened, content, locked: false };
  const header = openSshHeader(content);
  const copy = quoted(`${path}.erp-deploy`);
  const convert = `convert a copy for erp-deploy: cp -p ${quoted(path)} ${copy} && ssh-keygen -p -Z aes256-ctr -f ${copy}`;
  if (header?.cipher.startsWith('chacha20') === true) {
    return {
      is: 'unusable',
      publicKey: keyIn(header.publicKey),
      why: `encrypted with ${header.cipher}, which ssh2 does not support; ${convert}`,
      readByOpenSsh: true,
    };
  }
  if (header === null && !/^-----BEGIN (RSA|EC) PRIVATE KEY-----/m.test(content)) {
    const why = `a key format that ssh2 does not support; ${convert}`;
    return { is: 'unusable', publicKey: await publicKeyFile(), why, readByOpenSsh: true };
  }
  const publicKey = (header === null ? null : keyIn(header.publicKey)) ?? (await publicKeyFile());
  if (publicKey !== null) return { is: 'key', publicKey, content, locked: header?.cipher !== 'none' };
  if (header !== null) {
    const isOfToken = header.publicKey.subarray(4, 7).toString('latin1') === 'sk-';
    const why = isOfToken
      ? 'a key of a security key (FIDO), which ssh2 does not support'
      : 'a key type that ssh2 does not support';
    return { is: 'unusable', publicKey: null, why, readByOpenSsh: true, ...(isOfToken && { isOfToken }) };
  }
  return {
    is: 'unusable',
    publicKey: null,
    why: `its public key is missing; create it: ssh-keygen -y -f ${quoted(path)} > ${quoted(`${path}.pub`)}`,
    readByOpenSsh: true,
  };
}

/** Returns what to do about a key file that cannot be read. */
export const checkMode = (path: string) => `check its owner and mode: ls -l ${quoted(path)}`;

/** Returns the private key; null if the passphrase is wrong. */
export function unlocked(content: string, passphrase: string): ParsedKey | null {
  return keyIn(content, passphrase);
}

function keyIn(data: string | Buffer, passphrase?: string): ParsedKey | null {
  // ssh2 returns a list for some formats, which its types do not declare.
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(data, passphrase);
  if (parsed instanceof Error) return null;
  return (Array.isArray(parsed) ? parsed[0] : parsed) ?? null;
}

/** Reads the part of an OpenSSH key file that is never encrypted (openssh-portable, PROTOCOL.key). */
function openSshHeader(content: string): { readonly cipher: string; readonly publicKey: Buffer } | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END/.exec(content)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = () => {
    const length = bytes.readUInt32BE(at);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  try {
    const cipher = next().toString('latin1');
    next(); // name of the key derivation
    next(); // options of the key derivation
    at += 4; // number of keys: one
    return { cipher, publicKey: next() };
  } catch (error) {
    // The file is truncated.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads a file; null if it does not exist. @throws the error of a read that fails for another reason */
function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    // ENOTDIR: part of the path is a file.
    if (/^(ENOENT|ENOTDIR)$/.test(errnoOf(error) ?? '')) return null;
    throw error;
  });
}
