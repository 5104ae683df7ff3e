import { spawn } from 'node:child_process';
import { connect, isIP } from 'node:net';
import { Duplex } from 'node:stream';
import { sshEnvironment } from '../child-environment.ts';
import type { SshOptions } from './options.ts';
import type { SshTarget } from './target.ts';

/** The bytes to and from a host's sshd. */
export interface Transport {
  readonly stream: Duplex;
  /** Returns what the proxy command has printed to stderr so far; empty without one. */
  output(): string;
  /** Closes it at once. ssh2's own `destroy` does nothing after `end`, even if the network does not respond. */
  cut(): void;
}

/** Starts to connect to a host. Its stream reports success and errors. */
export function startTransport(
  target: SshTarget,
  options: Pick<SshOptions, 'configFile' | 'environment'>,
): Transport {
  const { proxy, host, port, family, restrictions } = target;
  if (proxy !== null) return startProxy({ ...target, proxy }, options);
  // As OpenSSH, does not connect to an address of the other family, which Node would.
  if (family !== null && isIP(host) !== 0 && isIP(host) !== family) return noAddressTransport(host);
  // noDelay, because most of what is sent awaits an answer.
  const { bindAddress } = restrictions;
  const socket = connect({
    host,
    port,
    noDelay: true,
    ...(family === null ? {} : { family }),
    ...(bindAddress === null ? {} : { localAddress: bindAddress }),
  });
  return { stream: socket, output: () => '', cut: () => socket.destroy() };
}

function noAddressTransport(host: string): Transport {
  const stream = new Duplex({ read: () => undefined, write: () => undefined });
  const error = Object.assign(new Error(`${host} is not of the AddressFamily`), { code: 'ENOTFOUND' });
  setImmediate(() => stream.destroy(error));
  return { stream, output: () => '', cut: () => stream.destroy() };
}

/**
 * Starts the proxy of ssh_config(5). A ProxyJump runs `ssh -W`, as OpenSSH itself does (ssh.c, "ssh -W '[%h]:%p'
 * jump"), so that the keys, known_hosts and aliases of the jump host apply as usual. BatchMode, because two programs
 * cannot both prompt on one terminal.
 */
function startProxy(
  target: SshTarget & { readonly proxy: NonNullable<SshTarget['proxy']> },
  { configFile, environment }: Pick<SshOptions, 'configFile' | 'environment'>,
): Transport {
  const [program, ...rest] =
    target.proxy.by === 'command'
      ? // ssh_config(5): the operator's shell executes the command.
        [environment.SHELL || '/bin/sh', '-c', `exec ${target.proxy.line}`]
      : jumpCommand(target, target.proxy.hosts, configFile);
  // Detached: a terminal sends Ctrl-C to its whole process group, but a change that has started must finish over this
  // connection.
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...sshEnvironment(environment) },
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(-4000);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once('error', (error) => stream.destroy(error));
  child.once('close', () => stream.destroy());
  return {
    stream,
    output: () => output,
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
