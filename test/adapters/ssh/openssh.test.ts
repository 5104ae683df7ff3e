import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { byExtent } from '../../run/sample.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { faultProxy } from '../../support/production/fault-proxy.ts';
import { addToAgent, startAgent } from './agent.ts';
import { anySignal, type Config, openHost, problemOf, words } from './open-host.ts';
import { authorize, keyPair, publicPart, type Sshd, startSshd } from './sshd.ts';

// The behaviour of `ssh: auto`, the default, if ssh2 cannot handle the configuration, the keys or the server.

const auto = { transport: 'auto' } as const;
const user = userInfo().username;

function signedBy(authority: string, key: string, ...more: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'id', ...more, `${key}.pub`]);
}

/** Asserts that a host runs commands. */
async function expectWorks(sshd: Sshd, config: Config, options: Parameters<typeof openHost>[2] = {}) {
  const host = await openHost(sshd, config, { ...auto, ...options });
  const { stdout } = await host.processes.run(['echo', 'works'], '.', anySignal);
  expect(stdout).toBe('works');
  return host;
}

describe('certificates', () => {
  test('of a host are trusted without a question if known_hosts names their authority', async () => {
    const folder = tempFolder();
    const [authority, host] = [keyPair(folder, 'authority'), keyPair(folder, 'host')];
    signedBy(authority, host, '-h', '-n', '127.0.0.1');
    const sshd = await startSshd(`HostKey ${host}`, `HostCertificate ${host}-cert.pub`);
    const known = [`@cert-authority [127.0.0.1]:${sshd.port} ${publicPart(authority)}`];
    await expectWorks(sshd, { known }, { decideHostKey: () => Promise.reject(new Error('asked')) });
  });

  test('of a host that another authority signed are not trusted', async () => {
    const folder = tempFolder();
    const [authority, other, host] = ['authority', 'other', 'host'].map((name) => keyPair(folder, name));
    if (authority === undefined || other === undefined || host === undefined) throw new Error('no keys');
    signedBy(other, host, '-h', '-n', '127.0.0.1');
    const sshd = await startSshd(`HostKey ${host}`, `HostCertificate ${host}-cert.pub`);
    const known = [`@cert-authority [127.0.0.1]:${sshd.port} ${publicPart(authority)}`];
    expect(await problemOf(openHost(sshd, { known }, auto))).toMatchObject({ code: 'ERP-0704' });
    expect(sshd.log()).not.toContain('Accepted publickey');
  });

  test.each(['beside the key', 'named by CertificateFile', 'in the agent'])(
    'of a user, %s, let in',
    async (how) => {
      const authority = keyPair(tempFolder(), 'authority');
      const sshd = await startSshd(`TrustedUserCAKeys ${authority}.pub`);
      const key = keyPair(sshd.folder, 'signed');
      signedBy(authority, key, '-n', user);
      const lines = [`IdentityFile ${key}`];
      if (how === 'beside the key') {
        await expectWorks(sshd, { lines });
        return;
      }
      const elsewhere = join(sshd.folder, 'elsewhere-cert.pub');
      if (how === 'in the agent') {
        const socket = await startAgent(sshd);
        addToAgent(socket, key);
        execFileSync('rm', [key, `${key}-cert.pub`]);
        const environment = { SSH_AUTH_SOCK: socket };
        await expectWorks(sshd, { lines: ['IdentitiesOnly no', 'IdentityFile none'] }, { environment });
        return;
      }
      execFileSync('mv', [`${key}-cert.pub`, elsewhere]);
      await expectWorks(sshd, { lines: [...lines, `CertificateFile ${elsewhere}`] });
    },
  );

  test('of a user that expired are named', async () => {
    const authority = keyPair(tempFolder(), 'authority');
    const sshd = await startSshd(`TrustedUserCAKeys ${authority}.pub`);
    const key = keyPair(sshd.folder, 'signed');
    signedBy(authority, key, '-n', user, '-V', '20200101:20200102');
    const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${key}`] }, auto));
    expect(problem.code).toBe('ERP-0707');
    expect(words(problem)).toContain(`${key}`);
  });
});

describe('keys', () => {
  test.each([
    ['in PKCS #8', ['-t', 'rsa', '-m', 'PKCS8'], 0],
    ['in PKCS #8, locked', ['-t', 'rsa', '-m', 'PKCS8', '-N', 'secret words'], 1],
    ['locked with chacha20', ['-N', 'secret words', '-Z', 'chacha20-poly1305@openssh.com'], 1],
  ])('%s are accepted', async (_kind, more, questions) => {
    const sshd = await startSshd();
    const key = keyPair(sshd.folder, 'odd', ...more);
    authorize(sshd, key);
    const asked: string[] = [];
    await expectWorks(
      sshd,
      { lines: [`IdentityFile ${key}`] },
      {
        askPassphrase: async (path) => {
          asked.push(path);
          return new Secret('secret words');
        },
      },
    );
    expect(asked).toEqual(Array.from({ length: questions }, () => key));
  });

  test('of the agent that are bound to this host (ssh-add -h) are accepted', async () => {
    const sshd = await startSshd();
    const known = join(sshd.folder, 'known_for_agent');
    writeFileSync(known, `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
    const socket = await startAgent(sshd);
    addToAgent(socket, '-H', known, '-h', `[127.0.0.1]:${sshd.port}`, sshd.key);
    const lines = ['IdentitiesOnly no', 'IdentityFile none'];
    await expectWorks(sshd, { lines }, { environment: { SSH_AUTH_SOCK: socket } });
  });

  test.each(['rsa-sha2-256', 'rsa-sha2-512'])(
    'of RSA let in with %s alone, on either side',
    async (algorithm) => {
      const onServer = await startSshd(`PubkeyAcceptedAlgorithms ${algorithm}`);
      const key = keyPair(onServer.folder, 'rsa', '-t', 'rsa');
      authorize(onServer, key);
      await expectWorks(onServer, { lines: [`IdentityFile ${key}`] });
      const here = await startSshd('LogLevel DEBUG2');
      authorize(here, key);
      await expectWorks(here, { lines: [`IdentityFile ${key}`, `PubkeyAcceptedAlgorithms ${algorithm}`] });
      expect(here.log()).toMatch(new RegExp(`Accepted (?:key|publickey).*|${algorithm}`));
    },
  );

  test('of a locked agent are reported as locked', async () => {
    const sshd = await startSshd();
    const socket = await startAgent(sshd);
    addToAgent(socket, sshd.key);
    execFileSync('ssh-add', ['-x'], {
      env: {
        ...process.env,
        SSH_AUTH_SOCK: socket,
        SSH_ASKPASS: askpassPrinting(sshd, 'lock'),
        SSH_ASKPASS_REQUIRE: 'force',
        DISPLAY: ':',
      },
    });
    const lines = ['IdentitiesOnly no', 'IdentityFile none'];
    const problem = await problemOf(
      openHost(sshd, { lines }, { ...auto, environment: { SSH_AUTH_SOCK: socket } }),
    );
    expect(problem.code).toBe('ERP-0707');
    expect(words(problem)).toContain('locked (ssh-add -X unlocks it)');
  });
});

