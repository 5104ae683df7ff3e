import { createHmac, randomBytes } from 'node:crypto';
import { access, appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HostKey, hostKey, isWhole } from './host-key-format.ts';
import { askOpenSsh } from './local-program.ts';

/** A line about a host in a known_hosts file. */
export interface KnownKey extends HostKey {
  readonly marker: 'none' | 'revoked' | 'authority';
  /** `FILE:LINE` */
  readonly location: string;
}

/**
 * Returns the lines about a host. `ssh-keygen -F` finds them, because it handles hashed names, wildcards and
 * `[host]:port`. Its exit code is ignored: it is 0 even if every key that it found is revoked.
 */
export async function knownKeys(name: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const found = await Promise.all(files.map((file) => keysIn(name, file)));
  return found.flat();
}

async function keysIn(name: string, file: string): Promise<readonly KnownKey[]> {
  if (!(await exists(file))) return [];
  const { stdout } = await askOpenSsh('ssh-keygen', ['-F', name, '-f', file]);
  const keys: KnownKey[] = [];
  let line = '';
  for (const text of stdout.split('\n')) {
    const heading = /^# Host .* found: line (\d+)/.exec(text);
    if (heading !== null) line = heading[1] ?? '';
    else keys.push(...keyOn(text, `${file}:${line}`));
  }
  return keys;
}

const markers: Readonly<Record<string, KnownKey['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'authority',
};

/** Parses a line, as in sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: optional marker, names, type, key, optional comment. */
function keyOn(text: string, location: string): readonly KnownKey[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const marker = markers[words[0] ?? ''];
  const [, type, key] = marker === undefined ? words : words.slice(1);
  if (type === undefined || key === undefined) return [];
  const blob = Buffer.from(key, 'base64');
  // As ssh, ignores a damaged line: a truncated key, or one of another type (hostfile.c, hostfile_read_key).
  if (hostKey(blob).type !== type || !isWhole(blob)) return [];
  return [{ ...hostKey(blob), marker: marker ?? 'none', location }];
}

/** Adds an accepted key to a known_hosts file, as OpenSSH does. */
export async function remember(name: string, key: HostKey, file: string, hashed: boolean): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const before = (await exists(file)) ? await readFile(file, 'utf8') : '';
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  const line = `${hashed ? hashedName(name) : name} ${key.type} ${key.blob.toString('base64')}\n`;
  await appendFile(file, `${start}${line}`, { mode: 0o600 });
}

/** Hashes a name as in sshd(8): `|1|`, a salt, and the HMAC-SHA1 of the name with that salt. */
function hashedName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
