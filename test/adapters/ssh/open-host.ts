import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, onTestFinished } from 'vitest';
import { connectSsh, type SshHost } from '../../../src/adapters/ssh/connect.ts';
import type { SshOptions } from '../../../src/adapters/ssh/options.ts';
import { remedyLine } from '../../../src/domain/command-text.ts';
import { type Problem, ProblemError } from '../../../src/domain/problem.ts';
import type { Sshd } from './sshd.ts';

export const anySignal = new AbortController().signal;

/** The transport of a connection. */
export type Transport = 'openssh' | 'ssh2';

let transport: Transport | 'auto' = 'ssh2';

/** Registers tests twice: `openHost` connects with ssh2, and with OpenSSH. */
export function overEachTransport(register: (transport: Transport) => void): void {
  describe.each(['ssh2', 'openssh'] as const)('over %s', (one) => {
    beforeEach(() => {
      transport = one;
    });
    afterEach(() => {
      transport = 'ssh2';
    });
    register(one);
  });
}

export interface Config {
  /** Port to connect to; by default the one of sshd. */
  readonly port?: number;
  /** Options of the alias; those that are not given have values with which the login works. */
  readonly lines?: readonly string[];
  /** Lines of known_hosts; by default the one of this sshd. */
  readonly known?: readonly string[];
  /** Further lines of the file, after the alias. */
  readonly more?: readonly string[];
}

/** Writes an ssh_config with the alias `droplet`; returns its path. */
function sshConfig(sshd: Sshd, { port = sshd.port, lines = [], known, more = [] }: Config = {}): string {
  const knownHosts = join(sshd.folder, 'known_hosts');
  writeFileSync(knownHosts, `${(known ?? [`[127.0.0.1]:${port} ${sshd.hostKey}`]).join('\n')}\n`);
  const has = (name: string) => lines.some((line) => line.startsWith(`${name} `));
  const usual = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${userInfo().username}`,
    `IdentityFile "${sshd.key}"`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${knownHosts}`,
    'GlobalKnownHostsFile none',
  ].filter((line) => !has(line.split(' ')[0] ?? ''));
  const file = join(sshd.folder, 'ssh_config');
  writeFileSync(
    file,
    ['Host droplet', ...[...lines, ...usual].map((line) => `  ${line}`), ...more, ''].join('\n'),
  );
  return file;
}

/** Connects to `droplet`. The connection is closed when the test ends. */
export async function openHost(
  sshd: Sshd,
  config: Config = {},
  options: Partial<SshOptions> = {},
): Promise<SshHost> {
  const host = await connectSsh('droplet', {
    environment: {},
    configFile: sshConfig(sshd, config),
    decideHostKey: () => Promise.resolve(false),
    askPassphrase: () => Promise.resolve(null),
    transport,
    ...(options.askPassphrase === undefined ? {} : { askSecret: () => Promise.resolve(null) }),
    ...options,
  });
  onTestFinished(() => host.close());
  return host;
}

/** Returns the problem that an operation fails with. */
export async function problemOf(doing: Promise<unknown>): Promise<Problem> {
  const error: unknown = await doing.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw error;
  return error.problems[0];
}

/** Returns all text of a problem that the operator would read. */
export function words({ what, why, todo, excerpt = [] }: Problem): string {
  return [what, why, ...todo.map(remedyLine), ...excerpt].join('\n');
}