/**
 * Writes the file of a key that is stored in a hardware security key (openssh-portable, PROTOCOL.u2f and PROTOCOL.key).
 */
function tokenKey({ folder }: Sshd): string {
  const uint32 = (value: number) => Buffer.from([0, 0, 0, value]);
  const text = (value: string | Buffer) => Buffer.concat([uint32(value.length), Buffer.from(value)]);
  const open = [text('sk-ssh-ed25519@openssh.com'), text(Buffer.alloc(32, 7)), text('ssh:')];
  const secret = [Buffer.alloc(8), ...open, Buffer.from([1]), text('handle'), text(''), text('token')];
  const padded = Buffer.concat([...secret, Buffer.from([1, 2, 3, 4, 5, 6, 7])]);
  const whole = padded.subarray(0, padded.length - (padded.length % 8));
  const head = ['none', 'none', ''].map(text);
  const key = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...head,
    uint32(1),
    text(Buffer.concat(open)),
    text(whole),
  ]);
  const body = key.toString('base64').replace(/.{70}/g, '$&\n');
  const file = join(folder, 'id_token');
  writeFileSync(file, `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`, {
    mode: 0o600,
  });
  return file;
}

test('names a key whose security key is not plugged in, before any connection', async (context) => {
  if (readdirSync('/dev').some((name) => name.startsWith('hidraw')))
    return context.skip('a security key may be connected');
  const sshd = await startSshd();
  const key = tokenKey(sshd);
  const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${key}`] }, auto));
  expect(problem).toMatchObject({ code: 'ERP-0716', excerpt: [key] });
  expect((sshd.log().match(/Connection from/g) ?? []).length).toBeLessThanOrEqual(1);
  // If the operator has another key, this one is only left out.
  await expectWorks(sshd, { lines: [`IdentityFile ${key}`, `IdentityFile ${sshd.key}`] });
});

function askpassPrinting({ folder }: Sshd, text: string): string {
  const program = join(folder, 'prints');
  writeFileSync(program, `#!/bin/sh\necho ${text}\n`, { mode: 0o755 });
  return program;
}

describe('servers and settings', () => {
  test.each([
    'KexAlgorithms sntrup761x25519-sha512@openssh.com',
    'MACs umac-128-etm@openssh.com\nCiphers aes256-ctr',
    'Ciphers aes256-cbc',
  ])('connects to a server with only %s', async (setting) => {
    const sshd = await startSshd(...setting.split('\n'));
    const lines = setting.startsWith('Ciphers') ? [setting] : [];
    await expectWorks(sshd, { lines });
  });

  test('KnownHostsCommand supplies the host key', async () => {
    const sshd = await startSshd();
    const program = join(sshd.folder, 'known-hosts');
    writeFileSync(program, `#!/bin/sh\necho "[127.0.0.1]:${sshd.port} ${sshd.hostKey}"\n`, { mode: 0o755 });
    await expectWorks(sshd, { known: ['# none'], lines: [`KnownHostsCommand ${program} %H`] });
  });

  test.each(['ssh2', 'auto', 'openssh'] as const)(
    'a damaged line of known_hosts hides no other: %s',
    async (transport) => {
      const sshd = await startSshd();
      const name = `[127.0.0.1]:${sshd.port}`;
      const damaged = [
        `${name} ssh-ed25519 AAAAC3Nza@@@`,
        `${name} ${sshd.hostKey.slice(0, -8)}`,
        `${name} ssh-ed25519`,
        '|1|broken ssh-rsa',
        `@revoked ${name}`,
      ];
      await expectWorks(sshd, { known: [...damaged, `${name} ${sshd.hostKey}`] }, { transport });
    },
  );

  test('refuses password login before any connection if the operator cannot be asked', async () => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { lines: ['PubkeyAuthentication no'] }, auto));
    expect(problem).toMatchObject({ code: 'ERP-0716', excerpt: ['PubkeyAuthentication no'] });
    expect((sshd.log().match(/Connection from/g) ?? []).length).toBeLessThanOrEqual(1);
  });
});

