import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { quoted } from '../../domain/show-change.ts';
import { errnoOf } from '../errno.ts';

/** What lies in an identity file. Where the public half is known, an agent may have the key all the same. */
export type KeyFile =
  | { readonly is: 'absent'; readonly publicKey: ParsedKey | null }
  | { readonly is: 'unusable'; readonly publicKey: ParsedKey | null; readonly why: string }
  /** The public half is known without a passphrase. */
  | { readonly is: 'key'; readonly publicKey: ParsedKey; readonly content: string; readonly locked: boolean };

/**
 * Reads a private key as far as that goes without its passphrase. ssh2 reads what ssh-keygen writes by
 * default, but no PKCS #8, no key locked with chacha20-poly1305, and none of a hardware token (tried, 1.17).
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const besideIt = async () => keyIn((await textOf(`${path}.pub`)) ?? '');
  let content: string | null;
  try {
    content = await textOf(path);
  } catch (error) {
    const why = `it cannot be read (${errnoOf(error)}); look at its owner and mode: ls -l ${quoted(path)}`;
    return { is: 'unusable', publicKey: await besideIt(), why };
  }
  if (content === null) return { is: 'absent', publicKey: await besideIt() };
  const opened = keyIn(content);
  if (opened !== null) return { is: 'key', publicKey: opened, content, locked: false };
  const header = openSshHeader(content);
  const copy = quoted(`${path}.erp-deploy`);
  const rewrite = `rewrite a copy of it for erp-deploy: cp -p ${quoted(path)} ${copy} && ssh-keygen -p -Z aes256-ctr -f ${copy}`;
  if (header?.cipher.startsWith('chacha20') === true) {
    return {
      is: 'unusable',
      publicKey: keyIn(header.publicKey),
      why: `it is locked with ${header.cipher}, which erp-deploy cannot open; ${rewrite}`,
    };
  }
  if (header === null && !/^-----BEGIN (RSA|EC) PRIVATE KEY-----/m.test(content)) {
    const why = `erp-deploy cannot read its format; ${rewrite}`;
    return { is: 'unusable', publicKey: await besideIt(), why };
  }
  const publicKey = header === null ? null : keyIn(header.publicKey);
  const beside = publicKey ?? (await besideIt());
  if (beside !== null) return { is: 'key', publicKey: beside, content, locked: header?.cipher !== 'none' };
  if (header !== null) {
    const why = 'erp-deploy cannot use keys of its kind (a hardware token?)';
    return { is: 'unusable', publicKey: null, why };
  }
  return {
    is: 'unusable',
    publicKey: null,
    why: `its public half is missing; write it: ssh-keygen -y -f ${quoted(path)} > ${quoted(`${path}.pub`)}`,
  };
}

/** The private key; null where the passphrase does not open it. */
export function unlocked(content: string, passphrase: string): ParsedKey | null {
  return keyIn(content, passphrase);
}

function keyIn(data: string | Buffer, passphrase?: string): ParsedKey | null {
  // ssh2 answers a list for files of some formats, which its types do not say.
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(data, passphrase);
  if (parsed instanceof Error) return null;
  return (Array.isArray(parsed) ? parsed[0] : parsed) ?? null;
}

/** The part of an OpenSSH key file that is never encrypted (openssh-portable, PROTOCOL.key). */
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
    next(); // key derivation
    next(); // its options
    at += 4; // number of keys: one
    return { cipher, publicKey: next() };
  } catch (error) {
    // Cut off.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Null where there is no such file. @throws the error of a read that fails otherwise */
function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    // A name below what is no folder is no file either.
    if (/^(ENOENT|ENOTDIR)$/.test(errnoOf(error) ?? '')) return null;
    throw error;
  });
}
