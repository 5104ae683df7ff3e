import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rsaBitsOf, unsupportedSettings } from '../../../src/adapters/ssh/restrictions.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { anySignal, openHost, problemOf, words } from './open-host.ts';
import { authorize, keyPair, publicPart, startSshd } from './sshd.ts';

const noKnownHost = { known: ['# none'] };

describe('what the configuration says about an unknown host key', () => {
  test('yes: it is refused without a question', async () => {
    const sshd = await startSshd();
    const asked = { decideHostKey: () => Promise.reject(new Error('asked')) };
    const problem = await problemOf(
      openHost(sshd, { ...noKnownHost, lines: ['StrictHostKeyChecking yes'] }, asked),
    );
    expect(problem).toMatchObject({
      code: 'ERP-0704',
      why: expect.stringContaining('StrictHostKeyChecking'),
    });
  });

  test('accept-new: it is added without a question, and a changed one is refused', async () => {
    const sshd = await startSshd();
    const lines = ['StrictHostKeyChecking accept-new', 'HashKnownHosts no'];
    const asked = { decideHostKey: () => Promise.reject(new Error('asked')) };
    await openHost(sshd, { ...noKnownHost, lines }, asked);
    expect(readFileSync(join(sshd.folder, 'known_hosts'), 'utf8')).toContain(sshd.hostKey);
    const other = publicPart(keyPair(sshd.folder, 'other'));
    const known = [`[127.0.0.1]:${sshd.port} ${other}`];
    expect(await problemOf(openHost(sshd, { known, lines }, asked))).toMatchObject({ code: 'ERP-0705' });
  });
});

describe('a setting that erp-deploy cannot follow is refused by name, before any connection', () => {
  test.each([
    ['RemoteCommand', 'RemoteCommand echo x'],
    ['SessionType', 'SessionType none'],
    ['KnownHostsCommand', 'KnownHostsCommand /bin/echo %H'],
    ['PubkeyAuthentication', 'PubkeyAuthentication no'],
    ['PreferredAuthentications', 'PreferredAuthentications password'],
    ['CertificateFile', 'CertificateFile ~/.ssh/id-cert.pub'],
    ['Ciphers', 'Ciphers aes128-cbc'],
    ['MACs', 'MACs umac-64@openssh.com'],
    ['KexAlgorithms', 'KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    ['HostKeyAlgorithms', 'HostKeyAlgorithms sk-ssh-ed25519@openssh.com'],
  ])('%s', async (name, line) => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { lines: [line] }));
    expect(problem).toMatchObject({ code: 'ERP-0716', excerpt: [expect.stringContaining(name)] });
    // The test itself connects once, to wait for sshd; the log may be a moment behind.
    expect((sshd.log().match(/Connection from/g) ?? []).length).toBeLessThanOrEqual(1);
  });

  test('what OpenSSH has by default is none of them', () => {
    const printed = execFileSync('ssh', ['-F', 'none', '-G', 'host'], { encoding: 'utf8' });
    const settings = new Map(
      printed
        .split('\n')
        .map((line) => [line.split(' ')[0]?.toLowerCase() ?? '', [line.replace(/^\S+ /, '')]]),
    );
    expect(unsupportedSettings(settings)).toEqual([]);
  });

  test.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is ssh_config's own
    ['IdentityFile /a/${NOT_SET}/id', 'the variable NOT_SET is not set'],
    ['IdentityFile /a/%z', '%z is not a token'],
    ['IdentityFile ~no-such-user/id', 'there is no user no-such-user'],
  ])('a path that OpenSSH refuses: %s', async (line, why) => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { lines: [line] }));
    expect(problem.why).toContain(why);
  });
});

test('the algorithms of the configuration are used', async () => {
  const sshd = await startSshd('LogLevel DEBUG2');
  const lines = ['Ciphers aes256-ctr', 'MACs hmac-sha2-512', 'KexAlgorithms ecdh-sha2-nistp384'];
  await openHost(sshd, { lines });
  expect(sshd.log()).toMatch(/kex: algorithm: ecdh-sha2-nistp384/);
  expect(sshd.log()).toMatch(/cipher: aes256-ctr MAC: hmac-sha2-512/);
});