test('a connection that is closed leaves no process and no folder behind', async () => {
  const sshd = await startSshd();
  const folder = tempFolder();
  const host = await expectWorks(sshd, {}, { transport: 'openssh', environment: { TMPDIR: folder } });
  const [name = ''] = readdirSync(folder);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
  await host.close();
  expect(readdirSync(folder)).toEqual([]);
  await expect.poll(() => sshd.log()).toMatch(/disconnect|Connection closed/i);
});

test('ssh ends when erp-deploy is killed, because its stdin ends', async () => {
  const folder = tempFolder();
  const script = readFileSync('assets/local/ssh-master.sh', 'utf8');
  const words = ['-c', script, 'ssh-master.sh', folder, 'sleep', '600'];
  const master = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'ignore'] });
  master.stdin.destroy();
  const [code] = await once(master, 'exit');
  expect(code).toBe(143);
  expect(existsSync(folder)).toBe(false);
});

test('never uses a ControlMaster of the operator', async () => {
  const sshd = await startSshd();
  const path = join(sshd.folder, 'own-master');
  const lines = ['ControlMaster auto', `ControlPath ${path}`];
  await expectWorks(sshd, { lines }, { transport: 'openssh' });
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(join(sshd.folder, 'known_hosts'), 'utf8')).toContain(sshd.hostKey);
});

/** Milliseconds each way to the server, and how often each transport is timed; the two alternate. */
const distance = 50;
const rounds = 5;

const testOfTime = byExtent<(name: string, body: () => Promise<void>, milliseconds: number) => void>({
  usual: () => undefined,
  all: (name, body, milliseconds) => test(name, body, milliseconds),
});

testOfTime(
  'a login and the commands after it take at most 1.3 times as long as over ssh2',
  async () => {
    const sshd = await startSshd();
    const link = await faultProxy(sshd.port);
    link.delay = distance;
    const known = [`[127.0.0.1]:${link.port} ${sshd.hostKey}`];
    const timeOver = async (transport: 'openssh' | 'ssh2') => {
      const since = performance.now();
      const host = await openHost(sshd, { port: link.port, known }, { transport });
      const echo = (word: string | number) => host.processes.run(['echo', `${word}`], '.', anySignal);
      for (let command = 0; command < 10; command++) await echo(command);
      await Promise.all(['a', 'b', 'c', 'd'].map(echo));
      await host.close();
      return performance.now() - since;
    };
    const times = { openssh: [] as number[], ssh2: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.ssh2.push(await timeOver('ssh2'));
      times.openssh.push(await timeOver('openssh'));
    }
    // Compares the fastest of each, because other processes on the machine slow some of them down.
    const ratio = Math.min(...times.openssh) / Math.min(...times.ssh2);
    expect(ratio, JSON.stringify(times)).toBeLessThanOrEqual(1.3);
  },
  300_000,
);
