import { createHmac, randomBytes } from 'node:crypto';
import { access, appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HostKey, hostKey } from './host-keys.ts';
import { askOpenSsh } from './local-program.ts';

/** A line of a known_hosts file that speaks of a host. */
export interface KnownKey extends HostKey {
  readonly marker: 'none' | 'revoked' | 'authority';
  /** `FILE:LINE` */
  readonly place: string;
}

/**
 * The lines about a host, as `ssh-keygen -F` finds them: hashed names, wildcards and `[host]:port` are its
 * business. Its exit code says nothing: it is 0 also where all that it found is revoked.
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

/** sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: a marker perhaps, names, type, key, and a comment perhaps. */
function keyOn(text: string, place: string): readonly KnownKey[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const marker = markers[words[0] ?? ''];
  const [, type, key] = marker === undefined ? words : words.slice(1);
  if (type === undefined || key === undefined) return [];
  return [{ ...hostKey(Buffer.from(key, 'base64')), marker: marker ?? 'none', place }];
}

/** Adds a key that was accepted, as OpenSSH does. */
export async function remember(name: string, key: HostKey, file: string, hashed: boolean): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const before = (await exists(file)) ? await readFile(file, 'utf8') : '';
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  const line = `${hashed ? hashedName(name) : name} ${key.type} ${key.blob.toString('base64')}\n`;
  await appendFile(file, `${start}${line}`, { mode: 0o600 });
}

/** sshd(8): `|1|`, a salt, and the name's HMAC-SHA1 under it. */
function hashedName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
