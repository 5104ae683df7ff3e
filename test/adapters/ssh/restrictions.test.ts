import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  rsaBitsOf,
  settingsForOpenSsh,
  typedOnly,
  unsupportedSettings,
} from '../../../src/adapters/ssh/restrictions.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';
import { anySignal, openHost, overEachTransport, problemOf, words } from './open-host.ts';
import { authorize, keyPair, publicPart, startSshd } from './sshd.ts';

const noKnownHost = { known: ['# none'] };

overEachTransport(() => {
  describe('StrictHostKeyChecking for an unknown host key', () => {
    test('yes: refuses it without a question', async () => {
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

    test('accept-new: adds it without a question, and refuses a changed one', async () => {
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
    ])('%s', async (name, line) => {
      const sshd = await startSshd();
      const problem = await problemOf(openHost(sshd, { lines: [line] }));
      expect(problem).toMatchObject({ code: 'ERP-0716', excerpt: [expect.stringContaining(name)] });
      // The test itself connects once, to wait for sshd; the log may be slightly late.
      expect((sshd.log().match(/Connection from/g) ?? []).length).toBeLessThanOrEqual(1);
    });

    test('no default of OpenSSH is refused', () => {
      const printed = execFileSync('ssh', ['-F', 'none', '-G', 'host'], { encoding: 'utf8' });
      const settings = new Map(
        printed
          .split('\n')
          .map((line) => [line.split(' ')[0]?.toLowerCase() ?? '', [line.replace(/^\S+ /, '')]]),
      );
      expect([...unsupportedSettings(settings), ...settingsForOpenSsh(settings)]).toEqual([]);
      expect(typedOnly(settings)).toBe(null);
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
      expect(problem).toMatchObject({ code: 'ERP-0717', why: expect.stringContaining('3072') });
    });

    test('does not offer a shorter key of the operator', async () => {
      const sshd = await startSshd();
      const short = keyPair(sshd.folder, 'short', '-t', 'rsa', '-b', '2048');
      authorize(sshd, short);
      const lines = [`IdentityFile ${short}`, 'RequiredRSASize 3072'];
      const problem = await problemOf(openHost(sshd, { lines }));
      expect(words(problem)).toMatch(/skipped: .*short: it has (?:2048|fewer) bits/);
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

  test('HostKeyAlgorithms without the type of the known key does not bypass the host key check', async () => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { lines: ['HostKeyAlgorithms rsa-sha2-512'] }));
    expect(problem.code).toBe('ERP-0708');
  });

  test('AddressFamily applies to an IP address, too', async () => {
    const sshd = await startSshd();
    const problem = await problemOf(openHost(sshd, { lines: ['AddressFamily inet6'] }));
    expect(problem.code).toBe('ERP-0702');
  });

  test.each(['ForkAfterAuthentication yes', 'IgnoreUnknown UseKeychain\n  UseKeychain yes'])(
    'a setting for sessions of the operator does not stand in the way: %s',
    async (line) => {
      const host = await openHost(await startSshd(), { lines: [line] });
      expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
    },
  );

  test('BindAddress is the source address of the connection', async () => {
    const sshd = await startSshd();
    await openHost(sshd, { lines: ['BindAddress 127.0.0.9'] });
    expect(sshd.log()).toContain('Connection from 127.0.0.9');
  });

  describe('a server that requires two factors', () => {
    test('accepts two keys', async () => {
      const sshd = await startSshd('AuthenticationMethods publickey,publickey');
      const second = keyPair(sshd.folder, 'second');
      authorize(sshd, second);
      const host = await openHost(sshd, { lines: [`IdentityFile ${sshd.key}`, `IdentityFile ${second}`] });
      expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
    });

    test('is reported with the factor that it requires beside the key', async () => {
      const sshd = await startSshd('AuthenticationMethods publickey,password', 'PasswordAuthentication yes');
      const problem = await problemOf(openHost(sshd));
      expect(problem.what).toContain('accepted a key of');
      expect(problem.what).toContain('requires more: password');
    });
  });

  test('%k without HostKeyAlias is the name that the operator typed', async () => {
    const sshd = await startSshd();
    const key = join(sshd.folder, 'key-for-droplet');
    writeFileSync(key, readFileSync(sshd.key), { mode: 0o600 });
    await openHost(sshd, { lines: [`IdentityFile ${sshd.folder}/key-for-%k`] });
    expect(existsSync(`${key}.pub`)).toBe(false);
  });
});