describe('RequiredRSASize', () => {
  test('refuses a shorter host key', async () => {
    const short = keyPair(tempFolder(), 'host', '-t', 'rsa', '-b', '2048');
    const sshd = await startSshd(`HostKey ${short}`);
    const known = [`[127.0.0.1]:${sshd.port} ${publicPart(short)}`];
    await openHost(sshd, { known });
    const problem = await problemOf(openHost(sshd, { known, lines: ['RequiredRSASize 3072'] }));
    expect(problem).toMatchObject({ code: 'ERP-0717', why: expect.stringContaining('2048 bits') });
  });

  test('keeps a shorter key of the operator from being offered', async () => {
    const sshd = await startSshd();
    const short = keyPair(sshd.folder, 'short', '-t', 'rsa', '-b', '2048');
    authorize(sshd, short);
    const lines = [`IdentityFile ${short}`, 'RequiredRSASize 3072'];
    const problem = await problemOf(openHost(sshd, { lines }));
    expect(words(problem)).toContain('it has 2048 bits, and RequiredRSASize is 3072');
  });

  test.each([1024, 2048])('counts the bits of a key of %i', (bits) => {
    const key = keyPair(tempFolder(), 'key', '-t', 'rsa', '-b', `${bits}`);
    const [, base64 = ''] = publicPart(key).split(' ');
    expect(rsaBitsOf(Buffer.from(base64, 'base64'))).toBe(bits);
  });
});

test('a key that PubkeyAcceptedAlgorithms excludes is not offered', async () => {
  const sshd = await startSshd();
  const problem = await problemOf(openHost(sshd, { lines: ['PubkeyAcceptedAlgorithms rsa-sha2-512'] }));
  expect(words(problem)).toContain('PubkeyAcceptedAlgorithms does not include ssh-ed25519');
});

test('BindAddress is the address that the connection comes from', async () => {
  const sshd = await startSshd();
  await openHost(sshd, { lines: ['BindAddress 127.0.0.9'] });
  expect(sshd.log()).toContain('Connection from 127.0.0.9');
});

describe('a server that requires two factors', () => {
  test('gets both keys', async () => {
    const sshd = await startSshd('AuthenticationMethods publickey,publickey');
    const second = keyPair(sshd.folder, 'second');
    authorize(sshd, second);
    const host = await openHost(sshd, { lines: [`IdentityFile ${sshd.key}`, `IdentityFile ${second}`] });
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });

  test('is named with what it requires beside the key', async () => {
    const sshd = await startSshd('AuthenticationMethods publickey,password', 'PasswordAuthentication yes');
    const problem = await problemOf(openHost(sshd));
    expect(problem.what).toContain('accepted a key of');
    expect(problem.what).toContain('requires more: password');
    expect(problem.why).toContain('only with keys');
  });
});

describe('certificates', () => {
  function signedBy(authority: string, key: string, ...more: readonly string[]): void {
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'id', ...more, `${key}.pub`]);
  }

  test('of a host, by an authority that known_hosts names, are refused before the log-in', async () => {
    const folder = tempFolder();
    const [authority, host] = [keyPair(folder, 'authority'), keyPair(folder, 'host')];
    signedBy(authority, host, '-h', '-n', '127.0.0.1');
    const sshd = await startSshd(`HostKey ${host}`, `HostCertificate ${host}-cert.pub`);
    const known = [`@cert-authority [127.0.0.1]:${sshd.port} ${publicPart(authority)}`];
    const asked = { decideHostKey: () => Promise.reject(new Error('asked')) };
    const problem = await problemOf(openHost(sshd, { known }, asked));
    expect(problem).toMatchObject({ code: 'ERP-0718', why: expect.stringMatching(/known_hosts:1 /) });
    expect(sshd.log()).not.toContain('Failed publickey');
  });

  test('of a user are named if the key beside them is not accepted', async () => {
    const folder = tempFolder();
    const authority = keyPair(folder, 'authority');
    const sshd = await startSshd(`TrustedUserCAKeys ${authority}.pub`);
    const key = keyPair(sshd.folder, 'signed');
    signedBy(authority, key, '-n', 'root');
    const problem = await problemOf(openHost(sshd, { lines: [`IdentityFile ${key}`] }));
    expect(words(problem)).toContain(
      `${key}-cert.pub: erp-deploy's SSH library cannot log in with certificates`,
    );
  });
});

test('a server that is only newer than our library is not blamed', async () => {
  const sshd = await startSshd('KexAlgorithms sntrup761x25519-sha512@openssh.com');
  const problem = await problemOf(openHost(sshd));
  expect(problem).toMatchObject({ code: 'ERP-0708', why: expect.stringContaining('ssh itself may connect') });
  expect(words(problem)).toContain('offered by the server: KEX method: sntrup761x25519-sha512@openssh.com');
  expect(words(problem)).toContain('curve25519-sha256');
  expect(words(problem)).not.toContain('outdated');
});

test('%k without HostKeyAlias is the name as it was typed', async () => {
  const sshd = await startSshd();
  const key = join(sshd.folder, 'key-for-droplet');
  writeFileSync(key, readFileSync(sshd.key), { mode: 0o600 });
  await openHost(sshd, { lines: [`IdentityFile ${sshd.folder}/key-for-%k`] });
  expect(existsSync(`${key}.pub`)).toBe(false);
});
