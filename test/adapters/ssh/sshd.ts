import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { freePort } from '../../testbed/free-port.ts';

/** A real sshd for one test, on a port of 127.0.0.1, that accepts the user of the test. */
export interface Sshd {
  readonly port: number;
  /** Folder of the test, for keys and configurations. */
  readonly folder: string;
  /** The home directory of the sessions; its name contains a space. */
  readonly home: string;
  /** Path of the only private key that the server accepts at first. */
  readonly key: string;
  /** The public host key: type and base64. */
  readonly hostKey: string;
  /** Returns the log of sshd. */
  log(): string;
}

const program = '/usr/sbin/sshd';

/** @param settings lines of sshd_config, such as `MaxSessions 2` */
export async function startSshd(...settings: readonly string[]): Promise<Sshd> {
  if (!existsSync(program)) {
    throw new Error('This test needs a real sshd: apt-get install openssh-server openssh-client');
  }
  const folder = tempFolder();
  const home = join(folder, 'home of david');
  mkdirSync(home);
  const key = keyPair(folder, 'id_test');
  const host = keyPair(folder, 'host_key');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${key}.pub`));
  // sshd needs this folder for privilege separation; normally the start script of the service creates it.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const lines = [
    ...settings,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...(settings.some((line) => line.startsWith('HostKey ')) ? [] : [`HostKey ${host}`]),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'pid')}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no', // its files are in /tmp, which others can write to
    'UsePAM no',
    'LogLevel VERBOSE',
    ...(settings.some((line) => line.startsWith('Subsystem ')) ? [] : ['Subsystem sftp internal-sftp']),
    `SetEnv "HOME=${home}" "PATH=${folder}/bin:${process.env.PATH ?? ''}"`,
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  const logFile = join(folder, 'sshd.log');
  const sshd = spawn(program, ['-D', '-f', join(folder, 'sshd_config'), '-E', logFile], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (sshd.exitCode !== null) return;
    sshd.kill('SIGTERM');
    await once(sshd, 'exit');
  });
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  await listening(port, () => sshd.exitCode !== null, log);
  return { port, folder, home, key, hostKey: publicPart(host), log };
}

/** Makes a key pair; returns the path of the private key. */
export function keyPair(folder: string, name: string, ...more: readonly string[]): string {
  const file = join(folder, name);
  const type = more.includes('-t') ? [] : ['-t', 'ed25519'];
  const lock = more.includes('-N') ? [] : ['-N', ''];
  execFileSync('ssh-keygen', ['-q', ...type, ...lock, '-C', name, '-f', file, ...more]);
  return file;
}

/** Authorizes another key. */
export function authorize({ folder }: Sshd, key: string): void {
  appendFileSync(join(folder, 'authorized_keys'), readFileSync(`${key}.pub`));
}

/** Returns type and base64 of a public key file. */
export function publicPart(key: string): string {
  return readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

/** Returns the fingerprint as `ssh-keygen -l` shows it. */
export function fingerprintOf(key: string): string {
  return execFileSync('ssh-keygen', ['-lf', `${key}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
}

async function listening(port: number, ended: () => boolean, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200 && !ended(); attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((answer) => {
      socket.once('connect', () => answer(true)).once('error', () => answer(false));
    });
    socket.destroy();
    if (open) return;
    await pause(25);
  }
  throw new Error(`sshd did not start:\n${log()}`);
}
