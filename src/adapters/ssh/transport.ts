import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import type { SshOptions } from './options.ts';
import type { SshTarget } from './target.ts';

/** The bytes to and from a host's sshd. */
export interface Transport {
  readonly stream: Duplex;
  /** What the program of a proxy said on its standard error, so far. */
  said(): string;
  /** Ends it at once. ssh2's own `destroy` does nothing once `end` was called, however dead the network is. */
  cut(): void;
}

/** Begins to reach a host; its stream tells how that went. */
export function startTransport(
  target: SshTarget,
  options: Pick<SshOptions, 'configFile' | 'environment'>,
): Transport {
  const { proxy, host, port, family } = target;
  if (proxy !== null) return startProxy({ ...target, proxy }, options);
  // At once rather than collected: what is sent waits for an answer, mostly.
  const socket = connect({ host, port, noDelay: true, ...(family === null ? {} : { family }) });
  return { stream: socket, said: () => '', cut: () => socket.destroy() };
}

/**
 * Starts what ssh_config(5) names to reach a host. A ProxyJump goes through `ssh -W`, which is what OpenSSH
 * makes of it (ssh.c, "ssh -W '[%h]:%p' jump"): the jump host's own keys, known_hosts and aliases count then
 * as always. BatchMode, since two programs cannot both ask at one terminal.
 */
function startProxy(
  target: SshTarget & { readonly proxy: NonNullable<SshTarget['proxy']> },
  { configFile, environment }: Pick<SshOptions, 'configFile' | 'environment'>,
): Transport {
  const [program, ...rest] =
    target.proxy.by === 'command'
      ? // The operator's own line, by the operator's own shell, as ssh_config(5) says.
        [environment.SHELL || '/bin/sh', '-c', `exec ${target.proxy.line}`]
      : jumpCommand(target, target.proxy.hosts, configFile);
  // A terminal sends its Ctrl-C to the whole process group, and a change that was begun goes on over this connection.
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...environment },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once('error', (error) => stream.destroy(error));
  child.once('close', () => stream.destroy());
  return {
    stream,
    said: () => said,
    cut: () => {
      stream.destroy();
      child.kill('SIGTERM');
    },
  };
}

function jumpCommand(
  { host, port }: SshTarget,
  hosts: readonly [string, ...string[]],
  configFile: string | undefined,
): readonly [string, ...string[]] {
  const last = hosts.at(-1) ?? hosts[0];
  const before = hosts.slice(0, -1).join(',');
  return [
    'ssh',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    '-o',
    'BatchMode=yes',
    ...(before === '' ? [] : ['-J', before]),
    '-W',
    `[${host}]:${port}`,
    '--',
    last.includes(':') && !last.startsWith('ssh://') ? `ssh://${last}` : last,
  ];
}
