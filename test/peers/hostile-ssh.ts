import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { onTestFinished } from 'vitest';
import { keyPair, publicPart } from '../adapters/ssh/sshd.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { dripTo, floodTo } from './hostile-streams.ts';

type Act<On> = (on: On) => void;

/** Behaviours of an SSH server after a TCP connection, before the key exchange. */
export const beforeKeys: Readonly<Record<string, Act<Socket>>> = {
  silence: () => undefined,
  'closed at once': (socket) => socket.destroy(),
  'half closed': (socket) => socket.end(),
  'another protocol': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'a banner without end': (socket) => floodTo(socket, Buffer.alloc(2 ** 16, 'x')),
  'lines before the banner without end': (socket) =>
    floodTo(socket, Buffer.from('please wait\r\n'.repeat(999))),
  'garbage after the banner': (socket) =>
    floodTo(socket, Buffer.from(`SSH-2.0-x\r\n${'\xff\x00\x1b[2J'.repeat(99)}`)),
  'a packet of 2 GiB': (socket) => {
    socket.write('SSH-2.0-x\r\n');
    floodTo(socket, Buffer.concat([Buffer.from([0x7f, 255, 255, 255]), Buffer.alloc(2 ** 16)]));
  },
  'a drip': (socket) => dripTo(socket, Buffer.from('SSH-2.0-x\r\n'.repeat(99))),
};

/** Behaviours after a login request. */
export const atLogIn: Readonly<Record<string, Act<ssh2.AuthContext>>> = {
  silence: () => undefined,
  'a refusal of every key': (context) => context.reject(['keyboard-interactive']),
  'a demand for another method': (context) => context.reject(['password'], true),
};

/** Behaviours after a request for a session. */
export const atSession: Readonly<
  Record<string, (accept: () => ssh2.Session, reject: () => void, client: Connection) => void>
> = {
  silence: () => undefined,
  'a refusal': (_accept, reject) => reject(),
  'a session that runs nothing': (accept) => void accept(),
  'a session that refuses each command': (accept) => void accept().on('exec', (_accept, reject) => reject()),
  'an end of the connection': (_accept, _reject, client) => void client.end(),
};

/** Behaviours of the login shell instead of starting the waiting shell, whose marker it knows. */
export const atShell: Readonly<Record<string, (channel: ServerChannel, marker: string) => void>> = {
  silence: () => undefined,
  'closed at once': (channel) => channel.close(),
  'half closed': (channel) => channel.end(),
  'a message without an end': (channel) => floodTo(channel, Buffer.alloc(2 ** 15, 'please wait ')),
  'lines without end': (channel) => floodTo(channel, Buffer.from(`${'\x1b]0;x\x07'.repeat(99)}\n`)),
  'errors without end': (channel) => floodTo(channel.stderr, Buffer.alloc(2 ** 15, 'x')),
  'an exit code and no output': (channel) => {
    channel.exit(255);
    channel.end();
  },
  'a marker without end': (channel, marker) => {
    channel.write(marker);
    floodTo(channel, Buffer.alloc(2 ** 15, 'x'));
  },
  'another word than expected': (channel, marker) => void channel.write(`${marker} \x1b[2Jnonsense\n`),
  'a drip': (channel) => dripTo(channel, Buffer.alloc(4_000, 'x')),
};

const waits = (channel: ServerChannel, marker: string) => {
  channel.stderr.write(`${marker}\n`);
  channel.write(`${marker} waits /root\n`);
};

/** Behaviours after a command, when the shell has reported that it waits. */
export const atCommand: Readonly<Record<string, (channel: ServerChannel, marker: string) => void>> = {
  silence: () => undefined,
  'closed at once': (channel) => channel.close(),
  'half closed': (channel) => channel.end(),
  'a word that is none': (channel, marker) => void channel.write(`${marker} maybe\n`),
  'a folder that cannot be entered': (channel, marker) => void channel.write(`${marker} EVIL\x1b[2J\n`),
  'that it runs, and silence': (channel, marker) => void channel.write(`${marker} ready 77\n`),
  'that it runs, and the process number of all processes': (channel, marker) =>
    void channel.write(`${marker} ready 1 ; rm -rf /\n`),
  'output without a line end': (channel, marker) => {
    channel.write(`${marker} ready 77\n`);
    floodTo(channel, Buffer.alloc(2 ** 15, 'x'));
  },
  'lines without end': (channel, marker) => {
    channel.write(`${marker} ready 77\n`);
    floodTo(channel, Buffer.from('held 1 {}\n'.repeat(999)));
  },
  'errors without end': (channel, marker) => {
    channel.write(`${marker} ready 77\n`);
    floodTo(channel.stderr, Buffer.alloc(2 ** 15, 'x'));
  },
  'garbage and success': (channel, marker) =>
    endWith(channel, 0, `${marker} ready 77\n\x00\xff{"\x1b]0;x\x07`),
  'nothing and success': (channel, marker) => endWith(channel, 0, `${marker} ready 77\n`),
  'a lock of garbage': (channel, marker) => endWith(channel, 0, `${marker} ready 77\nheld 5 {{{\n`),
  'a lock of another form': (channel, marker) =>
    endWith(channel, 0, `${marker} ready 77\nheld 5 {"v":1,"user":["a"]}\n`),
  'a lock with escapes': (channel, marker) =>
    endWith(
      channel,
      0,
      `${marker} ready 77\nheld 5 ${JSON.stringify({ v: 1, user: 'a\x1b[2J', host: 'b\nERP-0000', pid: 1, since: '\u202e', command: '\x1b]52;c;x\x07' })}\n`,
    ),
  'an impossible exit code': (channel, marker) => endWith(channel, 0x7f_ff_ff_ff, `${marker} ready 77\n`),
  'a signal': (channel, marker) => {
    channel.write(`${marker} ready 77\n`);
    channel.exit('KILL', true, '\x1b[2Jkilled');
    channel.end();
  },
  'a drip': (channel, marker) => {
    channel.write(`${marker} ready 77\n`);
    dripTo(channel, Buffer.alloc(4_000, 'x'));
  },
};

function endWith(channel: ServerChannel, code: number, output: string): void {
  channel.stderr.write(`${/erp-deploy:[0-9a-f-]+/.exec(output)?.[0] ?? ''}\n`);
  channel.write(output);
  channel.exit(code);
  channel.end();
}

/** The point from which the server behaves differently from sshd. */
export interface Hostility {
  /** Called when the server reaches that point. */
  readonly reached?: () => void;
  readonly keys?: (socket: Socket) => void;
  readonly logIn?: (context: ssh2.AuthContext) => void;
  readonly session?: (typeof atSession)[string];
  readonly shell?: (channel: ServerChannel, marker: string) => void;
  readonly command?: (channel: ServerChannel, marker: string) => void;
}

/**
 * Starts a server on a real socket, until the test ends.
 * @returns a folder with an `ssh` that knows it as `droplet`, for PATH
 */
export async function hostileSsh(hostility: Hostility): Promise<{ readonly bin: string }> {
  const folder = tempFolder();
  const host = keyPair(folder, 'host_key', '-t', 'ecdsa', '-m', 'PEM');
  const key = keyPair(folder, 'id_test');
  const sockets = new Set<Socket>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(host)] }, (client) => serve(client, hostility));
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    if (hostility.keys !== undefined) {
      hostility.reached?.();
      hostility.keys(socket);
    } else server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${publicPart(host)}\n`);
  const lines = [
    'Host droplet',
    'HostName 127.0.0.1',
    `Port ${port}`,
    'User root',
    `IdentityFile ${key}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${folder}/known_hosts`,
    'GlobalKnownHostsFile none',
  ];
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
  const real = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  const bin = join(folder, 'ssh');
  writeFileSync(bin, `#!/bin/sh\nexec ${real} -F ${folder}/config "$@"\n`);
  chmodSync(bin, 0o755);
  return { bin: folder };
}

function serve(client: Connection, hostility: Hostility): void {
  const { reached = () => undefined, logIn, session, shell, command } = hostility;
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    if (logIn === undefined) return context.accept();
    reached();
    logIn(context);
  });
  client.on('session', (accept, reject) => {
    if (session !== undefined) {
      reached();
      return session(accept, () => reject(), client);
    }
    accept().on('exec', (acceptCommand, _reject, { command: line }) => {
      const channel = acceptCommand();
      channel.on('error', () => undefined);
      const marker = /erp-deploy:[0-9a-f-]+/.exec(line)?.[0] ?? '';
      if (shell === undefined) waits(channel, marker);
      else {
        reached();
        shell(channel, marker);
      }
      channel.once('data', () => {
        reached();
        command?.(channel, marker);
      });
    });
  });
}
